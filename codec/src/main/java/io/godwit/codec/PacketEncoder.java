package io.godwit.codec;

import java.nio.ByteBuffer;

/**
 * Turns packets into bytes (§2, §3), in the form of any version: properties and reason codes that a
 * version does not have are left out. Stateless; any thread may call it.
 *
 * <p>A PUBLISH on its way to subscribers is written at less cost by {@link PublishWriter} and
 * {@link PublishTemplate}.
 *
 * <p>It asks for the type of a packet, since a {@code switch} over classes would be made by the
 * Java machine when it runs, for which the first of a process waits some 10 ms.
 */
public final class PacketEncoder {

    private static final int SHORT_ACK_SIZE = 4;

    private PacketEncoder() {}

    /**
     * How many bytes {@link #encode} writes.
     *
     * @throws IllegalArgumentException as {@link #encode}
     */
    public static int encodedSize(Packet packet, ProtocolVersion version) {
        if (shortAckId(packet, version) > 0) {
            return SHORT_ACK_SIZE;
        }
        int remainingLength = bodySize(packet, version);
        return 1 + WireWriter.variableSize(remainingLength) + remainingLength;
    }

    /**
     * Writes a packet at the buffer's position.
     *
     * @throws IllegalArgumentException if a value is out of its range, a string cannot be encoded,
     *     a property or reason code is not allowed in the packet, or the version does not have the
     *     packet; nothing has been written then
     * @throws java.nio.BufferOverflowException if fewer than {@link #encodedSize} bytes are free
     */
    public static void encode(Packet packet, ProtocolVersion version, ByteBuffer out) {
        int first = packet.type().number() << 4 | flags(packet);
        int shortAckId = shortAckId(packet, version);
        if (shortAckId > 0) {
            out.put((byte) first);
            out.put((byte) 2);
            out.put((byte) (shortAckId >> 8));
            out.put((byte) shortAckId);
            return;
        }
        int remainingLength = bodySize(packet, version);
        WireWriter writer = new WireWriter(out);
        writer.writeByte(first);
        writer.writeVariable(remainingLength, "remaining length");
        BodyEncoder.write(packet, version, writer);
    }

    private static int bodySize(Packet packet, ProtocolVersion version) {
        WireWriter counted = new WireWriter(null);
        BodyEncoder.write(packet, version, counted);
        WireWriter.checkRange(counted.count(), 0, WireWriter.MAXIMUM_VARIABLE, "remaining length");
        return counted.count();
    }

    /** The flags of the fixed header (§2.1.3). */
    private static int flags(Packet packet) { // [v5 MQTT-2.1.3-1], [v3 MQTT-2.2.2-1]
        return switch (packet.type()) {
            case PUBLISH -> flags((Publish) packet);
            case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 0b0010;
            case CONNECT,
                    CONNACK,
                    PUBACK,
                    PUBREC,
                    PUBCOMP,
                    SUBACK,
                    UNSUBACK,
                    PINGREQ,
                    PINGRESP,
                    DISCONNECT,
                    AUTH ->
                    0;
        };
    }

    private static int flags(Publish publish) {
        return PublishWriter.flags(publish.qos(), publish.dup(), publish.retain());
    }

    /**
     * The identifier of an acknowledgement that needs nothing else (§3.4.2.1), which is most of
     * them and goes without garbage; 0 for any other packet and an identifier out of range.
     */
    private static int shortAckId(Packet packet, ProtocolVersion version) {
        return packet instanceof Acknowledgement acknowledgement
                        && isShort(acknowledgement, version)
                        && acknowledgement.packetId() <= 65_535
                ? acknowledgement.packetId()
                : 0;
    }

    /** Whether it ends behind its identifier (§3.4.2.1). */
    static boolean isShort(Acknowledgement packet, ProtocolVersion version) {
        return !version.isV5()
                || packet.reasonCode() == ReasonCode.SUCCESS && packet.properties().isEmpty();
    }
}
