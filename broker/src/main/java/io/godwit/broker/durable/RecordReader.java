package io.godwit.broker.durable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads what {@link RecordWriter} wrote. Of one thread. */
final class RecordReader {

    private final byte[] bytes;
    private final int end;
    private final int format;
    private int at;

    /**
     * A reader at the first field.
     *
     * @throws DamagedRecord if the checksum is wrong, or the format is not known
     */
    RecordReader(byte[] key, byte[] value) throws DamagedRecord {
        end = value.length - RecordWriter.CHECKSUM;
        if (end < 1) {
            throw new DamagedRecord("it is cut off after " + value.length + " bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        crc.update(value, 0, end);
        if ((int) crc.getValue() != Bytes.getInt(value, end)) {
            throw new DamagedRecord("its checksum is wrong");
        }
        bytes = value;
        format = readByte();
        if (format < 1 || format > RecordWriter.FORMAT) {
            throw new DamagedRecord("its format is " + format);
        }
    }

    /** The format that it was written in, 1 to {@link RecordWriter#FORMAT}. */
    int format() {
        return format;
    }

    int readByte() throws DamagedRecord {
        need(1);
        return bytes[at++] & 0xFF;
    }

    long readNumber() throws DamagedRecord {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new DamagedRecord("a number is too long");
    }

    /** A number that fits an int. */
    int readInt() throws DamagedRecord {
        long value = readNumber();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new DamagedRecord("a number is out of range: " + value);
        }
        return (int) value;
    }

    String readText() throws DamagedRecord {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    byte[] readBytes() throws DamagedRecord {
        int length = readInt();
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    private void need(int more) throws DamagedRecord {
        if (more > end - at) {
            throw new DamagedRecord("it ends within a field");
        }
    }
}
