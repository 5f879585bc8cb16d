package io.godwit.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one packet and what becomes of them.
 *
 * @param group what the case is about; several cases share one
 * @param version that the connection speaks, null for a CONNECT that opens it
 * @param packet what they decode to, or null if they are refused
 * @param canonical whether the encoder writes the packet in just these bytes
 * @param refusal the reason code of the refusal, or null
 * @param message a part of what the refusal says
 */
record WireCase(
        String group,
        boolean fromClient,
        @Nullable ProtocolVersion version,
        byte[] bytes,
        @Nullable Packet packet,
        boolean canonical,
        @Nullable ReasonCode refusal,
        String message) {

    static final long MAXIMUM_PACKET_SIZE = 100_000;

    /** A decoder that has come to the point at which the bytes arrive. */
    PacketDecoder decoder() throws PacketException {
        TopicCache topics = new TopicCache(16);
        if (version == null) {
            return PacketDecoder.forServer(MAXIMUM_PACKET_SIZE, topics);
        }
        return fromClient
                ? connected(version, topics)
                : PacketDecoder.forClient(version, MAXIMUM_PACKET_SIZE, topics);
    }

    /** A server's decoder that has seen a CONNECT of this version. */
    static PacketDecoder connected(ProtocolVersion version, TopicCache topics)
            throws PacketException {
        PacketDecoder decoder = PacketDecoder.forServer(MAXIMUM_PACKET_SIZE, topics);
        Connect connect = new Connect(version, "c", true, 0, null, null, null, Properties.NONE);
        ByteBuffer bytes = ByteBuffer.allocate(PacketEncoder.encodedSize(connect, version));
        PacketEncoder.encode(connect, version, bytes);
        decoder.decode(bytes.flip());
        return decoder;
    }

    private ProtocolVersion encodedVersion() {
        return packet instanceof Connect connect
                ? connect.version()
                : Objects.requireNonNull(version);
    }

    /**
     * Decodes the bytes and checks what becomes of them; encodes the packet again where it has only
     * one form.
     */
    void verify() throws PacketException {
        PacketDecoder decoder = decoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (packet != null) {
            assertThat(decoder.decode(in)).as("%s", this).isEqualTo(packet);
            assertThat(in.hasRemaining()).as("bytes left over by %s", this).isFalse();
            if (canonical) {
                verifyEncoding(packet);
            }
        } else {
            verifyRefusal(catchThrowableOfType(PacketException.class, () -> decoder.decode(in)));
        }
    }

    private void verifyEncoding(Packet encoded) {
        ProtocolVersion spoken = encodedVersion();
        assertThat(PacketEncoder.encodedSize(encoded, spoken)).isEqualTo(bytes.length);
        ByteBuffer out = ByteBuffer.allocate(bytes.length);
        PacketEncoder.encode(encoded, spoken, out);
        assertThat(out.array()).as("%s", this).isEqualTo(bytes);
    }

    /** Checks that the exception is the refusal that the case expects. */
    void verifyRefusal(@Nullable PacketException e) {
        if (e == null) {
            throw new AssertionError("not refused: " + this);
        }
        assertThat(e.reasonCode()).as("%s: %s", this, e.getMessage()).isEqualTo(refusal);
        assertThat(e.getMessage()).as("%s", this).contains(message);
        boolean malformed = refusal == ReasonCode.MALFORMED_PACKET;
        assertThat(e).isInstanceOf(malformed ? MalformedPacket.class : ProtocolError.class);
    }

    @Override
    public String toString() {
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(40, bytes.length));
        return "%s, %s from a %s: %s%s"
                .formatted(
                        group,
                        version == null ? "first packet" : version,
                        fromClient ? "client" : "server",
                        hex,
                        bytes.length > 40 ? " ..." : "");
    }
}
