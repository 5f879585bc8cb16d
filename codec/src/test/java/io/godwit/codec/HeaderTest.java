package io.godwit.codec;

import static io.godwit.codec.WireCases.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.spec.Spec;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fixed header (§2.1), the packet identifier (§2.2.1) and how early they are judged. */
class HeaderTest {

    @Spec({"v5 MQTT-2.1.3-1", "v3 MQTT-2.2.2-1", "v3 MQTT-2.2.2-2"})
    @Test
    void reservedFlagsAreRefused() throws PacketException {
        verify("reserved flags");
    }

    @Spec({"v5 MQTT-2.1.3-1", "v5 MQTT-3.6.1-1", "v3 MQTT-2.2.2-2", "v3 MQTT-3.6.1-1"})
    @Test
    void reservedFlagsOfPubRelAreRefused() throws PacketException {
        verify("reserved flags of PUBREL");
    }

    @Spec({"v5 MQTT-2.1.3-1", "v5 MQTT-3.8.1-1", "v3 MQTT-2.2.2-2", "v3 MQTT-3.8.1-1"})
    @Test
    void reservedFlagsOfSubscribeAreRefused() throws PacketException {
        verify("reserved flags of SUBSCRIBE");
    }

    @Spec({"v5 MQTT-2.1.3-1", "v5 MQTT-3.10.1-1", "v3 MQTT-2.2.2-2", "v3 MQTT-3.10.1-1"})
    @Test
    void reservedFlagsOfUnsubscribeAreRefused() throws PacketException {
        verify("reserved flags of UNSUBSCRIBE");
    }

    @Spec({"v5 MQTT-2.1.3-1", "v5 MQTT-3.14.1-1", "v3 MQTT-2.2.2-2", "v3 MQTT-3.14.1-1"})
    @Test
    void reservedFlagsOfDisconnectAreRefused() throws PacketException {
        verify("reserved flags of DISCONNECT");
    }

    @Spec({"v5 MQTT-2.1.3-1", "v5 MQTT-3.15.1-1"})
    @Test
    void reservedFlagsOfAuthAreRefused() throws PacketException {
        verify("reserved flags of AUTH");
    }

    @Spec({"v5 MQTT-2.1.3-1", "v3 MQTT-2.2.2-1"})
    @Test
    void reservedFlagsAreWrittenAsListed() {
        List<SubscriptionRequest> requests =
                List.of(new SubscriptionRequest(WireCases.filter("a"), 0));
        for (ProtocolVersion version : ProtocolVersion.values()) {
            assertThat(firstByte(new PubAck(1), version)).isEqualTo(0x40);
            assertThat(firstByte(new PubRel(1), version)).isEqualTo(0x62);
            assertThat(firstByte(new Subscribe(1, requests), version)).isEqualTo(0x82);
            assertThat(firstByte(new PingResp(), version)).isEqualTo(0xD0);
            assertThat(firstByte(ConnectCases.plainConnect(version), version)).isEqualTo(0x10);
        }
        PubRel notFound = new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        assertThat(firstByte(notFound, ProtocolVersion.V5)).isEqualTo(0x62);
    }

