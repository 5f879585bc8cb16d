package io.godwit.codec;

import java.nio.ByteBuffer;

/**
 * A PUBLISH that is encoded once and written to many subscribers, each time with flags and a packet
 * identifier of its own. One template serves one layout: version 5 or earlier ones, with a packet
 * identifier (QoS 1 and 2) or without (QoS 0), and one set of properties.
 *
 * <p>Immutable; any thread may use it.
 */
public final class PublishTemplate {

    private final byte[] bytes;
    private final int packetIdOffset; // 0: there is none

    private PublishTemplate(byte[] bytes, int packetIdOffset) {
        this.bytes = bytes;
        this.packetIdOffset = packetIdOffset;
    }

    /** A template that holds a copy of the payload, for payloads below a kilobyte or two. */
    public static PublishTemplate of(
            ProtocolVersion version,
            TopicName topic,
            boolean withPacketId,
            Properties properties,
            byte[] payload) {
        return of(fill(version, topic, withPacketId, properties, payload));
    }

    /**
     * A template without the payload, though its length counts it: the transport sends the shared
     * payload behind what {@link #write} writes.
     */
    public static PublishTemplate ofHead(
            ProtocolVersion version,
            TopicName topic,
            boolean withPacketId,
            Properties properties,
            byte[] payload) {
        return ofHead(fill(version, topic, withPacketId, properties, payload));
    }

    /** A template of what the writer would write. */
    public static PublishTemplate of(PublishWriter writer) {
        byte[] bytes = new byte[writer.size()];
        writer.write(ByteBuffer.wrap(bytes));
        return new PublishTemplate(bytes, writer.packetIdOffset());
    }

    /** A template of what the writer would write, without the payload. */
    public static PublishTemplate ofHead(PublishWriter writer) {
        byte[] bytes = new byte[writer.headSize()];
        writer.writeHead(ByteBuffer.wrap(bytes));
        return new PublishTemplate(bytes, writer.packetIdOffset());
    }

    private static PublishWriter fill(
            ProtocolVersion version,
            TopicName topic,
            boolean withPacketId,
            Properties properties,
            byte[] payload) {
        byte[] encoded = PublishWriter.encodeProperties(properties);
        int qos = withPacketId ? 1 : 0;
        return new PublishWriter()
                .message(version, topic, encoded, payload)
                .delivery(qos, false, false, qos);
    }

    /** How many bytes {@link #write} writes. */
    public int size() {
        return bytes.length;
    }

    /** Whether it is for QoS 1 and 2. */
    public boolean hasPacketId() {
        return packetIdOffset > 0;
    }

    /**
     * Writes the packet at the buffer's position.
     *
     * @param qos 1 or 2 if the template has a packet identifier, otherwise 0
     * @param dup only above QoS 0
     * @param packetId 1 to 65,535, or 0 at QoS 0
     * @throws java.nio.BufferOverflowException if fewer than {@link #size} bytes are free
     */
    public void write(ByteBuffer out, int qos, boolean dup, boolean retain, int packetId) {
        if (qos > 0 != hasPacketId()) {
            throw new IllegalArgumentException(
                    "a template %s packet identifier at QoS %d"
                            .formatted(hasPacketId() ? "with a" : "without", qos));
        }
        PublishWriter.checkPacketId(qos, packetId);
        int first = PacketType.PUBLISH.number() << 4 | PublishWriter.flags(qos, dup, retain);
        int start = out.position();
        out.put(bytes);
        out.put(start, (byte) first);
        if (qos > 0) {
            out.put(start + packetIdOffset, (byte) (packetId >> 8));
            out.put(start + packetIdOffset + 1, (byte) packetId);
        }
    }
}
