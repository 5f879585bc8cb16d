package io.godwit.app.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.ReceivedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same command lines once with {@code mosquitto_pub}, {@code mosquitto_sub} and {@code
 * mosquitto_rr}, and once with Godwit's, each time at a broker of their own: output and exit codes
 * are the same, and whether something is said of an error. {@code mosquitto.rows} has them.
 */
@Timeout(180)
class MosquittoComparisonTest {

    @TempDir private static @Nullable Path directory;

    private static @Nullable Place mosquittos;
    private static @Nullable Place godwits;

    /** A broker, with somebody who answers. */
    private record Place(TestBroker broker, MqttClient answering, Path file, int closed)
            implements AutoCloseable {

        static Place open(Path directory) throws Exception {
            TestBroker broker = new TestBroker(directory);
            MqttClient client =
                    MqttClient.builder()
                            .server("mqtt://127.0.0.1:" + broker.port())
                            .clientId("answering")
                            .build();
            client.onMessage("ask/#", message -> answer(client, message));
            client.connect().join();
            client.subscribe("ask/#", 2).join();
            Path file = Files.writeString(directory.resolve("file"), "line 1\nline 2\n");
            return new Place(broker, client, file, TestBroker.closedPort());
        }

        private static void answer(MqttClient client, ReceivedMessage request) {
            String to = Objects.requireNonNullElse(request.responseTopic(), "reply");
            Message.Builder answer =
                    Message.to(to)
                            .payload(request.text().toUpperCase(Locale.ROOT))
                            .qos(request.qos());
            byte[] correlation = request.correlationData();
            if (correlation != null) {
                answer.correlationData(correlation);
            }
            client.publish(answer.build());
        }

        List<String> words(String line) {
            List<String> words = new ArrayList<>();
            boolean isElsewhere =
                    line.contains(" -L ") || line.contains(" --unix ") || line.contains(" -h ");
            if (!isElsewhere) {
                words.addAll(List.of("-h", "127.0.0.1"));
            }
            if (!isElsewhere && !line.contains(" -p ")) {
                words.addAll(List.of("-p", "" + broker.port()));
            }
            for (String word : ShellWords.of(line)) {
                words.add(
                        word.replace("{port}", "" + broker.port())
                                .replace("{locked}", "" + broker.port("locked"))
                                .replace("{closed}", "" + closed)
                                .replace("{socket}", broker.socket().toString())
                                .replace("{file}", file.toString()));
            }
            return words;
        }

        @Override
        public void close() {
            answering.close();
            broker.close();
        }
    }

    /** A command line of a row. */
    private record Step(boolean isCompared, String command, String line, byte[] input) {

        static Step of(String text) {
            String stripped = text.strip();
            boolean isCompared = stripped.startsWith("*");
            int input = stripped.indexOf(" <");
            String line =
                    stripped.substring(isCompared ? 1 : 0, input < 0 ? stripped.length() : input);
            String in = input < 0 ? "" : stripped.substring(input + 2).strip();
            int space = line.indexOf(' ');
            return new Step(
                    isCompared,
                    line.substring(0, space),
                    line.substring(space),
                    in.replace("\\n", "\n").replace("\\r", "\r").getBytes(UTF_8));
        }

        Ended run(Place place, boolean isGodwit) throws Exception {
            List<String> words = place.words(line);
            return isCompared && isGodwit
                    ? Ended.ofGodwit(command, words, input)
                    : Ended.ofMosquitto(command, words, input);
        }
    }

    record Row(String name, List<Step> steps) {

        static Row of(String text) {
            String[] parts = text.split(" \\| ", -1);
            return new Row(parts[0].strip(), Stream.of(parts).skip(1).map(Step::of).toList());
        }

        String transcript(Place place, boolean isGodwit) throws Exception {
            StringBuilder transcript = new StringBuilder();
            boolean hasBegun = false;
            for (Step step : steps) {
                Ended ended = step.run(place, isGodwit);
                hasBegun |= step.isCompared;
                if (hasBegun) {
                    transcript.append(
                            "%s%s: %d, %s%n%s%n"
                                    .formatted(
                                            step.command,
                                            step.line,
                                            ended.code(),
                                            ended.err().isEmpty() ? "no error" : "an error",
                                            comparable(
                                                    ended.out(), step.line.contains("--pretty"))));
                } else {
                    assertThat(ended.code()).as("%s: %s", step.line, ended.err()).isZero();
                }
            }
            return transcript.toString();
        }

        /** Times differ, also in that Mosquitto 2.0 writes a Z where there is no UTC. */
        private static String comparable(String out, boolean isPretty) {
            String text =
                    out.replaceAll(
                                    "[0-9]{4}(-[0-9]{2}){2}T[0-9:]{8}(\\.[0-9]{6})?Z?[+-][0-9]{4}",
                                    "TIME$2")
                            .replaceAll("TIME\\.[0-9]{6}", "TIME.MICROSECONDS")
                            .replaceAll("[0-9]{10}\\.[0-9]{9}", "SECONDS.NANOSECONDS")
                            .replaceAll("399[0-9]|4000", "EXPIRY");
            return isPretty ? text.replaceAll("\\s", "") : text;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path top = Objects.requireNonNull(directory);
        mosquittos = Place.open(top.resolve("m"));
        godwits = Place.open(top.resolve("g"));
    }

    @AfterAll
    static void stop() {
        for (Place place : new @Nullable Place[] {mosquittos, godwits}) {
            if (place != null) {
                place.close();
            }
        }
    }

    static List<Row> rows() throws IOException {
        try (var in = MosquittoComparisonTest.class.getResourceAsStream("mosquitto.rows")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> line.contains("|"))
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::of)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isTheSame(Row row) throws Exception {
        try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
            Future<String> expected =
                    beside.submit(() -> row.transcript(Objects.requireNonNull(mosquittos), false));
            String actual = row.transcript(Objects.requireNonNull(godwits), true);
            assertThat(actual).isEqualTo(expected.get());
        }
    }
}
