package io.godwit.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes a PUBLISH (§3.3) to a subscriber without making an object: the fields are set, then it is
 * written, then the next one is set. Call {@link #message} first, which clears the rest, and {@link
 * #delivery} second:
 *
 * <pre>{@code
 * byte[] forwarded = PublishWriter.encodeProperties(properties); // once for each message
 * writer.message(version, topic, forwarded, payload)
 *         .delivery(1, false, false, packetId)
 *         .subscriptionIdentifier(7);
 * if (out.remaining() >= writer.size()) {
 *     writer.write(out);
 * }
 * }</pre>
 *
 * <p>Before version 5 all properties are left out. Not thread-safe: one for each event loop.
 */
public final class PublishWriter {

    private static final byte[] NONE = new byte[0];

    private ProtocolVersion version = ProtocolVersion.V5;
    private TopicName topic = TopicName.EMPTY;
    private byte[] properties = NONE;
    private byte[] payload = NONE;
    private int flags;
    private int packetId;
    private byte[] extra = new byte[64];
    private int extraLength;

    /**
     * The properties of a message as {@link #message} takes them.
     *
     * @throws IllegalArgumentException if a PUBLISH may not have one of them
     */
    public static byte[] encodeProperties(Properties properties) {
        return PropertiesEncoder.publishProperties(properties);
    }

    /**
     * Starts a PUBLISH at QoS 0.
     *
     * @param topic {@link TopicName#EMPTY} only where a {@link #topicAlias} follows
     * @param properties from {@link #encodeProperties}; not copied
     * @param payload not copied
     */
    public PublishWriter message(
            ProtocolVersion version, TopicName topic, byte[] properties, byte[] payload) {
        this.version = version;
        this.topic = topic;
        this.properties = properties;
        this.payload = payload;
        this.flags = 0;
        this.packetId = 0;
        this.extraLength = 0;
        return this;
    }

    /**
     * What differs between deliveries.
     *
     * @param qos 0 to 2
     * @param dup only above QoS 0
     * @param packetId 1 to 65,535 above QoS 0, otherwise 0
     */
    public PublishWriter delivery(int qos, boolean dup, boolean retain, int packetId) {
        this.flags = flags(qos, dup, retain);
        checkPacketId(qos, packetId);
        this.packetId = packetId;
        return this;
    }

    /** Adds a Subscription Identifier, 1 to 268,435,455; there may be several. */
    public PublishWriter subscriptionIdentifier(int identifier) {
        WireWriter.checkRange(
                identifier, 1, WireWriter.MAXIMUM_VARIABLE, "Subscription Identifier");
        reserve(5);
        extra[extraLength++] = (byte) Property.SUBSCRIPTION_IDENTIFIER.identifier();
        int rest = identifier;
        while (rest > 0x7F) {
            extra[extraLength++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        extra[extraLength++] = (byte) rest;
        return this;
    }

    /** Adds the Topic Alias, 1 to 65,535; once at most. */
    public PublishWriter topicAlias(int alias) {
        WireWriter.checkRange(alias, 1, 65_535, "Topic Alias");
        reserve(3);
        extra[extraLength++] = (byte) Property.TOPIC_ALIAS.identifier();
        extra[extraLength++] = (byte) (alias >> 8);
        extra[extraLength++] = (byte) alias;
        return this;
    }

    /** Adds the Message Expiry Interval in seconds, 0 to 4,294,967,295; once at most. */
    public PublishWriter messageExpiryInterval(long seconds) {
        WireWriter.checkRange(seconds, 0, 0xFFFF_FFFFL, "Message Expiry Interval");
        reserve(5);
        extra[extraLength++] = (byte) Property.MESSAGE_EXPIRY_INTERVAL.identifier();
        for (int shift = 24; shift >= 0; shift -= 8) {
            extra[extraLength++] = (byte) (seconds >> shift);
        }
        return this;
    }

    private void reserve(int bytes) {
        if (extraLength + bytes > extra.length) {
            extra = Arrays.copyOf(extra, 2 * extra.length);
        }
    }

    /** How many bytes {@link #write} writes: the size that Maximum Packet Size limits. */
    public int size() {
        return headSize() + payload.length;
    }

    /** How many bytes {@link #writeHead} writes. */
    public int headSize() {
        return 1 + WireWriter.variableSize(remainingLength()) + variableHeaderSize();
    }

    /**
     * Writes the packet.
     *
     * @throws java.nio.BufferOverflowException if fewer than {@link #size} bytes are free
     */
    public void write(ByteBuffer out) {
        writeHead(out);
        out.put(payload);
    }

    /** Writes all but the payload, which the caller sends behind it. */
    public void writeHead(ByteBuffer out) {
        out.put((byte) (PacketType.PUBLISH.number() << 4 | flags));
        putVariable(out, remainingLength());
        byte[] name = topic.bytes();
        putTwoBytes(out, name.length);
        out.put(name);
        if (packetId != 0) { // [v5 MQTT-2.2.1-2], [v3 MQTT-2.3.1-5]
            putTwoBytes(out, packetId);
        }
        if (version.isV5()) {
            putVariable(out, extraLength + properties.length);
            out.put(extra, 0, extraLength);
            out.put(properties);
        }
    }

    /** Where the packet identifier stands in the packet, or 0 when there is none. */
    int packetIdOffset() {
        if (packetId == 0) {
            return 0;
        }
        return 1 + WireWriter.variableSize(remainingLength()) + 2 + topic.bytes().length;
    }

    private int remainingLength() {
        long length = (long) variableHeaderSize() + payload.length;
        WireWriter.checkRange(length, 0, WireWriter.MAXIMUM_VARIABLE, "remaining length");
        return (int) length;
    }

    private int variableHeaderSize() {
        int size = 2 + topic.bytes().length + (packetId == 0 ? 0 : 2);
        if (!version.isV5()) {
            return size;
        }
        int propertyLength = extraLength + properties.length;
        return size + WireWriter.variableSize(propertyLength) + propertyLength;
    }

    /** The flags of a PUBLISH (§3.3.1). */
    static int flags(int qos, boolean dup, boolean retain) {
        checkFlags(qos, dup);
        return (dup ? 0b1000 : 0) | qos << 1 | (retain ? 1 : 0);
    }

    /** Fails unless a PUBLISH may have these flags. */
    static void checkFlags(int qos, boolean dup) {
        WireWriter.checkRange(qos, 0, 2, "QoS"); // [v5 MQTT-3.3.1-4], [v3 MQTT-3.3.1-4]
        if (dup && qos == 0) { // [v5 MQTT-3.3.1-2], [v3 MQTT-3.3.1-2]
            throw new IllegalArgumentException("DUP is set at QoS 0");
        }
    }

    /** Fails unless the packet identifier is there exactly when the QoS needs it. */
    static void checkPacketId(int qos, int packetId) {
        WireWriter.checkRange(
                packetId, qos == 0 ? 0 : 1, qos == 0 ? 0 : 65_535, "packet identifier");
    }

    private static void putTwoBytes(ByteBuffer out, int value) {
        out.put((byte) (value >> 8));
        out.put((byte) value);
    }

    private static void putVariable(ByteBuffer out, int value) {
        int rest = value;
        while (rest > 0x7F) { // [v5 MQTT-1.5.5-1]
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }
}
