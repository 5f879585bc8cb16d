package io.godwit.app.sn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.app.Running;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker that is killed while devices of MQTT-SN publish to one that sleeps. */
@Timeout(300)
class SnKillTest {

    private static final int BEFORE_THE_KILL = 100;

    /** Less than a session's queue has room for. */
    private static final int MOST = 900;

    @TempDir private Path directory = Path.of("");
    private @Nullable Running broker;

    private Running start() throws IOException {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                event-loops = 2
                admin.enabled = false
                authentication.anonymous = true
                listeners.sn { type = mqtt-sn, bind = "127.0.0.1", port = 0 }
                """);
        List<String> command =
                Running.command(
                        "--config",
                        file.toString(),
                        "--data-dir",
                        directory.resolve("data").toString());
        Running running =
                new Running(
                        new ProcessBuilder(command)
                                .directory(directory.toFile())
                                .redirectErrorStream(true)
                                .start());
        broker = running;
        return running;
    }

    @AfterEach
    void end() throws InterruptedException {
        if (broker != null) {
            broker.process.destroyForcibly().waitFor();
        }
    }

    private static int port(Running running) throws InterruptedException {
        String line = running.until("sn: MQTT-SN").getLast();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    private static SnConnection open(int port) throws IOException {
        return new SnConnection(new UdpLink("127.0.0.1", port), Duration.ofSeconds(2), 9, _ -> {});
    }

    private static SnTopic name(String filter) {
        return new SnTopic.Name(new Binary(filter.getBytes(UTF_8)));
    }

    /** Publishes numbers until nobody answers any more; counts those that were acknowledged. */
    private static void publish(int port, AtomicInteger acknowledged) {
        try (SnConnection publisher = open(port)) {
            publisher.connect("publisher", true, 0, null);
            SnTopic valve = publisher.topic("plant/valve");
            SnTopic many = publisher.topic("many/1");
            for (int i = 0; i < MOST; i++) {
                byte[] number = String.valueOf(i).getBytes(UTF_8);
                publisher.publish(i % 2 == 0 ? valve : many, 1 + i % 2, false, number);
                acknowledged.incrementAndGet();
            }
        } catch (IOException gone) {
            assertThat(gone).hasMessageStartingWith("Nobody listens");
        }
    }

    @Test
    void sessionsTopicsMessagesAndWillsOfDevicesSurviveIt() throws Exception {
        Running first = start();
        int port = port(first);
        SnTopic state;
        try (SnConnection sleeper = open(port)) {
            sleeper.connect(
                    "sleeper",
                    false,
                    0,
                    new SnConnection.Will("gone", "bye".getBytes(UTF_8), 1, false));
            sleeper.subscribe(name("plant/valve"), 1);
            sleeper.subscribe(name("many/+"), 2);
            state = sleeper.topic("plant/state");
            sleeper.fallAsleep(600);
        }
        AtomicInteger acknowledged = new AtomicInteger();
        CompletableFuture<Void> publishing =
                CompletableFuture.runAsync(() -> publish(port, acknowledged));
        await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.get() >= BEFORE_THE_KILL);
        first.process.destroyForcibly().waitFor(); // as kill -9
        publishing.get(1, TimeUnit.MINUTES);

        int newPort = port(start());
        List<String> received = new ArrayList<>();
        try (SnConnection witness = open(newPort);
                SnConnection sleeper = open(newPort)) {
            witness.connect("witness", true, 0, null);
            witness.subscribe(name("#"), 1);
            sleeper.receiver((_, payload) -> received.add(new String(payload, UTF_8)));
            sleeper.connect("sleeper", false, 1, null);
            sleeper.receive(() -> received.size() >= acknowledged.get());
            sleeper.publish(state, 1, false, "awake".getBytes(UTF_8)); // not registered again
            assertThat(received)
                    .hasSizeBetween(acknowledged.get(), acknowledged.get() + 1)
                    .isEqualTo(
                            IntStream.range(0, received.size()).mapToObj(String::valueOf).toList());

            List<String> seen = new ArrayList<>();
            witness.receiver(
                    (topic, payload) -> seen.add(topic + " " + new String(payload, UTF_8)));
            witness.receive(() -> seen.size() >= 2); // the sleeper says nothing any more
            assertThat(seen).containsExactly("plant/state awake", "gone bye");
        }
    }
}
