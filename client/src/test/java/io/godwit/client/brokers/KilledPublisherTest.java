package io.godwit.client.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.ReceivedMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of a process whose client has a directory: the next process delivers what it left, QoS 1
 * at least once and QoS 2 exactly once.
 */
@Timeout(180)
class KilledPublisherTest {

    private final List<AutoCloseable> opened = new ArrayList<>();

    /** What came, in its order. */
    private final List<ReceivedMessage> arrived = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T it) {
        opened.add(it);
        return it;
    }

    private PublisherProcess started(PublisherProcess process) {
        opened.add(process::destroy);
        return process;
    }

    /** Subscribes to all that is published. */
    private MqttClient subscriber(GodwitBroker broker) {
        MqttClient client =
                opened(MqttClient.builder().server("mqtt://127.0.0.1:" + broker.port()).build());
        client.onMessage("load/#", arrived::add);
        client.blocking().connect();
        client.blocking().subscribe("load/#", 2);
        return client;
    }

    /** What was answered before has come when a message comes that was published behind it. */
    private static void awaitAll(MqttClient subscriber) throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        subscriber.onMessage("end", _ -> end.complete(null));
        subscriber.blocking().subscribe("end", 2);
        subscriber.blocking().publish(Message.of("end", "", 2));
        end.get(60, TimeUnit.SECONDS);
    }

    /**
     * The numbers of a round that have come. A number is missing only if all behind it are: the
     * process was killed before it had published them.
     */
    private TreeSet<Integer> arrived(int round) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (ReceivedMessage message : List.copyOf(arrived)) {
            if (message.topic().toString().equals("load/" + round)) {
                int number = Integer.parseInt(message.text());
                assertThat(message.qos()).isEqualTo(1 + number % 2);
                assertThat(numbers.add(number) || message.qos() == 1)
                        .as("message %d of round %d, of QoS 2, has come twice", number, round)
                        .isTrue();
            }
        }
        assertThat(numbers).as("round %d", round).isNotEmpty();
        assertThat(numbers.first()).isZero();
        assertThat(numbers.last()).as("round %d has gaps", round).isEqualTo(numbers.size() - 1);
        return numbers;
    }

    @Test
    void whatWasPublishedWhileTheBrokerIsAwayIsDelivered(@TempDir Path directory) throws Exception {
        GodwitBroker broker = opened(new GodwitBroker(directory.resolve("broker")));
        String uri = "mqtt://127.0.0.1:" + broker.port();
        broker.close();
        Path kept = directory.resolve("kept");
        PublisherProcess first = started(PublisherProcess.publishing(uri, kept, 1));
        first.killAfter(200);
        PublisherProcess second = started(PublisherProcess.publishing(uri, kept, 2));
        second.killAfter(100);
        assertThat(second.found()).isGreaterThan(first.published());

        broker.restart();
        MqttClient subscriber = subscriber(broker);
        PublisherProcess last = started(PublisherProcess.delivering(uri, kept));
        assertThat(last.awaitEnd()).isZero();
        awaitAll(subscriber);
        assertThat(arrived(1).last()).isGreaterThanOrEqualTo(first.published());
        assertThat(arrived(2).last()).isGreaterThanOrEqualTo(second.published());
        assertThat(last.found()).isEqualTo(arrived(1).size() + arrived(2).size());
    }

    @Test
    void whatWasUnderWayIsDelivered(@TempDir Path directory) throws Exception {
        long seed = Long.getLong("godwit.kill.seed", System.nanoTime());
        Random random = new Random(seed);
        GodwitBroker broker = opened(new GodwitBroker(directory.resolve("broker")));
        Relay relay = opened(new Relay(broker.port()));
        MqttClient subscriber = subscriber(broker);
        Path kept = directory.resolve("kept");
        List<PublisherProcess> rounds = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            PublisherProcess process =
                    started(PublisherProcess.publishing(relay.uri(), kept, round));
            if (round % 2 == 1) { // the connection is lost as well, before the kill
                relay.cutAfter(random.nextInt(500, 40_000));
            }
            process.killAfter(random.nextInt(50, 1_500));
            rounds.add(process);
        }
        PublisherProcess last = started(PublisherProcess.delivering(relay.uri(), kept));
        assertThat(last.awaitEnd()).isZero();
        awaitAll(subscriber);
        for (int round = 0; round < rounds.size(); round++) {
            assertThat(arrived(round).last())
                    .as("round %d with -Dgodwit.kill.seed=%d", round, seed)
                    .isGreaterThanOrEqualTo(rounds.get(round).done());
        }
        assertThat(rounds.stream().mapToInt(PublisherProcess::found).sum() + last.found())
                .as("something was under way when its process was killed")
                .isPositive();
    }
}
