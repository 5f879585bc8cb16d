package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.dup;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.topic;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.spec.Spec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is on the disk before PUBACK, PUBREC and PUBCOMP are sent to a publisher. */
class PublisherRuleTest extends DurableConversation {

    private static final Publish QOS1 = retain(publish("t", "m", 1, 7));
    private static final Publish QOS2 = retain(publish("t", "m", 2, 7));

    /** Two sessions, so that the message is stored apart from the references to it. */
    private TestClient publisherToTwo(ProtocolVersion version) {
        offline(version, "sub1", 2, "t");
        offline(version, "sub2", 1, "#");
        return resume(version, "pub");
    }

    private void expectNothingKept(ProtocolVersion version) {
        assertThat(broker.retained().get(topic("t"))).isNull();
        assertThat(queueRecords()).isZero();
        expectInQueue(version, "sub1");
        expectInQueue(version, "sub2");
    }

    private void expectAllKept(ProtocolVersion version) {
        assertThat(broker.retained().get(topic("t"))).isNotNull();
        expectInQueue(version, "sub1", "m");
        expectInQueue(version, "sub2", "m");
    }

    @ParameterizedTest
    @EnumSource
    void pubAckWaitsForTheMessage(ProtocolVersion version) {
        crashBefore(publisherToTwo(version), QOS1);
        expectNothingKept(version);
    }

    @Spec({"v5 MQTT-4.3.2-4", "v3 MQTT-4.3.2-2", "v5 MQTT-4.1.0-1"})
    @ParameterizedTest
    @EnumSource
    void pubAckSaysThatTheMessageIsOwned(ProtocolVersion version) {
        PubAck pubAck = crashBehind(publisherToTwo(version), QOS1, PubAck.class);
        assertThat(pubAck).isEqualTo(new PubAck(7));
        expectAllKept(version);
    }

    @ParameterizedTest
    @EnumSource
    void pubRecWaitsForTheMessageAndItsIdentifier(ProtocolVersion version) {
        crashBefore(publisherToTwo(version), QOS2);
        expectNothingKept(version);
        resume(version, "pub").send(dup(QOS2)).expect(new PubRec(7)).send(new PubRel(7));
        expectAllKept(version);
    }

    @Spec({"v5 MQTT-4.3.3-8", "v5 MQTT-4.3.3-10", "v3 MQTT-4.3.3-2"})
    @ParameterizedTest
    @EnumSource
    void pubRecSaysThatTheMessageAndItsIdentifierAreOwned(ProtocolVersion version) {
        PubRec pubRec = crashBehind(publisherToTwo(version), QOS2, PubRec.class);
        assertThat(pubRec).isEqualTo(new PubRec(7));
        TestClient pub = resume(version, "pub");
        pub.send(dup(QOS2)).expect(new PubRec(7));
        pub.send(new PubRel(7)).expect(new PubComp(7));
        expectAllKept(version);
    }

    @ParameterizedTest
    @EnumSource
    void pubCompWaitsForTheRemovalOfTheIdentifier(ProtocolVersion version) {
        TestClient pub = publisherToTwo(version);
        pub.send(QOS2).expect(new PubRec(7));
        crashBefore(pub, new PubRel(7));
        TestClient again = resume(version, "pub");
        again.send(dup(QOS2)).expect(new PubRec(7)); // still known, so it is not a new message
        again.send(new PubRel(7)).expect(new PubComp(7));
        expectAllKept(version);
    }

    @Spec({"v5 MQTT-4.3.3-11", "v5 MQTT-4.3.3-12", "v3 MQTT-4.3.3-2"})
    @ParameterizedTest
    @EnumSource
    void pubCompSaysThatTheIdentifierIsFree(ProtocolVersion version) {
        TestClient pub = publisherToTwo(version);
        pub.send(QOS2).expect(new PubRec(7));
        crashBehind(pub, new PubRel(7), PubComp.class);
        TestClient again = resume(version, "pub");
        again.send(publish("t", "next", 2, 7)).expect(new PubRec(7));
        again.send(new PubRel(7)).expect(new PubComp(7));
        expectInQueue(version, "sub1", "m", "next");
    }

    /** The first needs a part of another shard, which is late; the second needs none. */
    @ParameterizedTest
    @EnumSource
    void acknowledgementsKeepTheOrderOfPublish(ProtocolVersion version) {
        offline(version, broker.clientIdOn(1, "far"), 2, "far");
        offline(version, broker.clientIdOn(0, "near"), 2, "near");
        TestClient pub = resume(version, broker.clientIdOn(0, "pub"));
        broker.stall(1, true);
        pub.send(
                        publish("far", "1", 1, 1),
                        publish("near", "2", 1, 2),
                        publish("far", "3", 2, 3),
                        publish("near", "4", 2, 4))
                .expectNothing();
        broker.stall(1, false);
        pub.expect(new PubAck(1)).expect(new PubAck(2));
        pub.expect(new PubRec(3)).expect(new PubRec(4)).expectNothing();
    }
}
