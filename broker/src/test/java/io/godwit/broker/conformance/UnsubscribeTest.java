package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.text;
import static io.godwit.broker.simulation.Packets.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UnsubAck;
import io.godwit.spec.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** UNSUBSCRIBE and UNSUBACK (§3.10, §3.11). */
class UnsubscribeTest {

    @Spec({
        "v5 MQTT-3.10.4-4",
        "v5 MQTT-3.10.4-5",
        "v5 MQTT-2.2.1-6",
        "v3 MQTT-3.10.4-4",
        "v3 MQTT-3.10.4-5",
        "v3 MQTT-2.3.1-7"
    })
    @Each
    void unsubscribeIsAnsweredUnderItsPacketIdentifierEvenWhereNothingMatches(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).subscribe(0, "a");
            sub.send(unsubscribe(65_535, "a"));
            assertAnswer(setting, sub, 65_535, ReasonCode.SUCCESS);
            sub.send(unsubscribe(7, "never/subscribed"));
            assertAnswer(setting, sub, 7, ReasonCode.NO_SUBSCRIPTION_EXISTED);
            sub.expectNothing();
        }
    }

    private static void assertAnswer(
            Setting setting, TestClient client, int packetId, ReasonCode... codes) {
        UnsubAck answer = client.expect(UnsubAck.class);
        assertThat(answer.packetId()).isEqualTo(packetId);
        List<ReasonCode> expected = setting.isV5() ? Arrays.asList(codes) : List.of();
        assertThat(answer.reasonCodes()).isEqualTo(expected);
    }

    @Spec({"v5 MQTT-3.10.4-6", "v5 MQTT-3.11.3-1", "v5 MQTT-3.11.3-2", "v3 MQTT-3.10.4-6"})
    @Each
    void eachFilterIsRemovedAndGetsItsCodeInTheirOrder(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).subscribe(0, "a", "b", "c");
            sub.send(unsubscribe(3, "c", "x", "a", "a"));
            assertAnswer(
                    setting,
                    sub,
                    3,
                    ReasonCode.SUCCESS,
                    ReasonCode.NO_SUBSCRIPTION_EXISTED,
                    ReasonCode.SUCCESS,
                    ReasonCode.NO_SUBSCRIPTION_EXISTED);
            sub.expectNothing();
            TestClient pub = setting.publisher(broker);
            List.of("a", "b", "c").forEach(topic -> pub.publish(topic, 0, "hi"));
            sub.expectMessage("b", "hi");
            sub.expectNothing();
        }
    }

    @Spec({"v5 MQTT-3.10.4-1", "v3 MQTT-3.10.4-1"})
    @Each
    void filtersAreComparedCharacterByCharacter(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            sub.subscribe(0, "a/+", "a/b", "$share/g/s", "ä", "AaAa", "$share/Aa/s2");
            sub.unsubscribe("a/#", "a/b/", "A/b", "+/b", "#", "s", "$share/h/s", "a\u0308");
            sub.unsubscribe("BBBB", "$share/BB/s2"); // the same hash code as those subscribed to
            TestClient pub = setting.publisher(broker);
            for (String topic : List.of("a/b", "a/c", "s", "ä", "AaAa", "s2")) {
                pub.publish(topic, 0, topic);
                sub.expectMessage(topic, topic);
            }
            sub.unsubscribe("a/+", "$share/g/s", "ä");
            List.of("a/b", "a/c", "s", "ä").forEach(topic -> pub.publish(topic, 0, "again"));
            sub.expectMessage("a/b", "again");
            sub.expectNothing();
        }
    }

    @Spec({"v5 MQTT-3.10.4-2", "v3 MQTT-3.10.4-2"})
    @Each
    void afterUnsubscribeNothingNewIsDelivered(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).subscribe(1, "a/#", "b");
            TestClient pub = setting.publisher(broker);
            pub.publish("a/x", 1, "before");
            sub.unsubscribe("a/#");
            assertThat(text(sub.take(Publish.class))).isEqualTo("before");
            ReasonCode code = pub.publish("a/x", 1, "after");
            assertThat(code)
                    .isEqualTo(
                            setting.isV5()
                                    ? ReasonCode.NO_MATCHING_SUBSCRIBERS
                                    : ReasonCode.SUCCESS);
            pub.publish("b", 0, "other");
            sub.expectMessage("b", "other");
            sub.expectNothing();
        }
    }

    /** However the shards are scheduled: once the client has UNSUBACK nothing new comes. */
    @Spec({"v5 MQTT-3.10.4-2", "v3 MQTT-3.10.4-2"})
    @Each
    void nothingIsDeliveredBehindUnsubAck(Setting setting) {
        for (int seed = 0; seed < 30; seed++) {
            try (SimulatedBroker broker = setting.options().seed(seed).shuffled().start()) {
                TestClient sub = setting.subscriber(broker, 0).subscribe(0, "t");
                TestClient pub = setting.publisher(broker);
                for (int i = 0; i < 10; i++) {
                    pub.queue(publish("t", "m" + i));
                    if (i == 5) {
                        sub.queue(unsubscribe(9, "t"));
                    }
                    broker.run(seed / 4);
                }
                List<?> came = sub.takeAll();
                assertThat(came.getLast()).isInstanceOf(UnsubAck.class);
            }
        }
    }

    @Spec({"v5 MQTT-3.10.4-3", "v3 MQTT-3.10.4-3"})
    @Each
    void deliveriesUnderWayAreCompletedAfterUnsubscribe(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub =
                    setting.subscriber(broker, 0, ConnectBuilder::persistent).subscribe(2, "t");
            TestClient pub = setting.publisher(broker);
            pub.publish("t", 1, "one");
            pub.publish("t", 2, "two");
            int one = sub.expectMessage("t", "one").packetId();
            int two = sub.expectMessage("t", "two").packetId();
            pub.publish("t", 2, "three");
            int three = sub.expectMessage("t", "three").packetId();
            sub.send(new PubRec(three)).expect(new PubRel(three));
            sub.unsubscribe("t");
            sub.drop();

            TestClient back = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            Publish again = back.expectMessage("t", "one");
            assertThat(again.dup()).isTrue();
            assertThat(again.packetId()).isEqualTo(one);
            assertThat(back.expectMessage("t", "two").packetId()).isEqualTo(two);
            back.expect(new PubRel(three));
            back.send(new PubAck(one), new PubRec(two), new PubComp(three));
            back.expect(new PubRel(two));
            back.send(new PubComp(two)).expectNothing();
        }
    }

    @Spec({"v5 MQTT-3.10.4-6", "v5 MQTT-3.11.3-1", "v3 MQTT-3.10.4-6"})
    @Each
    void tenThousandFiltersInAPacket(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            String[] filters =
                    IntStream.range(0, 10_000).mapToObj(i -> "a/+/" + i).toArray(String[]::new);
            sub.subscribe(0, filters);
            sub.unsubscribe("a/+/77");
            sub.send(unsubscribe(1, filters));
            UnsubAck answer = sub.expect(UnsubAck.class);
            if (setting.isV5()) {
                List<ReasonCode> expected =
                        new ArrayList<>(Collections.nCopies(10_000, ReasonCode.SUCCESS));
                expected.set(77, ReasonCode.NO_SUBSCRIPTION_EXISTED);
                assertThat(answer.reasonCodes()).isEqualTo(expected);
            }
            setting.publisher(broker).publish("a/b/1234", 0, "hi");
            sub.expectNothing();
            assertThat(broker.count(Counter.SUBSCRIPTIONS_REMOVED)).isEqualTo(10_000);
        }
    }
}
