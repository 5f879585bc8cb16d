package io.godwit.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the data types of §1.5 into a buffer, or without one only counts their bytes: the same
 * code says how large something is and writes it. Not thread-safe.
 */
final class WireWriter {

    /** The largest Variable Byte Integer (§1.5.5). */
    static final int MAXIMUM_VARIABLE = 268_435_455;

    private final @Nullable ByteBuffer out;
    private int count;

    WireWriter(@Nullable ByteBuffer out) {
        this.out = out;
    }

    /** Bytes written or counted. */
    int count() {
        return count;
    }

    void writeByte(int value) {
        count++;
        if (out != null) {
            out.put((byte) value);
        }
    }

    void writeTwoBytes(int value, String field) {
        checkRange(value, 0, 65_535, field);
        writeByte(value >> 8);
        writeByte(value);
    }

    void writeFourBytes(long value, String field) {
        checkRange(value, 0, 0xFFFF_FFFFL, field);
        for (int shift = 24; shift >= 0; shift -= 8) {
            writeByte((int) (value >> shift));
        }
    }

    /** A Variable Byte Integer in its shortest form. */
    void writeVariable(int value, String field) {
        checkRange(value, 0, MAXIMUM_VARIABLE, field);
        int rest = value;
        while (rest > 0x7F) { // [v5 MQTT-1.5.5-1]
            writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        writeByte(rest);
    }

    /** How many bytes {@link #writeVariable} needs: 1 to 4. */
    static int variableSize(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    void writePacketId(int packetId) {
        checkRange(packetId, 1, 65_535, "packet identifier");
        writeTwoBytes(packetId, "packet identifier");
    }

    /** Bytes without a length. */
    void writeRaw(byte[] bytes) {
        count += bytes.length;
        if (out != null) {
            out.put(bytes);
        }
    }

    /** Binary Data (§1.5.6), also a UTF-8 Encoded String that has been checked. */
    void writeBinary(byte[] bytes, String field) {
        checkRange(bytes.length, 0, 65_535, "length of the " + field);
        writeTwoBytes(bytes.length, field);
        writeRaw(bytes);
    }

    /** A UTF-8 Encoded String (§1.5.4). */
    void writeString(String text, String field) {
        if (text.indexOf('\0') >= 0) { // [v5 MQTT-1.5.4-2]
            throw new IllegalArgumentException("the " + field + " holds U+0000");
        }
        byte[] utf8;
        try {
            utf8 = Utf8.encode(text, "the " + field);
        } catch (MalformedPacket e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        writeBinary(utf8, field);
    }

    /** Fails unless a value is in its range. */
    static void checkRange(long value, long least, long most, String field) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "the %s is %d, not %d to %d".formatted(field, value, least, most));
        }
    }
}
