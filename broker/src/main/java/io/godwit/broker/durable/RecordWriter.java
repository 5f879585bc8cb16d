package io.godwit.broker.durable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes one record: a format byte, fields, and a checksum over the key and all of it, so that a
 * value under a wrong key is noticed as well. Reused for the next record by {@link #start}; of one
 * thread.
 */
final class RecordWriter {

    /** The format that is written. */
    static final int FORMAT = 2;

    /** Bytes of the checksum at the end. */
    static final int CHECKSUM = 4;

    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[256];
    private int length;

    /** Starts a record. */
    RecordWriter start() {
        length = 0;
        return writeByte(FORMAT);
    }

    RecordWriter writeByte(int value) {
        grow(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** A number of 0 or more, in 7 bits a byte. */
    RecordWriter writeNumber(long value) {
        grow(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    RecordWriter writeText(String text) {
        return writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Their number, and these bytes. */
    RecordWriter writeBytes(byte[] value) {
        writeNumber(value.length);
        grow(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** The record with its checksum. */
    byte[] seal(byte[] key) {
        crc.reset();
        crc.update(key, 0, key.length);
        crc.update(bytes, 0, length);
        byte[] sealed = Arrays.copyOf(bytes, length + CHECKSUM);
        Bytes.putInt(sealed, length, (int) crc.getValue());
        return sealed;
    }

    private void grow(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
