package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV3;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.broker.session.DropReason;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits on retained messages, and many of them for a client that reads slowly. */
class RetainedLimitsTest {

    private static final int DEVICES = 3_000;
    private static final int DISCOVERY_BYTES = 30_000;

    @EachV5
    void messageBeyondTheLimitIsRefusedToAPublisherThatCanBeTold(Setting setting) {
        for (Consumer<LimitsBuilder> limit : List.of(byCount(), byBytes())) {
            try (SimulatedBroker broker = setting.broker(limit)) {
                TestClient sub = setting.subscriber(broker, 0).acknowledging().subscribe(2, "#");
                TestClient pub = setting.publisher(broker);
                assertThat(pub.publish(kept("a", 1))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(pub.publish(kept("b", 2))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(pub.publish(kept("c", 1))).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
                assertThat(pub.publish(kept("c", 2))).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
                assertThat(Setting.texts(sub)).hasSize(2); // nobody gets what was refused
                assertThat(broker.count(Counter.RETAINED_REFUSED)).isEqualTo(2);
                assertThat(broker.retained().count()).isEqualTo(2);
                removingMakesRoom(pub);
            }
        }
    }

    private static void removingMakesRoom(TestClient pub) {
        assertThat(pub.publish(retain(publish("a", "", 1, 0)))).isEqualTo(ReasonCode.SUCCESS);
        assertThat(pub.publish(kept("c", 1))).isEqualTo(ReasonCode.SUCCESS);
    }

    @EachV3
    void messageBeyondTheLimitIsDeliveredButNotRetainedBeforeVersion5(Setting setting) {
        for (Consumer<LimitsBuilder> limit : List.of(byCount(), byBytes())) {
            try (SimulatedBroker broker = setting.broker(limit)) {
                TestClient sub = setting.subscriber(broker, 0).acknowledging().subscribe(2, "#");
                TestClient pub = setting.publisher(broker);
                for (int qos = 0; qos <= 2; qos++) {
                    pub.publish(kept("a", qos));
                    pub.publish(kept("b", qos));
                    pub.publish(kept("c", qos));
                }
                assertThat(Setting.texts(sub)).hasSize(9);
                assertThat(broker.count(Counter.RETAINED_REFUSED)).isEqualTo(3);
                TestClient later = setting.subscriber(broker, 1);
                later.subscribe(0, "c").expectNothing();
                later.subscribe(0, "+");
                assertThat(Setting.texts(later)).hasSize(2);
            }
        }
    }

    /** A value that could not be replaced is not passed off as the last one. */
    @Each
    void messageThatCouldNotBeReplacedIsRemovedWhereThePublisherCannotBeTold(Setting setting) {
        try (SimulatedBroker broker = setting.broker(byBytes())) {
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("t", "on")));
            pub.publish(retain(publish("t", "off".repeat(500), 0, 0)));
            setting.subscriber(broker, 0).subscribe(0, "t").expectNothing();
            assertThat(broker.retained().bytes()).isZero();
        }
    }

    @EachV5
    void messageThatCouldNotBeReplacedStaysWhereThePublisherIsTold(Setting setting) {
        try (SimulatedBroker broker = setting.broker(byBytes())) {
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("t", "on")));
            assertThat(pub.publish(retain(publish("t", "off".repeat(500), 1, 0))))
                    .isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            setting.subscriber(broker, 0).subscribe(0, "t").expectMessage("t", "on");
        }
    }

    private static Consumer<LimitsBuilder> byCount() {
        return limits -> limits.retainedMessages(2);
    }

    /** Room for two messages of 300 bytes with what they cost beside their payload. */
    private static Consumer<LimitsBuilder> byBytes() {
        return limits -> limits.retainedBytes(1_200);
    }

    private static Publish kept(String topic, int qos) {
        return retain(publish(topic, "x".repeat(300), qos, 0));
    }

    /**
     * A home-automation hub that connects and is sent the discovery messages of all its devices, 90
     * MB, which it reads bit by bit while the devices go on publishing.
     */
    @ParameterizedTest
    @CsvSource({"V3_1_1, 1, 0", "V5, 2, 0", "V3_1_1, 3, 1", "V5, 1, 1", "V5, 3, 2"})
    void thousandsOfLargeRetainedMessagesReachASlowClient(
            ProtocolVersion version, int shards, int qos) {
        Setting setting = new Setting(version, shards);
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            byte[] discovery = new byte[DISCOVERY_BYTES];
            for (int i = 0; i < DEVICES; i++) {
                pub.publish(retain(publish("homeassistant/" + i + "/config", discovery, 1, 0)));
            }
            TestClient hub = setting.subscriber(broker, 0).acknowledging().stopReading();
            hub.queue(subscribe(1, qos, "homeassistant/#", "state/+"));
            broker.run();
            assertThat(hub.unread()).isLessThan(1_000_000);
            assertThat(broker.memoryUsed()).isLessThan(2_000_000);

            BitSet devices = new BitSet();
            for (int i = 0; devices.cardinality() < DEVICES; i++) {
                assertThat(i).as("reads of 100 kB").isLessThan(5_000);
                if (i % 100 == 0) {
                    pub.publish("state/lamp", 0, "on");
                }
                hub.read(100_000);
                for (Object packet : hub.takeAll()) {
                    take(hub, packet, devices);
                }
            }
            hub.startReading();
            assertThat(devices.cardinality()).isEqualTo(DEVICES);
            for (DropReason reason : DropReason.values()) {
                assertThat(broker.count(reason.counter())).as(reason.words()).isZero();
            }
        }
    }

    private static void take(TestClient hub, Object packet, BitSet devices) {
        if (packet instanceof Publish publish) {
            String[] levels = hub.topicOf(publish).split("/");
            if (levels[0].equals("homeassistant")) {
                assertThat(publish.payload()).hasSize(DISCOVERY_BYTES);
                int device = Integer.parseInt(levels[1]);
                assertThat(devices.get(device)).as("device %d came before", device).isFalse();
                devices.set(device);
            }
        } else {
            assertThat(packet).isInstanceOf(SubAck.class);
        }
    }
}
