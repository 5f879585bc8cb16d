package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.request;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static io.godwit.codec.RetainHandling.DO_NOT_SEND;
import static io.godwit.codec.RetainHandling.SEND;
import static io.godwit.codec.RetainHandling.SEND_IF_NEW;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.conformance.Setting.Each;
import io.godwit.broker.conformance.Setting.EachV3;
import io.godwit.broker.conformance.Setting.EachV5;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Subscription Options and Subscription Identifiers (§3.8.3.1, §3.8.2.1.2), and overlaps (§3.3.4).
 */
class SubscriptionOptionsTest {

    // --- No Local -------------------------------------------------------------------------------

    @Spec("v5 MQTT-3.8.3-3")
    @EachV5
    void noLocalKeepsOnesOwnPublicationsAway(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient self = setting.subscriber(broker, 0).acknowledging();
            subscribeTo(self, request("t", 2, true, false, SEND));
            for (int qos = 0; qos <= 2; qos++) {
                self.publish("t", qos, "own");
            }
            self.expectNothing();
            setting.publisher(broker).publish("t", 0, "another's");
            self.expectMessage("t", "another's");
            self.expectNothing();
        }
    }

    @Spec("v5 MQTT-3.8.3-3")
    @EachV5
    void noLocalHoldsForRetainedMessagesWillsAndLaterConnections(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient self =
                    setting.subscriber(
                            broker,
                            0,
                            connect -> connect.persistent().will(will("t", "own will", 1)));
            subscribeTo(self, request("t", 1, true, false, SEND));
            self.publish(retain(publish("t", "own", 1, 0)));
            self.drop();
            TestClient back = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            back.expectNothing();
            subscribeTo(back, request("t", 1, true, false, SEND));
            back.expectNothing();
            subscribeTo(back, request("t", 1, false, false, SEND));
            back.expectMessage("t", "own");
        }
    }

    @EachV5
    void withoutNoLocalOnesOwnPublicationsComeBack(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient self = setting.subscriber(broker, 0);
            subscribeTo(self, request("t", 0, true, false, SEND), request("+", 0));
            self.publish("t", 0, "own");
            self.expectMessage("t", "own");
            self.expectNothing();
        }
    }

    @Spec("v5 MQTT-3.8.3-4")
    @EachV5
    void noLocalOnASharedSubscriptionIsAProtocolError(Setting setting) {
        for (String filter : List.of("$share/g/t", "$queue/t")) {
            try (SimulatedBroker broker = setting.broker()) {
                TestClient sub = setting.subscriber(broker, 0);
                Subscribe harmless = subscribe(1, request(filter, 0));
                ByteBuffer packet =
                        ByteBuffer.allocate(PacketEncoder.encodedSize(harmless, setting.version()));
                PacketEncoder.encode(harmless, setting.version(), packet);
                byte[] bytes = packet.array();
                bytes[bytes.length - 1] |= 0x04; // the options of the last filter come last
                sub.sendBytes(bytes);
                assertThat(sub.expect(Disconnect.class).reasonCode())
                        .isEqualTo(ReasonCode.PROTOCOL_ERROR);
                sub.expectClosed();
            }
        }
    }

    // --- Retain As Published --------------------------------------------------------------------

    @Spec({"v5 MQTT-3.3.1-12", "v5 MQTT-3.3.1-13"})
    @EachV5
    void retainIsForwardedAsPublishedOnlyWhereThatIsAskedFor(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient plain = setting.subscriber(broker, 0).subscribe(0, "t");
            TestClient asPublished = setting.subscriber(broker, 1);
            subscribeTo(asPublished, request("t", 0, false, true, SEND));
            TestClient both = setting.subscriber(broker, 2);
            subscribeTo(both, request("t", 0, false, true, SEND), request("+", 0));
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("t", "kept")));
            assertThat(plain.expectMessage("t", "kept").retain()).isFalse();
            assertThat(asPublished.expectMessage("t", "kept").retain()).isTrue();
            assertThat(both.expectMessage("t", "kept").retain()).isTrue();
            pub.publish("t", 0, "passing");
            for (TestClient sub : List.of(plain, asPublished, both)) {
                assertThat(sub.expectMessage("t", "passing").retain()).isFalse();
                sub.expectNothing();
            }
        }
    }

    /** Also for a message that waited for its subscriber. */
    @Spec({"v5 MQTT-3.3.1-12", "v5 MQTT-3.3.1-13"})
    @EachV5
    void retainIsForwardedAsPublishedFromTheQueue(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            subscribeTo(sub, request("a", 1, false, true, SEND), request("b", 1));
            sub.drop();
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("a", "1", 1, 0)));
            pub.publish(retain(publish("b", "2", 1, 0)));
            TestClient back = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            assertThat(back.expectMessage("a", "1").retain()).isTrue();
            assertThat(back.expectMessage("b", "2").retain()).isFalse();
        }
    }

    // --- Retain Handling ------------------------------------------------------------------------

    @Spec({"v5 MQTT-3.3.1-9", "v5 MQTT-3.3.1-10", "v5 MQTT-3.3.1-11", "v5 MQTT-3.8.4-4"})
    @EachV5
    void retainHandlingSaysWhichRetainedMessagesComeAtSubscribe(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.publisher(broker).publish(retain(publish("t", "kept")));
            for (RetainHandling handling : RetainHandling.values()) {
                TestClient sub = setting.subscriber(broker, handling.ordinal());
                subscribeTo(sub, request("t", 0, false, false, handling));
                boolean atFirst = handling != DO_NOT_SEND;
                assertThat(Setting.texts(sub)).hasSize(atFirst ? 1 : 0);
                subscribeTo(sub, request("t", 0, false, false, handling));
                boolean again = handling == SEND;
                assertThat(Setting.texts(sub)).hasSize(again ? 1 : 0);
                sub.unsubscribe("t");
                subscribeTo(sub, request("t", 0, false, false, handling));
                assertThat(Setting.texts(sub)).hasSize(atFirst ? 1 : 0);
            }
        }
    }

    /** A subscription of a session that is resumed is not new. */
    @Spec("v5 MQTT-3.3.1-10")
    @EachV5
    void subscriptionOfAResumedSessionIsNotNew(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            setting.publisher(broker).publish(retain(publish("t", "kept")));
            TestClient sub = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            subscribeTo(sub, request("t", 0, false, false, SEND_IF_NEW));
            sub.expectMessage("t", "kept");
            sub.drop();
            TestClient back = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            subscribeTo(back, request("t", 0, false, false, SEND_IF_NEW));
            back.expectNothing();
        }
    }

    // --- Subscription Identifiers and overlaps --------------------------------------------------

    @Spec({"v5 MQTT-3.3.4-2", "v5 MQTT-3.3.4-3", "v5 MQTT-3.3.4-4"})
    @EachV5
    void overlappingSubscriptionsGiveOneMessageWithAllIdentifiersAtTheHighestQos(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).acknowledging();
            subscribeWithId(sub, 1, request("a/b", 0));
            subscribeWithId(sub, 268_435_455, request("a/+", 2));
            subscribeWithId(sub, 3, request("a/#", 1));
            subscribeTo(sub, request("#", 0));
            subscribeWithId(sub, 9, request("x", 2));
            setting.publisher(broker).publish("a/b", 2, "hi");
            Publish publish = sub.expectMessage("a/b", "hi");
            assertThat(publish.qos()).isEqualTo(2);
            assertThat(ids(publish)).containsExactlyInAnyOrder(1, 3, 268_435_455);
            sub.expectNothing();
        }
    }

    /** §3.3.4: the same identifier on several of them comes as often. */
    @Spec("v5 MQTT-3.3.4-4")
    @EachV5
    void sameIdentifierOnTwoSubscriptionsComesTwice(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0);
            subscribeWithId(sub, 7, request("a/+", 0), request("a/b", 0));
            setting.publisher(broker).publish("a/b", 0, "hi");
            assertThat(ids(sub.expectMessage("a/b", "hi"))).containsExactly(7, 7);
            sub.expectNothing();
        }
    }

    @Spec({"v3 MQTT-3.3.5-1"})
    @EachV3
    void overlappingSubscriptionsRespectTheHighestQosBeforeVersion5(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).acknowledging();
            sub.subscribe(0, "a/b").subscribe(2, "a/+").subscribe(1, "#");
            setting.publisher(broker).publish("a/b", 2, "hi");
            assertThat(sub.expectMessage("a/b", "hi").qos()).isEqualTo(2);
            sub.expectNothing();
        }
    }

    /** The wildcard one no longer counts when it has gone. */
    @Spec({"v5 MQTT-3.3.4-2", "v3 MQTT-3.3.5-1", "v5 MQTT-3.10.4-2", "v3 MQTT-3.10.4-2"})
    @Each
    void subscriptionThatHasGoneIsNoOverlap(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient sub = setting.subscriber(broker, 0).acknowledging();
            sub.subscribe(0, "a/b").subscribe(2, "a/+");
            TestClient pub = setting.publisher(broker);
            pub.publish("a/b", 2, "both");
            assertThat(sub.expectMessage("a/b", "both").qos()).isEqualTo(2);
            sub.unsubscribe("a/+");
            pub.publish("a/b", 2, "one");
            assertThat(sub.expectMessage("a/b", "one").qos()).isZero();
            sub.expectNothing();
        }
    }

    @Spec("v5 MQTT-3.3.4-3")
    @EachV5
    void identifierComesWithRetainedAndQueuedMessagesAndIsReplaced(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient pub = setting.publisher(broker);
            pub.publish(retain(publish("t", "kept", 1, 0)));
            TestClient sub = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            subscribeWithId(sub, 5, request("t", 1, false, false, SEND));
            Publish kept = sub.expectMessage("t", "kept");
            assertThat(ids(kept)).containsExactly(5);
            sub.send(new PubAck(kept.packetId()));
            sub.drop();
            pub.publish("t", 1, "queued");
            TestClient back = setting.subscriber(broker, 0, ConnectBuilder::persistent);
            Publish queued = back.expectMessage("t", "queued");
            assertThat(ids(queued)).containsExactly(5);
            subscribeWithId(back, 6, request("t", 1, false, false, DO_NOT_SEND));
            pub.publish("t", 1, "replaced");
            assertThat(ids(back.expectMessage("t", "replaced"))).containsExactly(6);
            subscribeTo(back, request("t", 1, false, false, DO_NOT_SEND));
            pub.publish("t", 1, "none");
            assertThat(ids(back.expectMessage("t", "none"))).isEmpty();
        }
    }

    /** To one who does not ask for it no identifier comes, though others have one. */
    @Spec("v5 MQTT-3.3.4-3")
    @EachV5
    void identifiersAreEachSubscribersOwn(Setting setting) {
        try (SimulatedBroker broker = setting.broker()) {
            TestClient one = setting.subscriber(broker, 0);
            subscribeWithId(one, 1, request("t", 0));
            TestClient two = setting.subscriber(broker, 1);
            subscribeWithId(two, 2, request("t", 0));
            TestClient none = setting.subscriber(broker, 2).subscribe(0, "t");
            TestClient pub = setting.publisher(broker);
            for (String payload : List.of("first", "second", "third")) {
                pub.publish("t", 0, payload);
                assertThat(ids(one.expectMessage("t", payload))).containsExactly(1);
                assertThat(ids(two.expectMessage("t", payload))).containsExactly(2);
                assertThat(ids(none.expectMessage("t", payload))).isEmpty();
            }
        }
    }

    private static List<Integer> ids(Publish publish) {
        return publish.properties().all(Property.SUBSCRIPTION_IDENTIFIER);
    }

    private static void subscribeTo(TestClient client, SubscriptionRequest... requests) {
        client.send(subscribe(client.nextPacketId(), requests));
        assertThat(client.take(SubAck.class).reasonCodes()).noneMatch(ReasonCode::isError);
    }

    private static void subscribeWithId(
            TestClient client, int id, SubscriptionRequest... requests) {
        client.send(
                new Subscribe(
                        client.nextPacketId(),
                        List.of(requests),
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, id)));
        assertThat(client.take(SubAck.class).reasonCodes()).noneMatch(ReasonCode::isError);
    }
}
