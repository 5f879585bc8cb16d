package io.godwit.codec;

import static io.godwit.codec.ProtocolVersion.V3_1;
import static io.godwit.codec.ProtocolVersion.V3_1_1;
import static io.godwit.codec.ProtocolVersion.V5;
import static io.godwit.codec.WireCases.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.spec.Spec;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the encoder leaves out in earlier versions, and what it refuses. */
class PacketEncoderTest {

    private static final Properties REASON = Properties.of(Property.REASON_STRING, "r");

    private static byte[] encoded(Packet packet, ProtocolVersion version) {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, out);
        assertThat(out.hasRemaining()).isFalse();
        return out.array();
    }

    private static void refused(Packet packet, ProtocolVersion version, String message) {
        ByteBuffer out = ByteBuffer.allocate(200_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketEncoder.encode(packet, version, out))
                .withMessageContaining(message);
        assertThat(out.position()).as("bytes written of %s", packet).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketEncoder.encodedSize(packet, version));
    }

    private static Publish publish(boolean dup, int qos, TopicName topic, int packetId) {
        return new Publish(dup, qos, false, topic, packetId, Properties.NONE, new byte[0]);
    }

    @Test
    void earlierVersionsHaveNoReasonCodes() {
        PubAck refusal = new PubAck(1, ReasonCode.NOT_AUTHORIZED, REASON);
        assertThat(encoded(refusal, V3_1)).isEqualTo(WireBytes.parse("40 02 00 01"));
        Disconnect disconnect = new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN, REASON);
        assertThat(encoded(disconnect, V3_1_1)).isEqualTo(WireBytes.parse("E0 00"));
        UnsubAck unsubAck = new UnsubAck(1, List.of(ReasonCode.SUCCESS), REASON);
        assertThat(encoded(unsubAck, V3_1_1)).isEqualTo(WireBytes.parse("B0 02 00 01"));
    }

    @Test
    void earlierVersionsHaveNoProperties() {
        SubAck subAck = new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1), REASON);
        assertThat(encoded(subAck, V3_1_1)).isEqualTo(WireBytes.parse("90 03 00 01 01"));
        ConnAck connAck = new ConnAck(true, ReasonCode.SUCCESS, REASON);
        assertThat(encoded(connAck, V3_1_1)).isEqualTo(WireBytes.parse("20 02 01 00"));
        SubscriptionRequest request =
                new SubscriptionRequest(
                        WireCases.filter("a"), 1, true, true, RetainHandling.DO_NOT_SEND);
        Subscribe subscribe = new Subscribe(1, List.of(request));
        assertThat(encoded(subscribe, V3_1)).isEqualTo(WireBytes.parse("82 L 00 01 00 01 'a' 01"));
    }

    @Test
    void version31HasNoSessionPresent() {
        ConnAck connAck = new ConnAck(true, ReasonCode.SUCCESS);
        assertThat(encoded(connAck, V3_1)).isEqualTo(WireBytes.parse("20 02 00 00"));
    }

    @Test
    void earlierVersionsHaveNoAuth() {
        refused(new Auth(ReasonCode.SUCCESS, Properties.NONE), V3_1_1, "no AUTH before");
    }

    @Spec({"v5 MQTT-2.2.1-3", "v3 MQTT-2.3.1-1"})
    @Test
    void packetIdentifierIsInRange() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            refused(new PubAck(0), version, "packet identifier is 0, not 1 to 65535");
            refused(new PubRel(65_536), version, "packet identifier is 65536");
            refused(publish(false, 1, topic("a"), 0), version, "packet identifier is 0");
            refused(new SubAck(-1, List.of(ReasonCode.SUCCESS)), version, "packet identifier");
            refused(new Unsubscribe(0, List.of()), version, "packet identifier is 0");
        }
    }

    @Spec({"v5 MQTT-3.3.1-2", "v5 MQTT-3.3.1-4", "v3 MQTT-3.3.1-2", "v3 MQTT-3.3.1-4"})
    @Test
    void publishFlagsAreInRange() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            refused(publish(true, 0, topic("a"), 0), version, "DUP is set at QoS 0");
            refused(publish(false, 3, topic("a"), 1), version, "QoS is 3, not 0 to 2");
            refused(publish(false, -1, topic("a"), 1), version, "QoS is -1");
        }
    }

    @Test
    void topicIsEmptyOnlyWithATopicAlias() {
        refused(publish(false, 0, TopicName.EMPTY, 0), V5, "the topic name is empty");
        Publish aliased =
                new Publish(
                        false,
                        0,
                        false,
                        TopicName.EMPTY,
                        0,
                        Properties.of(Property.TOPIC_ALIAS, 1),
                        new byte[0]);
        refused(aliased, V3_1_1, "the topic name is empty");
        assertThat(encoded(aliased, V5)).isEqualTo(WireBytes.parse("30 06 00 00 03 23 00 01"));
    }

    @Test
    void connectIsOfItsVersion() {
        refused(ConnectCases.plainConnect(V5), V3_1_1, "is of version 5.0, not 3.1.1");
    }

    @Test
    void connectFieldsAreInRange() {
        refused(connect("a".repeat(65_536), 0, null), V5, "client identifier is 65536 bytes");
        refused(connect("a", 65_536, null), V5, "keep alive is 65536");
        refused(connect("a", 0, will(topic("w"), 3, 0)), V5, "Will QoS is 3");
        refused(connect("a", 0, will(TopicName.EMPTY, 0, 0)), V5, "the will topic is empty");
        refused(connect("a", 0, will(topic("w"), 0, 65_536)), V5, "will payload is 65536");
    }

    private static Connect connect(String clientId, int keepAlive, @Nullable Will will) {
        return new Connect(V5, clientId, true, keepAlive, will, null, null, Properties.NONE);
    }

    private static Will will(TopicName topic, int qos, int payloadLength) {
        return new Will(topic, new byte[payloadLength], qos, false, Properties.NONE);
    }

    @Spec("v3 MQTT-3.1.2-22")
    @Test
    void passwordNeedsAUserNameBeforeVersion5() {
        Connect connect =
                new Connect(V3_1_1, "a", true, 0, null, null, new byte[1], Properties.NONE);
        refused(connect, V3_1_1, "a password and no user name");
    }

    @Test
    void acknowledgementListsAreNotEmpty() {
        refused(new SubAck(1, List.of()), V3_1_1, "the payload of SUBACK is empty");
        refused(new UnsubAck(1, List.of()), V5, "the payload of UNSUBACK is empty");
    }

    @Test
    void bufferThatIsTooSmallIsRefused() {
        ByteBuffer small = ByteBuffer.allocate(3);
        assertThatThrownBy(() -> PacketEncoder.encode(new PubAck(1), V5, small))
                .isInstanceOf(BufferOverflowException.class);
    }
}
