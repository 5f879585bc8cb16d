package io.godwit.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Topic Name (§4.7) as the UTF-8 bytes of the wire. Valid by construction: 1 to 65,535 bytes of
 * well-formed UTF-8 without U+0000, {@code +} and {@code #}; only {@link #EMPTY} is shorter.
 *
 * <p>Ordered by its bytes, so that a {@code HashMap} stays quick when somebody aims many names at
 * one hash.
 */
public final class TopicName implements Comparable<TopicName> {

    /** Stands in a PUBLISH that names its topic by a Topic Alias. */
    public static final TopicName EMPTY = new TopicName(new byte[0]);

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private final byte[] bytes;
    private final int hash;

    /** Wraps bytes that have been checked; they are not copied. */
    private TopicName(byte[] bytes) {
        this.bytes = bytes;
        this.hash = hash(bytes, bytes.length);
    }

    /** The hash code of the name that the first {@code length} bytes make. */
    static int hash(byte[] bytes, int length) {
        long hash = length;
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONG.get(bytes, at));
        }
        long rest = 0;
        for (; at < length; at++) {
            rest = rest << 8 | bytes[at] & 0xFF;
        }
        hash = mix(hash ^ rest);
        return (int) (hash ^ hash >>> 32);
    }

    private static long mix(long value) {
        long product = value * MULTIPLIER;
        return product ^ product >>> 29;
    }

    /**
     * The Topic Name with this text.
     *
     * @throws MalformedPacket if it is not well formed, or not 1 to 65,535 bytes
     * @throws ProtocolError with reason code 0x90 if it holds a wildcard [v5 MQTT-3.3.2-2]
     */
    public static TopicName of(String text) throws PacketException {
        return of(Utf8.encode(text, "the topic name"));
    }

    /**
     * The Topic Name with these UTF-8 bytes, which are not copied; throws as {@link #of(String)}.
     */
    public static TopicName of(byte[] utf8) throws PacketException {
        if (utf8.length == 0) {
            throw new MalformedPacket("the topic name is empty"); // [v5 MQTT-4.7.3-1]
        }
        if (utf8.length > Utf8.MAXIMUM_LENGTH) { // [v5 MQTT-4.7.3-3]
            throw new MalformedPacket("the topic name is over 65,535 bytes");
        }
        if (Utf8.check(utf8, 0, utf8.length, "the topic name")) {
            throw new ProtocolError( // [v5 MQTT-3.3.2-2], [v5 MQTT-4.7.0-1]
                    ReasonCode.TOPIC_NAME_INVALID,
                    "the topic name " + Utf8.quote(utf8) + " holds a wildcard");
        }
        return new TopicName(utf8);
    }

    /** The UTF-8 bytes; never to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether it starts with {@code $} (§4.7.2). */
    public boolean isDollar() {
        return bytes.length > 0 && bytes[0] == '$';
    }

    /** The number of levels: one more than there are separators. */
    public int levels() {
        int levels = 1;
        for (byte b : bytes) {
            if (b == '/') {
                levels++;
            }
        }
        return levels;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof TopicName that
                        && hash == that.hash
                        && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(TopicName that) {
        return Arrays.compareUnsigned(bytes, that.bytes);
    }

    /** The text; makes a new string each time. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
