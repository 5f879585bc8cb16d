package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.request;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV3;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimpleRules;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubAck;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE and SUBACK (§3.8, §3.9). */
class SubscribeTest {

    @Spec({
        "v5 MQTT-3.8.4-1",
        "v5 MQTT-3.8.4-2",
        "v5 MQTT-2.2.1-6",
        "v3 MQTT-3.8.4-1",
        "v3 MQTT-3.8.4-2",
        "v3 MQTT-2.3.1-7"
    })
    @Each
    void subscribeIsAnsweredUnderItsPacketIdentifier(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            for (int id : new int[] {65_535, 1, 300}) {
                sub.send(subscribe(id, 0, "t/" + id));
                sub.expect(new SubAck(id, List.of(ReasonCode.SUCCESS))).expectNothing();
            }
        }
    }

    @Spec({
        "v5 MQTT-3.8.4-5",
        "v5 MQTT-3.8.4-6",
        "v5 MQTT-3.8.4-7",
        "v5 MQTT-3.9.3-1",
        "v5 MQTT-3.9.3-2",
        "v3 MQTT-3.8.4-4",
        "v3 MQTT-3.8.4-5",
        "v3 MQTT-3.9.3-1"
    })
    @Each
    void eachFilterGetsItsCodeInTheirOrderInOneSubAck(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(subscribe(9, request("a", 2), request("b/+", 0), request("c/#", 1)));
            sub.expect(
                    new SubAck(
                            9,
                            List.of(
                                    ReasonCode.GRANTED_QOS_2,
                                    ReasonCode.SUCCESS,
                                    ReasonCode.GRANTED_QOS_1)));
            sub.expectNothing();
            TestClient pub = setting.publisher(broker);
            for (String topic : List.of("a", "b/x", "c/x/y")) {
                pub.publish(topic, 0, topic);
                sub.expectMessage(topic, topic);
            }
            sub.expectNothing();
        }
    }

    /** Several filters in a packet do what as many packets would, also where they are the same. */
    @Spec({"v5 MQTT-3.8.4-5", "v3 MQTT-3.8.4-4"})
    @Each
    void sameFilterTwiceInAPacketIsASubscriptionAndItsReplacement(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.publisher(broker).publish(retain(publish("t", "kept", 1, 0)));
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(
                    subscribe(
                            1, request("t", 1), request("t", 0, false, false, keepIfV5(setting))));
            sub.expect(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.SUCCESS)));
            assertThat(sub.expectMessage("t", "kept").retain()).isTrue();
            sub.takeAll();
            broker.connect(setting.version(), "other").publish("t", 1, "live");
            assertThat(sub.expectMessage("t", "live").qos()).isZero();
            sub.expectNothing();
        }
    }

    /** In version 5 the replacement itself asks for no retained message. */
    private static RetainHandling keepIfV5(Setting setting) {
        return setting.isV5() ? RetainHandling.SEND_IF_NEW : RetainHandling.SEND;
    }

    @Spec({
        "v5 MQTT-3.8.4-6",
        "v5 MQTT-3.8.4-7",
        "v5 MQTT-3.9.3-1",
        "v5 MQTT-3.9.3-2",
        "v3 MQTT-3.8.4-5",
        "v3 MQTT-3.9.3-1",
        "v3 MQTT-3.9.3-2"
    })
    @Each
    void refusedFilterGetsAFailureAndTheOthersAreGranted(Setting setting) {
        try (SimulatedBroker broker = setting.options().authorizer(allBut("no")).start()) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(subscribe(5, 1, "yes/1", "no", "yes/2"));
            if (setting.version() == ProtocolVersion.V3_1) {
                sub.expectClosed(); // its SUBACK has no code for a failure
                return;
            }
            ReasonCode failure =
                    setting.isV5() ? ReasonCode.NOT_AUTHORIZED : ReasonCode.UNSPECIFIED_ERROR;
            sub.expect(
                    new SubAck(
                            5,
                            List.of(ReasonCode.GRANTED_QOS_1, failure, ReasonCode.GRANTED_QOS_1)));
            TestClient pub = setting.publisher(broker);
            List.of("yes/1", "no", "yes/2").forEach(topic -> pub.publish(topic, 0, "hi"));
            sub.expectMessage("yes/1", "hi");
            sub.expectMessage("yes/2", "hi");
            sub.expectNothing();
        }
    }

    private static Authorizer allBut(String filter) {
        return new SimpleRules(_ -> true, wanted -> !wanted.equals(filter));
    }

    @Spec({"v5 MQTT-3.8.4-8", "v3 MQTT-3.8.4-6"})
    @Each
    void messagesComeAtTheLowerOfPublishedAndGrantedQos(Setting setting) {
        for (int granted = 0; granted <= 2; granted++) {
            try (SimulatedBroker broker = setting.broker()) {
                TestClient sub = setting.subscriber(broker, 0).acknowledging();
                sub.subscribe(granted, "t");
                TestClient pub = setting.publisher(broker);
                for (int published = 0; published <= 2; published++) {
                    pub.publish("t", published, "at " + published);
                    assertThat(sub.expectMessage("t", "at " + published).qos())
                            .isEqualTo(Math.min(published, granted));
                }
                sub.expectNothing();
            }
        }
    }

    @Spec({"v5 MQTT-3.8.4-3", "v5 MQTT-3.8.4-4", "v3 MQTT-3.8.4-3"})
    @Each
    void subscribingAnewReplacesTheQosAndSendsRetainedMessagesAgain(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("a/b", "kept", 1, 0)));
            TestClient sub = setting.subscriber(broker, 0).subscribe(0, "a/+");
            assertThat(sub.expectMessage("a/b", "kept").retain()).isTrue();
            sub.subscribe(1, "a/+");
            Publish again = sub.expectMessage("a/b", "kept");
            assertThat(again.retain()).isTrue();
            assertThat(again.qos()).isEqualTo(1);
            sub.send(new PubAck(again.packetId()));

            pub.publish("a/b", 1, "live");
            Publish live = sub.expectMessage("a/b", "live");
            assertThat(live.qos()).isEqualTo(1);
            sub.send(new PubAck(live.packetId())).expectNothing();

            sub.unsubscribe("a/+");
            pub.publish("a/b", 1, "to nobody");
            sub.expectNothing();
        }
    }

    /** Whatever order the shards work in while a subscription is replaced, each message comes. */
    @Spec({"v5 MQTT-3.8.4-4", "v3 MQTT-3.8.4-3"})
    @Each
    void nothingIsLostOrDoubledWhileASubscriptionIsReplaced(Setting setting) {
        for (int seed = 0; seed < 20; seed++) {
            try (SimulatedBroker broker = setting.options().seed(seed).shuffled().start()) {
                TestClient pub = setting.publisher(broker);
                TestClient sub = setting.subscriber(broker, 0).acknowledging();
                sub.subscribe(1, "a/#").subscribe(2, "a/+");
                List<String> sent = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    pub.queue(publish("a/b", "m" + i, 1, i + 1));
                    sent.add("m" + i);
                    sub.queue(subscribe(100 + i, 1 + i % 2, i % 4 == 0 ? "a/#" : "a/+"));
                    broker.run(seed);
                }
                broker.run();
                List<String> got =
                        sub.takeAll().stream()
                                .filter(Publish.class::isInstance)
                                .map(packet -> text((Publish) packet))
                                .toList();
                assertThat(got).isEqualTo(sent);
            }
        }
    }

    /** What is queued for an offline client under the old subscription is not lost by a new one. */
    @Spec({"v5 MQTT-3.8.4-4", "v3 MQTT-3.8.4-3"})
    @Each
    void queuedMessagesOutliveTheReplacement(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            TestClient sub = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            sub.subscribe(1, "t");
            sub.drop();
            pub.publish("t", 1, "while away");
            TestClient back = broker.client(setting.version());
            back.send(
                    connect(setting.version(), setting.clientId(broker, 0)).persistent().build(),
                    subscribe(1, 2, "t"));
            assertThat(back.take(SubAck.class).reasonCodes())
                    .containsExactly(ReasonCode.GRANTED_QOS_2);
            assertThat(text(back.take(Publish.class))).isEqualTo("while away");
        }
    }

    @Spec({"v5 MQTT-3.8.4-5", "v5 MQTT-3.9.3-1", "v3 MQTT-3.8.4-4", "v3 MQTT-3.9.3-1"})
    @Each
    void tenThousandFiltersInAPacket(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            SubscriptionRequest[] requests =
                    IntStream.range(0, 10_000)
                            .mapToObj(i -> request("a/" + i + "/#", i % 3))
                            .toArray(SubscriptionRequest[]::new);
            sub.send(subscribe(1, requests));
            List<ReasonCode> codes = sub.expect(SubAck.class).reasonCodes();
            assertThat(codes).hasSize(10_000);
            for (int i = 0; i < codes.size(); i++) {
                assertThat(codes.get(i)).isEqualTo(ReasonCode.granted(i % 3));
            }
            setting.publisher(broker).publish("a/9999/x", 0, "hi");
            sub.expectMessage("a/9999/x", "hi");
            sub.expectNothing();
        }
    }

    @EachV5
    void filterOverTheLimitOfSubscriptionsIsRefusedAndReplacingIsNot(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.subscriptions(2))) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(subscribe(1, 0, "a", "b", "c", "b"));
            sub.expect(
                    new SubAck(
                            1,
                            List.of(
                                    ReasonCode.SUCCESS,
                                    ReasonCode.SUCCESS,
                                    ReasonCode.QUOTA_EXCEEDED,
                                    ReasonCode.SUCCESS)));
            sub.unsubscribe("a").subscribe(1, "c");
        }
    }

    @EachV3
    void filterOverTheLimitOfSubscriptionsIsRefusedBeforeVersion5(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.subscriptions(2))) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(subscribe(1, 0, "a", "b", "c"));
            if (setting.version() == ProtocolVersion.V3_1) {
                sub.expectClosed();
            } else {
                assertThat(sub.expect(SubAck.class).reasonCodes())
                        .containsExactly(
                                ReasonCode.SUCCESS,
                                ReasonCode.SUCCESS,
                                ReasonCode.UNSPECIFIED_ERROR);
            }
        }
    }

    @Spec({"v5 MQTT-3.9.3-2", "v3 MQTT-3.9.3-2"})
    @Each
    void filterWithTooManyLevelsIsRefused(Setting setting) {
        try (SimulatedBroker broker = setting.broker(limits -> limits.topicLevels(3))) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(subscribe(1, 0, "a/b/c", "a/b/c/d"));
            if (setting.version() == ProtocolVersion.V3_1) {
                sub.expectClosed();
                return;
            }
            ReasonCode failure =
                    setting.isV5() ? ReasonCode.TOPIC_FILTER_INVALID : ReasonCode.UNSPECIFIED_ERROR;
            sub.expect(new SubAck(1, List.of(ReasonCode.SUCCESS, failure)));
        }
    }

    /** A failure is the byte 0x80 in version 3.1.1, whatever the reason [v3 MQTT-3.9.3-2]. */
    @Spec("v3 MQTT-3.9.3-2")
    @Test
    void failureIsOneByteInVersion311() {
        Setting setting = new Setting(ProtocolVersion.V3_1_1, 1);
        try (SimulatedBroker broker = setting.options().authorizer(allBut("no")).start()) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.send(subscribe(1, 0, "no"));
            assertThat(sub.expect(SubAck.class).reasonCodes())
                    .extracting(ReasonCode::value)
                    .containsExactly(0x80);
        }
    }
}
