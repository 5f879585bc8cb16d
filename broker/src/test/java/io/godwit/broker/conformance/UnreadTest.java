package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Clients that do not read, or do not acknowledge; others go on, and what it costs is bounded. */
class UnreadTest {

    private static final int KILOBYTE = 1_000;

    @Each
    void clientThatNeverReadsMissesMessagesAndNobodyElseDoes(Setting setting) {
        try (SimulatedBroker broker =
                setting.broker(limits -> limits.queuedBytes(1_000_000).outboxBytes(100_000))) {
            TestClient stuck = setting.subscriber(broker, 0).subscribe(0, "t").stopReading();
            TestClient healthy = setting.subscriber(broker, 1).subscribe(0, "t");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 5_000; i++) {
                pub.publish(publish("t", numbered(i), 0, 0));
                assertThat(number(healthy.expect(Publish.class))).isEqualTo(i);
            }
            healthy.expectNothing();
            assertThat(stuck.unread()).isLessThan(200_000);
            assertThat(broker.memoryUsed()).isLessThan(2_000_000);
            assertThat(missed(broker)).isGreaterThan(3_000);

            stuck.startReading();
            List<Integer> got = numbers(stuck);
            assertThat(got).isSorted().doesNotHaveDuplicates();
            assertThat(got.size() + missed(broker)).isEqualTo(5_000);
            pub.publish(publish("t", numbered(5_000), 0, 0));
            assertThat(number(stuck.expect(Publish.class))).isEqualTo(5_000);
        }
    }

    /** What was dropped because a client did not take it. */
    private static long missed(SimulatedBroker broker) {
        return broker.count(Counter.DROPPED_QUEUE_FULL)
                + broker.count(Counter.DROPPED_QUEUE_BYTES)
                + broker.count(Counter.DROPPED_SLOW)
                + broker.count(Counter.DROPPED_OLDEST)
                + broker.count(Counter.DROPPED_MEMORY);
    }

    @Each
    void clientThatNeverReadsKeepsQos1UpToItsLimit(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.queuedMessages(500))) {
            TestClient stuck = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            stuck.subscribe(1, "t").stopReading();
            TestClient healthy = setting.subscriber(broker, 1).acknowledging().subscribe(1, "t");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 1_000; i++) {
                assertThat(pub.publish(publish("t", numbered(i), 1, 0)))
                        .isEqualTo(ReasonCode.SUCCESS);
                assertThat(number(healthy.expect(Publish.class))).isEqualTo(i);
            }
            stuck.drop();
            List<Integer> got = numbers(setting.resumed(broker, 0));
            assertThat(got).isSorted().startsWith(0, 1, 2);
            assertThat(got.size() + missed(broker)).isEqualTo(1_000);
            assertThat(got.size()).isBetween(500, 530);
        }
    }

    /** With many such clients it is the memory of the whole broker that is bounded. */
    @Each
    void manyClientsThatNeverReadStayWithinTheMemory(Setting setting) {
        long memory = 3_000_000;
        try (SimulatedBroker broker = setting.broker(limits -> limits.memory(memory))) {
            List<TestClient> stuck = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                TestClient client = setting.subscriber(broker, i);
                stuck.add(client.subscribe(i % 3, "t/" + i).stopReading());
            }
            TestClient healthy = setting.subscriber(broker, 30).acknowledging().subscribe(1, "ok");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 300; i++) {
                for (int j = 0; j < 30; j++) {
                    pub.publish(publish("t/" + j, new byte[2 * KILOBYTE], 1, 0));
                }
                if (i % 50 == 0) {
                    broker.advance(Duration.ofSeconds(2));
                    assertThat(broker.broker().memoryUsed()).isLessThan(2 * memory);
                }
            }
            stuck.forEach(TestClient::drop);
            pub.publish("ok", 1, "after all");
            healthy.expectMessage("ok", "after all");
        }
    }

    @Each
    void clientThatNeverAcknowledgesHoldsOnlyItsWindow(Setting setting) {
        try (SimulatedBroker broker =
                setting.broker(limits -> limits.inFlight(7).queuedMessages(50))) {
            TestClient mute = setting.subscriber(broker, 0).subscribe(2, "t");
            TestClient healthy = setting.subscriber(broker, 1).acknowledging().subscribe(2, "t");
            TestClient pub = setting.publisher(broker);
            for (int i = 0; i < 200; i++) {
                pub.publish(publish("t", numbered(i), 1 + i % 2, 0));
                assertThat(number(healthy.expect(Publish.class))).isEqualTo(i);
            }
            assertThat(numbers(mute)).containsExactly(0, 1, 2, 3, 4, 5, 6);
            pub.publish(publish("t", numbered(0), 0, 0));
            assertThat(missed(broker)).isGreaterThanOrEqualTo(200 - 57);
        }
    }

    /** A client that sends for ever and reads nothing of the answers is closed. */
    @Each
    void floodOfPingsFromAClientThatNeverReadsClosesIt(Setting setting) {
        PingReq[] pings = new PingReq[10_000];
        Arrays.fill(pings, new PingReq());
        assertFloodIsClosed(setting, pings);
    }

    @Each
    void floodOfSubscribesFromAClientThatNeverReadsClosesIt(Setting setting) {
        Subscribe[] subscribes = new Subscribe[2_000];
        Arrays.fill(subscribes, subscribe(1, 0, "a", "b", "c", "d", "e", "f", "g", "h"));
        assertFloodIsClosed(setting, subscribes);
    }

    @Each
    void floodOfPublicationsFromAClientThatNeverReadsClosesIt(Setting setting) {
        Publish[] publishes = new Publish[5_000];
        Arrays.fill(publishes, publish("nowhere", "x", 1, 1));
        assertFloodIsClosed(setting, publishes);
    }

    private static void assertFloodIsClosed(Setting setting, Packet... packets) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient healthy = setting.subscriber(broker, 1).subscribe(0, "t");
            TestClient pub = setting.publisher(broker);
            TestClient flooding = setting.subscriber(broker, 0).stopReading();
            for (int i = 0; i < 1_000 && flooding.isOpen(); i++) {
                flooding.send(packets);
                assertThat(flooding.unread()).isLessThan(2_000_000);
                pub.publish("t", 0, "m" + i);
                healthy.expectMessage("t", "m" + i);
                broker.advance(Duration.ofSeconds(1)); // a close waits for the client for a while
            }
            assertThat(flooding.isOpen()).isFalse();
            assertThat(broker.broker().connections()).isEqualTo(2);
            healthy.expectNothing();
        }
    }

    /** A client that never releases QoS 2: before version 5 its identifiers are its limit. */
    @Each
    void clientThatNeverReleasesIsBounded(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient healthy = setting.subscriber(broker, 1).subscribe(0, "t");
            TestClient client = setting.subscriber(broker, 0);
            int most = setting.isV5() ? 1_000 : 65_535;
            for (int id = 1; id <= most; id++) {
                client.queue(publish("t", "", 2, id));
            }
            client.takeAll();
            assertThat(client.isOpen()).isTrue();
            assertThat(healthy.takeAll()).hasSize(most);
            client.send(new PubRel(1), publish("t", "again", 2, 1));
            healthy.expectMessage("t", "again");
        }
    }

    /** A connection that was accepted and stays silent has a limit of time. */
    @Each
    void halfOpenConnectionsAreClosed(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            List<TestClient> silent = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                silent.add(broker.client(setting.version()));
            }
            TestClient alive =
                    broker.connect(connect(setting.version(), "alive").keepAlive(60).build());
            TestClient gone =
                    broker.connect(connect(setting.version(), "gone").keepAlive(20).build());
            broker.advance(Limits.defaults().connectTimeout().plusMillis(200));
            silent.forEach(TestClient::expectClosed);
            broker.advance(Duration.ofSeconds(25));
            gone.takeAll();
            assertThat(gone.isOpen()).isFalse();
            alive.expectNothing();
        }
    }

    private static byte[] numbered(int number) {
        byte[] payload = Arrays.copyOf(Integer.toString(number).getBytes(UTF_8), KILOBYTE);
        Arrays.fill(payload, Integer.toString(number).length(), KILOBYTE, (byte) ' ');
        return payload;
    }

    private static int number(Publish publish) {
        return Integer.parseInt(text(publish).strip());
    }

    private static List<Integer> numbers(TestClient client) {
        return client.takeAll().stream()
                .filter(packet -> !(packet instanceof SubAck || packet instanceof PubRel))
                .map(packet -> number((Publish) packet))
                .toList();
    }
}
