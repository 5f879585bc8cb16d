package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** CONNECT on the wire (§3.1). */
class ConnectTest {

    @Spec({"v5 MQTT-3.1.3-1", "v5 MQTT-3.1.3-3", "v3 MQTT-3.1.3-1", "v3 MQTT-3.1.3-3"})
    @Test
    void payloadHasItsFieldsInOrder() throws PacketException {
        verify("CONNECT");
        verify("CONNECT with all fields of the payload");
        verify("CONNECT without a client identifier");
        verify("CONNECT with bytes left over");
        verify("CONNECT cut short");
    }

    @Spec({"v5 MQTT-3.1.2-1", "v3 MQTT-3.1.2-1"})
    @Test
    void unknownProtocolNameIsRefused() throws PacketException {
        verify("CONNECT with an unknown protocol name");
    }

    @Spec({"v5 MQTT-3.1.2-2", "v3 MQTT-3.1.2-2"})
    @Test
    void unknownProtocolLevelIsRefused() throws PacketException {
        verify("CONNECT with an unknown protocol level");
    }

    @Spec({"v5 MQTT-3.1.2-2", "v3 MQTT-3.1.2-2"})
    @Test
    void unknownVersionIsAnsweredInTheNearestOne() throws PacketException {
        assertThat(replyVersion("00 04 'MQTT' 06")).isEqualTo(ProtocolVersion.V5);
        assertThat(replyVersion("00 04 'MQTT' FF")).isEqualTo(ProtocolVersion.V5);
        assertThat(replyVersion("00 04 'MQTT' 03")).isEqualTo(ProtocolVersion.V3_1_1);
        assertThat(replyVersion("00 04 'MQTT' 84")).isEqualTo(ProtocolVersion.V3_1_1);
        assertThat(replyVersion("00 04 'MQTX' 05")).isEqualTo(ProtocolVersion.V3_1_1);
        assertThat(replyVersion("00 06 'MQIsdp' 06")).isEqualTo(ProtocolVersion.V3_1_1);
    }

    private static ProtocolVersion replyVersion(String nameAndLevel) {
        PacketDecoder decoder = PacketDecoder.forServer(1_000, new TopicCache(1));
        ByteBuffer in =
                ByteBuffer.wrap(WireBytes.parse("10 L " + nameAndLevel + " 02 00 00 00 00"));
        ProtocolError refusal = catchThrowableOfType(ProtocolError.class, () -> decoder.decode(in));
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        assertThat(decoder.version()).isNull();
        return decoder.replyVersion();
    }

    /** So that what is wrong behind it can be answered in that version. */
    @Test
    void versionIsKnownThoughTheRestIsMalformed() {
        PacketDecoder decoder = PacketDecoder.forServer(1_000, new TopicCache(1));
        assertThat(decoder.version()).isNull();
        ByteBuffer in = ByteBuffer.wrap(WireBytes.parse("10 L 00 04 'MQTT' 05 03 00 00 00 00 00"));
        assertThat(catchThrowableOfType(MalformedPacket.class, () -> decoder.decode(in)))
                .isNotNull();
        assertThat(decoder.version()).isEqualTo(ProtocolVersion.V5);
        assertThat(decoder.replyVersion()).isEqualTo(ProtocolVersion.V5);
    }

    @Spec({"v5 MQTT-3.1.2-3", "v3 MQTT-3.1.2-3"})
    @Test
    void reservedFlagIsRefused() throws PacketException {
        verify("CONNECT with its reserved flag set");
    }

    @Test
    void version31ReservesBitsWithoutAValue() throws PacketException {
        verify("CONNECT of 3.1 with bits that it reserves");
        verify("CONNECT of 3.1 whose flags announce strings that are missing");
    }

    @Spec({"v5 MQTT-3.1.2-9", "v3 MQTT-3.1.2-9"})
    @Test
    void willFlagNeedsTheWill() throws PacketException {
        verify("CONNECT whose will is missing");
        verify("CONNECT with all fields of the payload");
    }

    @Spec("v3 MQTT-3.1.2-11")
    @Test
    void willNeedsItsFlag() throws PacketException {
        verify("CONNECT with a will and no flag for it");
        verify("CONNECT with a Will QoS and no will");
        verify("CONNECT with Will Retain and no will");
    }

    @Spec({"v5 MQTT-3.1.2-11", "v3 MQTT-3.1.2-13"})
    @Test
    void willQosWithoutWillIsRefused() throws PacketException {
        verify("CONNECT with a Will QoS and no will");
    }

    @Spec({"v5 MQTT-3.1.2-12", "v3 MQTT-3.1.2-14"})
    @Test
    void willQos3IsRefused() throws PacketException {
        verify("CONNECT with Will QoS 3");
    }

    @Spec({"v5 MQTT-3.1.2-13", "v3 MQTT-3.1.2-15"})
    @Test
    void willRetainWithoutWillIsRefused() throws PacketException {
        verify("CONNECT with Will Retain and no will");
    }

    @Spec({"v5 MQTT-3.1.2-16", "v3 MQTT-3.1.2-18"})
    @Test
    void userNameNeedsItsFlag() throws PacketException {
        verify("CONNECT with a user name and no flag for it");
    }

    @Spec({"v5 MQTT-3.1.2-17", "v3 MQTT-3.1.2-19"})
    @Test
    void userNameFlagNeedsTheUserName() throws PacketException {
        verify("CONNECT whose user name is missing");
    }

    @Spec({"v5 MQTT-3.1.2-18", "v3 MQTT-3.1.2-20"})
    @Test
    void passwordNeedsItsFlag() throws PacketException {
        verify("CONNECT with a password and no flag for it");
    }

    @Spec({"v5 MQTT-3.1.2-19", "v3 MQTT-3.1.2-21"})
    @Test
    void passwordFlagNeedsThePassword() throws PacketException {
        verify("CONNECT whose password is missing");
    }

    @Spec("v3 MQTT-3.1.2-22")
    @Test
    void passwordNeedsAUserNameBeforeVersion5() throws PacketException {
        verify("CONNECT with a password and no user name");
    }

    @Spec({"v5 MQTT-3.1.3-4", "v3 MQTT-3.1.3-4"})
    @Test
    void clientIdentifierIsUtf8() throws PacketException {
        verify("CONNECT whose client identifier is not UTF-8");
    }

    @Spec({"v5 MQTT-3.1.3-11", "v3 MQTT-3.1.3-10"})
    @Test
    void willTopicIsUtf8() throws PacketException {
        verify("CONNECT whose will topic is not UTF-8");
        verify("CONNECT whose will topic is no topic name");
    }

    @Spec({"v5 MQTT-3.1.3-12", "v3 MQTT-3.1.3-11"})
    @Test
    void userNameIsUtf8() throws PacketException {
        verify("CONNECT whose user name is not UTF-8");
    }
}