    private static int firstByte(Packet packet, ProtocolVersion version) {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, out);
        return out.get(0) & 0xFF;
    }

    @Test
    void version31DoesNotUseSomeFlags() throws PacketException {
        verify("flags that 3.1 does not use");
    }

    @Test
    void packetTypesThatDoNotExistAreRefused() throws PacketException {
        verify("packet type 0");
        verify("packet type 15 before version 5");
    }

    @Test
    void packetsOfTheOtherSideAreRefused() throws PacketException {
        verify("packets that only a server sends");
        verify("packets that only a client sends");
    }

    @Spec({"v5 MQTT-3.1.0-1", "v3 MQTT-3.1.0-1"})
    @Test
    void firstPacketMustBeConnect() throws PacketException {
        verify("first packet is not CONNECT");
    }

    @Spec({"v5 MQTT-3.1.0-2", "v3 MQTT-3.1.0-2"})
    @Test
    void secondConnectIsRefused() throws PacketException {
        verify("second CONNECT");
    }

    @Spec("v5 MQTT-1.5.5-1")
    @Test
    void integersAreTakenInTheirShortestFormOnly() throws PacketException {
        verify("remaining length in a longer form");
        verify("property length in a longer form");
        verify("property integer in a longer form");
    }

    @Spec("v5 MQTT-1.5.5-1")
    @Test
    void integersAreWrittenInTheirShortestForm() {
        int[] values = {0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455};
        int[] sizes = {1, 1, 2, 2, 3, 3, 4, 4};
        for (int i = 0; i < values.length; i++) {
            ByteBuffer out = ByteBuffer.allocate(5);
            new WireWriter(out).writeVariable(values[i], "test value");
            assertThat(out.position()).as("size of %d", values[i]).isEqualTo(sizes[i]);
            assertThat(WireWriter.variableSize(values[i])).isEqualTo(sizes[i]);
            assertThat(out.get(sizes[i] - 1) & 0x80).isZero();
            assertThat(sizes[i] == 1 || out.get(sizes[i] - 1) != 0).isTrue();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WireWriter(null).writeVariable(268_435_456, "test value"));
    }

    @Test
    void longerFormIsNoErrorBeforeVersion5() throws PacketException {
        verify("remaining length in a longer form before version 5");
    }

    @Test
    void remainingLengthHasFourBytesAtMost() throws PacketException {
        verify("remaining length");
    }

    @Test
    void bytesThatAreLeftOverAreRefused() throws PacketException {
        verify("left over bytes");
    }

    @Test
    void oversizedPacketIsRefusedFromItsHeader() throws PacketException {
        verify("packet over the maximum size");
    }

    /** As much of it is waited for as says in which version to answer, and no more. */
    @ParameterizedTest
    @CsvSource({
        "00 04 4D 51 54 54 05, V5",
        "00 04 4D 51 54 54 04, V3_1_1",
        "00 06 4D 51 49 73 64, V3_1_1",
        "FF FF FF FF FF FF FF, V3_1_1"
    })
    void oversizedConnectIsRefusedInItsVersion(String name, ProtocolVersion version)
            throws PacketException {
        PacketDecoder decoder = PacketDecoder.forServer(1_000, new TopicCache(1));
        byte[] bytes = WireBytes.parse("10 FF FF 7F " + name);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        in.limit(bytes.length - 1);
        assertThat(decoder.decode(in)).isNull();
        assertThat(decoder.neededSize(in)).isEqualTo(bytes.length);
        in.limit(bytes.length);
        ProtocolError refusal = catchThrowableOfType(ProtocolError.class, () -> decoder.decode(in));
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(decoder.replyVersion()).isEqualTo(version);
    }

    @Test
    void maximumCanBeRaised() throws PacketException {
        PacketDecoder decoder = WireCase.connected(ProtocolVersion.V5, new TopicCache(1));
        decoder.maximumPacketSize(2);
        ByteBuffer in = ByteBuffer.wrap(WireBytes.parse("C0 00 30 06 00 03 'abc' 00"));
        assertThat(decoder.decode(in)).isInstanceOf(PingReq.class);
        decoder.maximumPacketSize(8);
        assertThat(decoder.neededSize(in)).isEqualTo(8);
        assertThat(decoder.decode(in)).isInstanceOf(Publish.class);
    }

    @Test
    void packetOfJustTheMaximumSizeIsTaken() throws PacketException {
        PacketDecoder decoder = PacketDecoder.forClient(ProtocolVersion.V5, 8, new TopicCache(1));
        ByteBuffer in = ByteBuffer.wrap(WireBytes.parse("30 06 00 03 'abc' 00 30 07"));
        assertThat(decoder.decode(in)).isInstanceOf(Publish.class);
        PacketException refusal =
                catchThrowableOfType(PacketException.class, () -> decoder.decode(in));
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @Spec({"v5 MQTT-2.2.1-3", "v3 MQTT-2.3.1-1"})
    @Test
    void packetIdentifierIsNeverZero() throws PacketException {
        verify("packet identifier 0");
        verify("packet identifier cut short");
    }

    /** Type and flags are judged when there is one byte, before anything is buffered. */
    @Test
    void firstByteIsEnoughForARefusal() throws PacketException {
        for (String first : new String[] {"00", "16", "36", "38", "60", "81", "90", "E1"}) {
            PacketDecoder decoder = WireCase.connected(ProtocolVersion.V3_1_1, new TopicCache(1));
            ByteBuffer in = ByteBuffer.wrap(WireBytes.parse(first));
            assertThat(catchThrowableOfType(PacketException.class, () -> decoder.decode(in)))
                    .as("the first byte 0x%s", first)
                    .isNotNull();
        }
        PacketDecoder fresh = PacketDecoder.forServer(100, new TopicCache(1));
        ByteBuffer ping = ByteBuffer.wrap(WireBytes.parse("C0"));
        assertThat(catchThrowableOfType(ProtocolError.class, () -> fresh.decode(ping))).isNotNull();
    }

    @Test
    void packetSizeIsKnownFromTheHeader() {
        assertThat(packetSize("")).isEqualTo(-1);
        assertThat(packetSize("30")).isEqualTo(-1);
        assertThat(packetSize("30 80 80")).isEqualTo(-1);
        assertThat(packetSize("30 00")).isEqualTo(2);
        assertThat(packetSize("30 80 01")).isEqualTo(131);
        assertThat(packetSize("30 FF FF FF 7F")).isEqualTo(268_435_460);
        assertThat(packetSize("30 FF FF FF FF 7F")).isEqualTo(-1);
    }

    private static int packetSize(String bytes) {
        return PacketDecoder.packetSize(ByteBuffer.wrap(WireBytes.parse(bytes)));
    }
}
