package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each packet takes and writes the reason codes that the specification lists for it (§2.4). */
class ReasonCodeTest {

    private static final String FAILURES_OF_ALL = "80 83 87 ";

    /** The encoder writes the codes that are listed, in hex, and refuses all others. */
    private static void writesOnly(String listed, Function<ReasonCode, Packet> packet) {
        List<String> codes = List.of(listed.split(" +"));
        for (ReasonCode code : ReasonCode.values()) {
            String hex = "%02X".formatted(code.value());
            Packet carrier = packet.apply(code);
            if (codes.contains(hex)) {
                ByteBuffer out =
                        ByteBuffer.allocate(PacketEncoder.encodedSize(carrier, ProtocolVersion.V5));
                PacketEncoder.encode(carrier, ProtocolVersion.V5, out);
                assertThat(out.array()).as("%s", carrier).contains(code.value());
            } else {
                assertThatIllegalArgumentException()
                        .as("%s", carrier)
                        .isThrownBy(() -> PacketEncoder.encodedSize(carrier, ProtocolVersion.V5))
                        .withMessageContaining("reason code");
            }
        }
        List<String> known =
                Arrays.stream(ReasonCode.values())
                        .map(code -> "%02X".formatted(code.value()))
                        .toList();
        assertThat(known).containsAll(codes);
    }

    private static Properties why() {
        return Properties.of(Property.REASON_STRING, "r");
    }

    @Spec("v5 MQTT-3.2.2-8")
    @Test
    void connAck() throws PacketException {
        verify("CONNACK");
        verify("reason codes that CONNACK does not have");
        writesOnly(
                "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F",
                code -> new ConnAck(false, code));
    }

    @Spec("v5 MQTT-3.4.2-1")
    @Test
    void pubAck() throws PacketException {
        verify("reason codes that PUBACK does not have");
        writesOnly(FAILURES_OF_ALL + "00 10 90 91 97 99", code -> new PubAck(0x101, code, why()));
    }

    @Spec("v5 MQTT-3.5.2-1")
    @Test
    void pubRec() throws PacketException {
        verify("reason codes that PUBREC does not have");
        writesOnly(FAILURES_OF_ALL + "00 10 90 91 97 99", code -> new PubRec(0x101, code, why()));
    }

    @Spec("v5 MQTT-3.6.2-1")
    @Test
    void pubRel() throws PacketException {
        verify("reason codes that PUBREL does not have");
        writesOnly("00 92", code -> new PubRel(0x101, code, why()));
    }

    @Spec("v5 MQTT-3.7.2-1")
    @Test
    void pubComp() throws PacketException {
        verify("reason codes that PUBCOMP does not have");
        writesOnly("00 92", code -> new PubComp(0x101, code, why()));
    }

    @Spec("v5 MQTT-3.9.3-2")
    @Test
    void subAck() throws PacketException {
        verify("reason codes that SUBACK does not have");
        writesOnly(
                FAILURES_OF_ALL + "00 01 02 8F 91 97 9E A1 A2",
                code -> new SubAck(0x303, List.of(code)));
    }

    /** All failures are 0x80 before version 5. */
    @Spec("v3 MQTT-3.9.3-2")
    @Test
    void subAckBeforeVersion5() {
        for (ReasonCode code : ReasonCode.values()) {
            if (!code.isAllowedIn(PacketType.SUBACK)) {
                continue;
            }
            ByteBuffer out = ByteBuffer.allocate(5);
            PacketEncoder.encode(new SubAck(0x303, List.of(code)), ProtocolVersion.V3_1_1, out);
            assertThat(out.get(4) & 0xFF).isEqualTo(code.isError() ? 0x80 : code.value());
        }
    }

    @Spec("v5 MQTT-3.11.3-2")
    @Test
    void unsubAck() throws PacketException {
        verify("reason codes that UNSUBACK does not have");
        writesOnly(FAILURES_OF_ALL + "00 11 8F 91", code -> new UnsubAck(0x303, List.of(code)));
    }

    @Spec("v5 MQTT-3.14.2-1")
    @Test
    void disconnect() throws PacketException {
        verify("DISCONNECT");
        verify("reason codes that DISCONNECT does not have");
        writesOnly(
                FAILURES_OF_ALL
                        + "00 04 81 82 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E "
                        + "9F A0 A1 A2",
                code -> new Disconnect(code, why()));
    }

    @Spec("v5 MQTT-3.15.2-1")
    @Test
    void auth() throws PacketException {
        verify("AUTH");
        verify("reason codes that AUTH does not have");
        writesOnly(
                "00 18 19",
                code -> new Auth(code, Properties.of(Property.AUTHENTICATION_METHOD, "m")));
    }

    @Test
    void authWithoutItsMethodIsRefused() throws PacketException {
        verify("AUTH without an Authentication Method");
    }

    @Test
    void disconnectOfAServerHasNoSessionExpiryInterval() throws PacketException {
        verify("DISCONNECT of a server with a Session Expiry Interval");
    }

    @Spec("v5 MQTT-3.2.2-1")
    @Test
    void connAckFlagsAreReserved() throws PacketException {
        verify("CONNACK");
        verify("CONNACK with reserved flags");
    }

    @Test
    void acknowledgementsInAllTheirForms() throws PacketException {
        verify("short acknowledgements");
        verify("acknowledgements with a reason code");
        verify("acknowledgements with properties");
    }

    @Test
    void connectReturnCodesBeforeVersion5() {
        assertThat(returnCode(ReasonCode.SUCCESS)).isZero();
        assertThat(returnCode(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION)).isEqualTo(1);
        assertThat(returnCode(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)).isEqualTo(2);
        assertThat(returnCode(ReasonCode.SERVER_BUSY)).isEqualTo(3);
        assertThat(returnCode(ReasonCode.BAD_USER_NAME_OR_PASSWORD)).isEqualTo(4);
        assertThat(returnCode(ReasonCode.BANNED)).isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> returnCode(ReasonCode.SERVER_MOVED))
                .withMessageContaining("no Connect Return code");
    }

    private static int returnCode(ReasonCode code) {
        ByteBuffer out = ByteBuffer.allocate(4);
        PacketEncoder.encode(new ConnAck(false, code), ProtocolVersion.V3_1_1, out);
        return out.get(3);
    }

    @Test
    void grantsEachQos() {
        assertThat(ReasonCode.granted(0)).isEqualTo(ReasonCode.SUCCESS);
        assertThat(ReasonCode.granted(1)).isEqualTo(ReasonCode.GRANTED_QOS_1);
        assertThat(ReasonCode.granted(2)).isEqualTo(ReasonCode.GRANTED_QOS_2);
    }

    @Test
    void readsLikeASentence() {
        assertThat(ReasonCode.PACKET_TOO_LARGE).hasToString("packet too large (0x95)");
    }
}
