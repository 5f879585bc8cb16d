package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.UserProperty;
import io.godwit.spec.Spec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's Maximum Packet Size (§3.1.2.11.4). */
class PacketSizeTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private TestClient connectWithMaximum(String clientId, long bytes) {
        return connect(V5, clientId, c -> c.persistent().with(Property.MAXIMUM_PACKET_SIZE, bytes));
    }

    @Spec({"v5 MQTT-3.1.2-24", "v5 MQTT-3.1.2-25"})
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void largerMessageCountsAsDelivered(int qos) {
        TestClient small = connectWithMaximum("small", 100).subscribe(qos, "t");
        TestClient large = connect(V5, "large").acknowledging().subscribe(qos, "t");
        TestClient large2 = connect(V5, "large2").acknowledging().subscribe(qos, "t");
        TestClient pub = connect(V5, "pub");
        int others = PacketEncoder.encodedSize(publish("t", "", qos, Math.min(qos, 1)), V5);
        String fits = "f".repeat(100 - others);
        for (int size : new int[] {101, 5_000}) { // the second is shared, not copied
            String tooLarge = "x".repeat(size - others);
            pub.publish("t", qos, tooLarge);
            small.expectNothing();
            large.expectMessage("t", tooLarge);
            large2.expectMessage("t", tooLarge);
        }
        assertThat(broker.count(Counter.DROPPED_PACKET_TOO_LARGE)).isEqualTo(2);
        pub.publish("t", qos, fits);
        small.expectMessage("t", fits);
        small.drop();
        TestClient again = connectWithMaximum("small", 1_000);
        if (qos > 0) {
            again.expectMessage("t", fits);
        }
        again.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-24", "v5 MQTT-3.1.2-25"})
    @Test
    void messageThatIsTooLargeAtReconnectIsDropped() {
        TestClient sub = connectWithMaximum("sub", 1_000).subscribe(2, "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "x".repeat(200));
        pub.publish("t", 2, "x".repeat(200));
        assertThat(sub.takeAll()).hasSize(2);
        sub.drop();
        pub.publish("t", 1, "x".repeat(200));
        pub.publish("t", 1, "small");
        connectWithMaximum("sub", 100).acknowledging().expectMessage("t", "small");
        assertThat(broker.count(Counter.DROPPED_PACKET_TOO_LARGE)).isEqualTo(3);
        connectWithMaximum("sub", 1_000).expectNothing();
        assertThat(broker.count(Counter.MESSAGES_QUEUED))
                .isEqualTo(broker.count(Counter.MESSAGES_UNQUEUED));
    }

    /** What the server adds must not be what makes a packet too large. */
    @Spec("v5 MQTT-3.1.2-24")
    @Test
    void topicAliasIsLeftOutWhereItDoesNotFit() {
        TestClient sub =
                connect(
                        V5,
                        "sub",
                        c ->
                                c.with(Property.MAXIMUM_PACKET_SIZE, 100L)
                                        .with(Property.TOPIC_ALIAS_MAXIMUM, 5));
        sub.subscribe(0, "t");
        String payload = "x".repeat(100 - PacketEncoder.encodedSize(publish("t", ""), V5));
        connect(V5, "pub").publish("t", 0, payload);
        assertThat(sub.expectMessage("t", payload).properties().has(Property.TOPIC_ALIAS))
                .isFalse();
        sub.expectNothing();
    }

    @Spec({
        "v5 MQTT-3.4.2-2",
        "v5 MQTT-3.4.2-3",
        "v5 MQTT-3.5.2-2",
        "v5 MQTT-3.5.2-3",
        "v5 MQTT-3.6.2-2",
        "v5 MQTT-3.6.2-3",
        "v5 MQTT-3.7.2-2",
        "v5 MQTT-3.7.2-3"
    })
    @Test
    void acknowledgementsFitIntoTheSmallestPackets() {
        use(SimulatedBroker.options().limits(limits -> limits.topicLevels(2)));
        // what CONNACK takes, and less than an acknowledgement with an explanation would
        TestClient client = connect(V5, "c", c -> c.with(Property.MAXIMUM_PACKET_SIZE, 16L));
        UserProperty user = new UserProperty("name", "value");
        client.send(with(publish("a/b/c", "x", 1, 1), Property.USER_PROPERTY, user))
                .expect(new PubAck(1, ReasonCode.TOPIC_NAME_INVALID))
                .send(with(publish("a/b/c", "x", 2, 2), Property.USER_PROPERTY, user))
                .expect(new PubRec(2, ReasonCode.TOPIC_NAME_INVALID))
                .send(new PubRel(3))
                .expect(new PubComp(3, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND))
                .send(new PubRec(4))
                .expect(new PubRel(4, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND))
                .expectNothing();
    }

    /** A client that leaves no room for an answer that it is owed cannot be served. */
    @Spec("v5 MQTT-3.1.2-24")
    @Test
    void answerThatDoesNotFitEndsTheConnection() {
        TestClient client = connectWithMaximum("c", 16);
        String[] filters = new String[20];
        Arrays.setAll(filters, i -> "t/" + i);
        client.send(subscribe(1, 0, filters));
        client.expect(new Disconnect(ReasonCode.PACKET_TOO_LARGE)).expectClosed();
    }

    /** Not with DISCONNECT, which may come after a CONNACK with success only. */
    @Spec({"v5 MQTT-3.14.0-1", "v5 MQTT-3.1.2-24"})
    @Test
    void connAckThatDoesNotFitRefusesTheClient() {
        TestClient client = broker.client(V5);
        client.send(
                Packets.connect(V5, "c")
                        .resume(60)
                        .with(Property.MAXIMUM_PACKET_SIZE, 15L)
                        .build());
        client.expect(new ConnAck(false, ReasonCode.PACKET_TOO_LARGE)).expectClosed();
        TestClient none = broker.client(V5);
        none.send(Packets.connect(V5, "c").with(Property.MAXIMUM_PACKET_SIZE, 4L).build());
        none.expectClosed();
        assertThat(broker.count(Counter.SESSIONS_CREATED)).isZero();
    }
}
