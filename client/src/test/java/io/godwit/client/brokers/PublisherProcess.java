package io.godwit.client.brokers;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.Reconnect;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own with a client that keeps what it publishes in a directory, made to be
 * killed. It says what it has done, a line each: {@code waiting N} what it found in the directory,
 * {@code published I} when {@code publish} has returned, {@code done I} when the server has
 * answered. Message I has QoS 1 where I is even, else 2.
 */
final class PublisherProcess {

    /** Messages that are not answered at a time; well within the client's buffer. */
    private static final int MOST_UNANSWERED = 500;

    private static final Pattern LINE = Pattern.compile("([a-z]+) ([0-9]+) \\.");

    private final Process process;
    private final BufferedReader said;
    private final List<String> others = new ArrayList<>();
    private int found = -1;
    private int published = -1;
    private int done = -1;

    private PublisherProcess(Process process) {
        this.process = process;
        this.said = process.inputReader();
    }

    /**
     * The process.
     *
     * @param arguments URI, directory, and either the number of a round, in which it publishes
     *     without end, or nothing: then it ends when all is delivered
     */
    public static void main(String[] arguments) throws InterruptedException {
        try (MqttClient client =
                MqttClient.builder()
                        .server(arguments[0])
                        .clientId("gateway")
                        .cleanStart(false)
                        .sessionExpiry(Duration.ofHours(1))
                        .directory(Path.of(arguments[1]))
                        .reconnect(
                                Reconnect.DEFAULT
                                        .withFirst(true)
                                        .between(Duration.ofMillis(10), Duration.ofMillis(50)))
                        .build()) {
            say("waiting", (int) client.counts().waiting());
            client.connect();
            if (arguments.length > 2) {
                publish(client, arguments[2]);
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> client.counts().waiting() == 0);
        }
    }

    private static void publish(MqttClient client, String round) throws InterruptedException {
        Semaphore room = new Semaphore(MOST_UNANSWERED);
        for (int i = 0; ; i++) {
            room.acquire();
            int number = i;
            client.publish(Message.of("load/" + round, "" + i, 1 + i % 2))
                    .whenComplete((_, failure) -> {
                        say(failure == null ? "done" : "failed", number);
                        room.release();
                    });
            say("published", i);
        }
    }

    /** With a full stop, by which a line is known to be whole. */
    private static void say(String what, int number) {
        System.out.println(what + " " + number + " .");
    }

    /** Starts one that publishes until it is killed. */
    static PublisherProcess publishing(String uri, Path directory, int round) throws IOException {
        return start(uri, directory.toString(), "" + round);
    }

    /** Starts one that delivers what others have left, and ends. */
    static PublisherProcess delivering(String uri, Path directory) throws IOException {
        return start(uri, directory.toString());
    }

    private static PublisherProcess start(String... arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublisherProcess.class.getName());
        builder.command().addAll(List.of(arguments));
        return new PublisherProcess(builder.redirectErrorStream(true).start());
    }

    /** Reads until it has published this message, then kills it with SIGKILL. */
    void killAfter(int number) throws Exception {
        try (said) {
            while (published < number) {
                take(said.readLine());
            }
            process.toHandle().destroyForcibly(); // which leaves its output to be read
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                take(line);
            }
        }
        process.waitFor();
    }

    /** Reads until it ends by itself; returns its exit code. */
    int awaitEnd() throws Exception {
        try (said) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                take(line);
            }
        }
        return process.waitFor();
    }

    private void take(@Nullable String line) throws IOException {
        if (line == null) {
            throw new IOException("the process has ended: " + others);
        }
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
            int number = Integer.parseInt(matcher.group(2));
            switch (matcher.group(1)) {
                case "waiting" -> found = number;
                case "published" -> published = number;
                case "done" -> done = Math.max(done, number);
                default -> throw new IOException("the process said: " + line);
            }
        } else {
            others.add(line);
        }
    }

    /** How many messages it found in its directory. */
    int found() {
        return found;
    }

    /** The last message whose {@code publish} is known to have returned. */
    int published() {
        return published;
    }

    /** The highest message that the server is known to have answered, or -1. */
    int done() {
        return done;
    }

    /** If a test fails before it has ended. */
    void destroy() {
        process.destroyForcibly();
    }
}
