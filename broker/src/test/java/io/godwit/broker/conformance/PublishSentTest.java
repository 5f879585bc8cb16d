package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.dup;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PUBLISH to a client: the server as the sender of the QoS flows (§4.3, §4.4, §4.9). */
class PublishSentTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    @Spec({"v5 MQTT-4.3.1-1", "v3 MQTT-4.3.1-1", "v5 MQTT-3.3.1-3", "v3 MQTT-3.3.1-3"})
    @ParameterizedTest
    @EnumSource
    void dupOfThePublisherIsNotForwarded(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").acknowledging().subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        for (int qos = 1; qos <= 2; qos++) {
            pub.send(dup(publish("t", "x", qos, qos)));
            Publish received = sub.expectMessage("t", "x");
            assertThat(received.dup()).isFalse();
            assertThat(received.qos()).isEqualTo(qos);
        }
        pub.send(publish("t", "x"));
        assertThat(sub.expect(Publish.class)).isEqualTo(publish("t", "x"));
    }

    @Spec({
        "v5 MQTT-2.2.1-4",
        "v5 MQTT-4.3.2-1",
        "v5 MQTT-4.3.2-2",
        "v5 MQTT-4.3.3-1",
        "v5 MQTT-4.3.3-2",
        "v3 MQTT-2.3.1-4",
        "v3 MQTT-4.3.2-1",
        "v3 MQTT-4.3.3-1"
    })
    @ParameterizedTest
    @EnumSource
    void everyMessageUnderWayHasAnIdentifierOfItsOwn(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 20; i++) {
            pub.publish("t", 1 + i % 2, "m" + i);
        }
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Publish publish = sub.expectMessage("t", "m" + i);
            assertThat(publish.dup()).isFalse();
            assertThat(publish.packetId()).isPositive();
            assertThat(ids.add(publish.packetId())).isTrue();
        }
    }

    /** All identifiers are used more than once, but never one that is still under way. */
    @Spec({"v5 MQTT-2.2.1-4", "v3 MQTT-2.3.1-4"})
    @ParameterizedTest
    @EnumSource
    void identifierUnderWayIsNotReused(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(1, "t");
        TestClient pub = connect(version, "pub");
        pub.send(publish("t", "kept", 1, 1)).expect(new PubAck(1));
        int kept = sub.expectMessage("t", "kept").packetId();
        for (int i = 0; i < 70_000; i++) {
            pub.send(publish("t", "x", 1, 1)).take(PubAck.class);
            int packetId = sub.expect(Publish.class).packetId();
            assertThat(packetId).isNotEqualTo(kept).isPositive();
            sub.queue(new PubAck(packetId));
        }
    }

    @Spec({
        "v5 MQTT-4.3.2-3",
        "v5 MQTT-4.4.0-1",
        "v5 MQTT-3.3.1-1",
        "v3 MQTT-4.3.2-1",
        "v3 MQTT-4.4.0-1",
        "v3 MQTT-3.3.1-1"
    })
    @ParameterizedTest
    @EnumSource
    void qos1MessageIsSentAgainUntilItIsAcknowledged(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(1, "t");
        connect(version, "pub").publish("t", 1, "x");
        Publish first = sub.expectMessage("t", "x");
        for (int i = 0; i < 3; i++) {
            broker.advance(Duration.ofMinutes(10));
            sub.expectNothing(); // never on the same connection
            sub.drop();
            sub = resume(version, "sub");
            sub.expect(dup(first));
        }
        sub.send(new PubAck(first.packetId())).drop();
        resume(version, "sub").expectNothing();
    }

    @Spec({
        "v5 MQTT-4.3.3-3",
        "v5 MQTT-4.3.3-4",
        "v5 MQTT-4.3.3-5",
        "v5 MQTT-4.3.3-6",
        "v5 MQTT-4.4.0-1",
        "v5 MQTT-3.3.1-1",
        "v5 MQTT-2.2.1-5",
        "v3 MQTT-4.3.3-1",
        "v3 MQTT-4.4.0-1",
        "v3 MQTT-3.3.1-1",
        "v3 MQTT-2.3.1-6"
    })
    @ParameterizedTest
    @EnumSource
    void qos2FlowGoesOnWhereItStopped(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(2, "t");
        connect(version, "pub").publish("t", 2, "x");
        Publish first = sub.expectMessage("t", "x");
        int id = first.packetId();
        sub.drop();
        sub = resume(version, "sub");
        sub.expect(dup(first)).send(new PubRec(id)).expect(new PubRel(id)).expectNothing();
        for (int i = 0; i < 3; i++) {
            sub.drop();
            sub = resume(version, "sub");
            sub.expect(new PubRel(id)).expectNothing();
        }
        sub.send(new PubComp(id)).drop();
        resume(version, "sub").expectNothing();
    }

    @Spec({"v5 MQTT-4.3.3-4", "v3 MQTT-4.3.3-1"})
    @ParameterizedTest
    @EnumSource
    void repeatedPubRecIsAnsweredAgain(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(2, "t");
        connect(version, "pub").publish("t", 2, "x");
        int id = sub.expectMessage("t", "x").packetId();
        sub.send(new PubRec(id)).expect(new PubRel(id));
        sub.send(new PubRec(id)).expect(new PubRel(id)).expectNothing();
        ReasonCode unknown =
                version.isV5() ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
        sub.send(new PubRec(999)).expect(new PubRel(999, unknown)).expectNothing();
    }

    @Spec({"v5 MQTT-4.4.0-1", "v3 MQTT-4.4.0-1"})
    @ParameterizedTest
    @EnumSource
    void cleanStartGetsNothingAgain(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(2, "t");
        connect(version, "pub").publish("t", 2, "x");
        sub.expectMessage("t", "x");
        sub.drop();
        connect(version, "sub").expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void flowsAreResumedInTheirOrder(ProtocolVersion version) {
        TestClient sub = resume(version, "sub").subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 9; i++) {
            pub.publish("t", 1 + i % 2, "m" + i);
        }
        int[] ids = new int[9];
        for (int i = 0; i < 9; i++) {
            ids[i] = sub.expectMessage("t", "m" + i).packetId();
        }
        sub.send(new PubAck(ids[2]), new PubRec(ids[5]), new PubRec(ids[3]));
        sub.drop();
        pub.publish("t", 1, "m9");
        TestClient again = resume(version, "sub");
        for (int i : new int[] {0, 1, 3, 4, 5, 6, 7, 8}) {
            if (i == 3 || i == 5) {
                again.expect(new PubRel(ids[i]));
            } else {
                Publish publish = again.expectMessage("t", "m" + i);
                assertThat(publish.dup()).isTrue();
                assertThat(publish.packetId()).isEqualTo(ids[i]);
            }
        }
        assertThat(again.expectMessage("t", "m9").dup()).isFalse();
        again.expectNothing();
    }

    @Spec("v5 MQTT-4.4.0-2")
    @Test
    void refusalIsAnAcknowledgement() {
        TestClient sub = resume(V5, "sub").subscribe(2, "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "one");
        sub.send(
                new PubAck(sub.expectMessage("t", "one").packetId(), ReasonCode.UNSPECIFIED_ERROR));
        pub.publish("t", 2, "two");
        sub.send(new PubRec(sub.expectMessage("t", "two").packetId(), ReasonCode.QUOTA_EXCEEDED));
        sub.expectNothing(); // no PUBREL
        sub.drop();
        resume(V5, "sub").expectNothing();
    }

    @Spec("v5 MQTT-4.3.3-7")
    @Test
    void messageThatWasSentDoesNotExpire() {
        TestClient sub = resume(V5, "sub").subscribe(2, "t");
        TestClient pub = connect(V5, "pub");
        for (int qos = 1; qos <= 2; qos++) {
            pub.publish(
                    with(publish("t", "q" + qos, qos, 0), Property.MESSAGE_EXPIRY_INTERVAL, 5L));
        }
        sub.expectMessage("t", "q1");
        sub.expectMessage("t", "q2");
        sub.drop();
        broker.advance(Duration.ofSeconds(10));
        TestClient again = resume(V5, "sub").acknowledging();
        again.expectMessage("t", "q1");
        again.expectMessage("t", "q2");
        again.expectNothing();
    }

    @Spec({
        "v5 MQTT-3.3.4-9",
        "v5 MQTT-4.9.0-1",
        "v5 MQTT-4.9.0-2",
        "v5 MQTT-3.3.4-10",
        "v5 MQTT-4.9.0-3"
    })
    @Test
    void clientsReceiveMaximumIsHeld() {
        TestClient sub = connect(V5, "sub", c -> c.with(Property.RECEIVE_MAXIMUM, 2));
        sub.subscribe(2, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 5; i++) {
            pub.publish("t", 1 + i % 2, "m" + i);
        }
        int first = sub.expectMessage("t", "m0").packetId();
        int second = sub.expectMessage("t", "m1").packetId();
        sub.expectNothing();
        // what is not PUBLISH at QoS 1 or 2 goes on
        pub.publish("t", 0, "now");
        sub.expectMessage("t", "now");
        sub.send(new PingReq()).expect(new PingResp()).expectNothing();
        sub.send(new PubAck(first));
        int third = sub.expectMessage("t", "m2").packetId();
        // at QoS 2 PUBREC does not give quota back, PUBCOMP does
        sub.send(new PubRec(second)).expect(new PubRel(second)).expectNothing();
        sub.send(new PubComp(second));
        sub.expectMessage("t", "m3");
        sub.expectNothing();
        sub.send(new PubAck(third));
        sub.expectMessage("t", "m4");
        sub.expectNothing();
    }

    @Spec({"v5 MQTT-4.9.0-1", "v5 MQTT-4.9.0-2"})
    @Test
    void quotaStartsAnewWithAConnection() {
        TestClient sub = connect(V5, "sub", PublishSentTest::oneAtATime).subscribe(2, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 3; i++) {
            pub.publish("t", 2, "m" + i);
        }
        int first = sub.expectMessage("t", "m0").packetId();
        sub.send(new PubRec(first)).expect(new PubRel(first)).expectNothing();
        sub.drop();
        TestClient again = connect(V5, "sub", PublishSentTest::oneAtATime);
        // PUBREL does not count: the message is the client's already
        again.expect(new PubRel(first));
        int second = again.expectMessage("t", "m1").packetId();
        again.expectNothing();
        again.send(new PubComp(first)).expectNothing();
        again.send(new PubRec(second)).expect(new PubRel(second)).expectNothing();
        again.send(new PubComp(second)).expectMessage("t", "m2");
        again.expectNothing();
    }

    private static ConnectBuilder oneAtATime(ConnectBuilder connect) {
        return connect.persistent().with(Property.RECEIVE_MAXIMUM, 1);
    }

    @Test
    void smallerQuotaHoldsForWhatIsSentAgain() {
        TestClient sub = resume(V5, "sub").subscribe(1, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 4; i++) {
            pub.publish("t", 1, "m" + i);
            sub.expectMessage("t", "m" + i);
        }
        sub.drop();
        TestClient again = connect(V5, "sub", PublishSentTest::oneAtATime);
        pub.publish("t", 1, "m4");
        for (int i = 0; i < 5; i++) {
            Publish publish = again.expectMessage("t", "m" + i);
            assertThat(publish.dup()).isEqualTo(i < 4);
            again.expectNothing();
            again.send(new PubAck(publish.packetId()));
        }
        again.expectNothing();
    }

    /** Acknowledgements of what was never sent change nothing. */
    @ParameterizedTest
    @EnumSource
    void strayAcknowledgementsAreIgnored(ProtocolVersion version) {
        TestClient sub = connect(version, "sub").subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        pub.publish("t", 2, "x");
        int id = sub.expectMessage("t", "x").packetId();
        for (Packet stray : new Packet[] {new PubAck(id), new PubComp(id), new PubAck(999)}) {
            sub.send(stray).expectNothing();
        }
        sub.send(new PubRec(id)).expect(new PubRel(id)).send(new PubComp(id)).expectNothing();
        sub.send(new PubComp(id), new PubAck(id)).expectNothing();
        assertThat(broker.memoryUsed()).isLessThan(2_000);
        assertThat(broker.count(Counter.FAILED_ACTIONS)).isZero();
    }
}
