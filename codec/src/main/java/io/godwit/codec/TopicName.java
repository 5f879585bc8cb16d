package io.godwit.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A Topic Name (§4.7) as the UTF-8 bytes of the wire. Valid by construction: 1 to 65,535 bytes of
 * well-formed UTF-8 without U+0000, {@code +} and {@code #}; only {@link #EMPTY} is shorter.
 */
public final class TopicName {

    /** Stands in a PUBLISH that names its topic by a Topic Alias. */
    public static final TopicName EMPTY = new TopicName(new byte[0]);

    private final byte[] bytes;
    private final int hash;

    /** Wraps bytes that have been checked; they are not copied. */
    TopicName(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /**
     * The Topic Name with this text.
     *
     * @throws MalformedPacket if it is not well formed, or not 1 to 65,535 bytes
     * @throws ProtocolError with reason code 0x90 if it holds a wildcard [v5 MQTT-3.3.2-2]
     */
    public static TopicName of(String text) throws PacketException {
        return of(Utf8.encode(text));
    }

    /**
     * The Topic Name with these UTF-8 bytes, which are not copied; throws as {@link #of(String)}.
     */
    public static TopicName of(byte[] utf8) throws PacketException {
        if (utf8.length == 0) {
            throw new MalformedPacket("the topic name is empty"); // [v5 MQTT-4.7.3-1]
        }
        Utf8.check(utf8, 0, utf8.length);
        for (byte b : utf8) {
            if (b == '+' || b == '#') { // [v5 MQTT-3.3.2-2], [v5 MQTT-4.7.0-1]
                throw new ProtocolError(
                        ReasonCode.TOPIC_NAME_INVALID,
                        "the topic name '" + text(utf8) + "' holds a wildcard");
            }
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

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
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

    /** The text; makes a new string each time. */
    @Override
    public String toString() {
        return text(bytes);
    }
}
