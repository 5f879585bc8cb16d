package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.dup;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.simulation.SimpleRules;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PUBLISH from a client: the server as the receiver of the QoS flows (§3.3.4, §4.3). */
class PublishReceivedTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private static ReasonCode since5(ProtocolVersion version, ReasonCode code) {
        return version.isV5() ? code : ReasonCode.SUCCESS;
    }

    @Spec({
        "v5 MQTT-3.3.4-1",
        "v5 MQTT-2.2.1-5",
        "v5 MQTT-4.3.2-4",
        "v5 MQTT-4.3.3-8",
        "v5 MQTT-4.3.3-11",
        "v3 MQTT-3.3.4-1",
        "v3 MQTT-2.3.1-6",
        "v3 MQTT-4.3.2-2",
        "v3 MQTT-4.3.3-2"
    })
    @ParameterizedTest
    @EnumSource
    void publishIsAnsweredByItsQos(ProtocolVersion version) {
        connect(version, "sub").subscribe(0, "t");
        TestClient pub = connect(version, "pub");
        pub.send(publish("t", "a")).expectNothing();
        pub.send(publish("t", "b", 1, 7)).expect(new PubAck(7)).expectNothing();
        pub.send(publish("t", "c", 2, 65_535)).expect(new PubRec(65_535)).expectNothing();
        pub.send(new PubRel(65_535)).expect(new PubComp(65_535)).expectNothing();
    }

    @Spec({"v5 MQTT-4.3.2-5", "v3 MQTT-4.3.2-2"})
    @ParameterizedTest
    @EnumSource
    void acknowledgedIdentifierIsFreeForANewMessage(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(0, "t");
        TestClient pub = connect(version, "pub");
        pub.send(publish("t", "first", 1, 7)).expect(new PubAck(7));
        pub.send(dup(publish("t", "second", 1, 7))).expect(new PubAck(7));
        sub.expectMessage("t", "first");
        sub.expectMessage("t", "second");
    }

    @Spec({"v5 MQTT-4.3.3-10", "v3 MQTT-4.3.3-2"})
    @ParameterizedTest
    @EnumSource
    void qos2MessageIsDeliveredOnce(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(0, "t");
        TestClient pub = connect(version, "pub", c -> c.persistent());
        pub.send(publish("t", "once", 2, 7)).expect(new PubRec(7));
        pub.send(dup(publish("t", "once", 2, 7))).expect(new PubRec(7));
        pub.drop();
        TestClient again = resume(version, "pub");
        again.send(dup(publish("t", "once", 2, 7))).expect(new PubRec(7));
        sub.expectMessage("t", "once");
        sub.expectNothing();
        again.send(new PubRel(7)).expect(new PubComp(7));
        again.send(publish("t", "new", 2, 7)).expect(new PubRec(7));
        sub.expectMessage("t", "new");
    }

    @Spec({"v5 MQTT-4.3.3-12", "v3 MQTT-4.3.3-2"})
    @ParameterizedTest
    @EnumSource
    void completedIdentifierIsFreeForANewMessage(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(0, "t");
        TestClient pub = connect(version, "pub");
        for (String payload : new String[] {"first", "second"}) {
            // DUP does not matter: the identifier was completed
            pub.send(dup(publish("t", payload, 2, 7))).expect(new PubRec(7));
            pub.send(new PubRel(7)).expect(new PubComp(7));
            sub.expectMessage("t", payload);
        }
    }

    @Spec({"v5 MQTT-4.3.3-11", "v3 MQTT-4.3.3-2"})
    @ParameterizedTest
    @EnumSource
    void pubRelIsAlwaysAnswered(ProtocolVersion version) {
        TestClient pub = connect(version, "pub");
        pub.send(new PubRel(9));
        pub.expect(new PubComp(9, since5(version, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND)));
        pub.expectNothing();
    }

    @Spec({"v5 MQTT-4.3.3-9", "v5 MQTT-4.3.3-13"})
    @Test
    void refusedIdentifierIsFreeForANewMessage() {
        use(SimulatedBroker.options().authorizer(notOn("secret")));
        TestClient sub = connect(V5, "sub").subscribe(0, "#");
        TestClient pub = connect(V5, "pub");
        pub.send(publish("secret", "x", 2, 7))
                .expect(new PubRec(7, ReasonCode.NOT_AUTHORIZED))
                .send(publish("open", "y", 2, 7))
                .expect(new PubRec(7));
        sub.expectMessage("open", "y");
        broker.advance(Duration.ofSeconds(5));
        pub.send(new PubRel(7)).expect(new PubComp(7));
        sub.expectNothing();
    }

    @Spec("v5 MQTT-4.3.3-13")
    @Test
    void handshakeGoesOnWhenTheMessageHasExpired() {
        TestClient pub = connect(V5, "pub");
        pub.send(with(publish("t", "x", 2, 7), Property.MESSAGE_EXPIRY_INTERVAL, 1L));
        pub.expect(new PubRec(7, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        broker.advance(Duration.ofSeconds(5));
        pub.send(dup(with(publish("t", "x", 2, 7), Property.MESSAGE_EXPIRY_INTERVAL, 1L)));
        pub.expect(new PubRec(7)).send(new PubRel(7)).expect(new PubComp(7));
    }

    @Spec("v3 MQTT-3.3.5-2")
    @ParameterizedTest
    @EnumSource
    void messageThatIsNotAllowedIsAnsweredAndDropped(ProtocolVersion version) {
        use(SimulatedBroker.options().authorizer(notOn("secret")));
        TestClient sub = connect(version, "sub").subscribe(0, "secret");
        TestClient pub = connect(version, "pub");
        pub.send(publish("secret", "x")).expectNothing();
        pub.send(publish("secret", "x", 1, 1));
        pub.expect(new PubAck(1, since5(version, ReasonCode.NOT_AUTHORIZED)));
        pub.send(publish("secret", "x", 2, 2));
        pub.expect(new PubRec(2, since5(version, ReasonCode.NOT_AUTHORIZED)));
        sub.expectNothing();
        pub.send(new PingReq()).expect(new PingResp());
    }

    @ParameterizedTest
    @EnumSource
    void publisherIsToldThatNobodySubscribes(ProtocolVersion version) {
        TestClient pub = connect(version, "pub");
        pub.send(publish("t", "x", 1, 1));
        pub.expect(new PubAck(1, since5(version, ReasonCode.NO_MATCHING_SUBSCRIBERS)));
        pub.send(publish("t", "x", 2, 2));
        pub.expect(new PubRec(2, since5(version, ReasonCode.NO_MATCHING_SUBSCRIBERS)));
        pub.send(new PubRel(2)).expect(new PubComp(2));
        resume(version, "sub").subscribe(1, "t").drop();
        pub.send(publish("t", "x", 1, 3)).expect(new PubAck(3));
    }

    @Test
    void serversReceiveMaximumIsHeld() {
        use(SimulatedBroker.options().limits(limits -> limits.receiveMaximum(3)));
        TestClient sub = connect(V5, "sub").subscribe(0, "t");
        TestClient pub = connect(V5, "pub");
        for (int id = 1; id <= 3; id++) {
            pub.send(publish("t", "x", 2, id)).expect(PubRec.class);
        }
        pub.send(publish("t", "x", 1, 4)).expect(new PubAck(4)); // at QoS 1 it is over at once
        pub.send(new PubRel(1)).expect(new PubComp(1));
        pub.send(publish("t", "x", 2, 5)).expect(new PubRec(5));
        pub.send(publish("t", "x", 2, 6));
        assertThat(pub.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
        pub.expectClosed();
        assertThat(sub.takeAll()).hasSize(5);
    }

    /** A client starts each connection with its whole quota (§4.9), whatever it left behind. */
    @Test
    void receiveMaximumCountsWhatThisConnectionSent() {
        use(SimulatedBroker.options().limits(limits -> limits.receiveMaximum(2)));
        TestClient pub = resume(V5, "pub");
        pub.send(publish("t", "x", 2, 1), publish("t", "x", 2, 2)).drop();
        TestClient again = resume(V5, "pub");
        again.send(publish("t", "x", 2, 3), publish("t", "x", 2, 4));
        assertThat(again.takeAll()).hasSize(2).allMatch(PubRec.class::isInstance);
        again.send(new PubRel(1)).expect(new PubComp(1));
        again.send(publish("t", "x", 2, 5));
        assertThat(again.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @ParameterizedTest
    @EnumSource
    void serversMaximumPacketSizeIsHeld(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.packetSize(1_000)));
        int fixed = 2 + 1 + 2 + 1 + (version.isV5() ? 1 : 0);
        TestClient pub = connect(version, "pub");
        pub.send(publish("t", "x".repeat(1_000 - fixed))).expectNothing();
        // the header is enough, whatever follows
        pub.sendBytes("30 F0 07");
        if (version.isV5()) {
            assertThat(pub.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        }
        pub.expectClosed();
    }

    /** An authorizer that allows all but publishing on one topic. */
    static Authorizer notOn(String forbidden) {
        return new SimpleRules(topic -> !topic.equals(forbidden), _ -> true);
    }
}
