package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.spec.Spec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is on the disk before PUBLISH at QoS 2 and PUBREL are sent to a session that is kept. */
class SubscriberRuleTest extends DurableConversation {

    private TestClient subscriber(ProtocolVersion version) {
        return resume(version, "sub").subscribe(2, "t");
    }

    private TestClient publisher(ProtocolVersion version) {
        return connect(version, "pub");
    }

    @ParameterizedTest
    @EnumSource
    void qos2MessageWaitsUntilItIsStored(ProtocolVersion version) {
        TestClient sub = subscriber(version);
        broker.stallWriter(true);
        publisher(version).send(publish("t", "m", 2, 1)).expectNothing();
        sub.expectNothing();
        crash();
        resume(version, "sub").expectNothing();
    }

    /** The message is in the queue already, but not what it is to be sent as. */
    @ParameterizedTest
    @EnumSource
    void qos2MessageWaitsUntilItsIdentifierIsStored(ProtocolVersion version) {
        TestClient sub = subscriber(version);
        TestClient pub = publisher(version);
        pub.queue(publish("t", "m", 2, 1));
        while (disk.records(Table.QUEUE) == 0) {
            broker.run(1);
        }
        broker.stallWriter(true);
        pub.expect(new PubRec(1));
        sub.expectNothing();
        crash();
        Publish sent = resume(version, "sub").expectMessage("t", "m");
        assertThat(sent.dup()).isFalse();
    }

    @Spec({"v5 MQTT-4.4.0-1", "v3 MQTT-4.4.0-1"})
    @ParameterizedTest
    @EnumSource
    void qos2MessageIsSentAgainUnderItsIdentifier(ProtocolVersion version) {
        TestClient sub = subscriber(version);
        publisher(version).queue(publish("t", "m", 2, 1));
        Publish sent = await(sub, Publish.class);
        crash();
        Publish again = resume(version, "sub").expectMessage("t", "m");
        assertThat(again.packetId()).isEqualTo(sent.packetId());
        assertThat(again.dup()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void pubRelWaitsUntilPubRecIsStored(ProtocolVersion version) {
        TestClient sub = subscriber(version);
        publisher(version).send(publish("t", "m", 2, 1));
        Publish sent = sub.expectMessage("t", "m");
        crashBefore(sub, new PubRec(sent.packetId()));
        TestClient again = resume(version, "sub");
        assertThat(again.expectMessage("t", "m").dup()).isTrue();
        again.send(new PubRec(sent.packetId())).expect(new PubRel(sent.packetId()));
    }

    @Spec({"v5 MQTT-4.4.0-1", "v3 MQTT-4.4.0-1", "v5 MQTT-4.3.3-6"})
    @ParameterizedTest
    @EnumSource
    void pubRelIsSentAgainInsteadOfTheMessage(ProtocolVersion version) {
        TestClient sub = subscriber(version);
        publisher(version).send(publish("t", "m", 2, 1));
        Publish sent = sub.expectMessage("t", "m");
        crashBehind(sub, new PubRec(sent.packetId()), PubRel.class);
        TestClient again = resume(version, "sub");
        again.expect(new PubRel(sent.packetId())).expectNothing();
        again.send(new PubComp(sent.packetId()));
        assertThat(queueRecords()).isZero();
    }
}
