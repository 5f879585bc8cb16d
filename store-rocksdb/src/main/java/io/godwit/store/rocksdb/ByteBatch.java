package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Table;
import java.util.Arrays;

/**
 * A batch in the form in which RocksDB keeps one: eight bytes for the sequence number, four for the
 * number of changes (both little-endian), then each change as kind, column family, key and value.
 * So a batch costs one native call instead of one for each change. The order of {@link Table} is
 * the order of the column families' numbers.
 */
final class ByteBatch implements Batch {

    static final int HEADER = 12;

    static final byte DELETE = 0x04;
    static final byte PUT = 0x05;
    static final byte DELETE_RANGE = 0x0e;

    /** The same in the column family with the number 0, which is then left out. */
    static final byte DEFAULT_DELETE = 0x00;

    static final byte DEFAULT_PUT = 0x01;
    static final byte DEFAULT_DELETE_RANGE = 0x0f;

    private static final int COUNT = 8;
    private static final int LARGEST_KEPT = 2 << 20;
    private static final int MOST_FOR_LENGTHS = 11;

    private byte[] buffer = new byte[4096];
    private int end = HEADER;
    private int size;
    private long bytes;

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        start(PUT, DEFAULT_PUT, table, key.length + value.length);
        append(key);
        append(value);
    }

    @Override
    public void delete(Table table, byte[] key) {
        start(DELETE, DEFAULT_DELETE, table, key.length);
        append(key);
    }

    @Override
    public void deleteRange(Table table, byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return; // nothing is in it
        }
        start(DELETE_RANGE, DEFAULT_DELETE_RANGE, table, from.length + to.length);
        append(from);
        append(to);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void clear() {
        if (buffer.length > LARGEST_KEPT) {
            buffer = new byte[4096];
        }
        end = HEADER;
        size = 0;
        bytes = 0;
    }

    /** All of it as RocksDB reads it. */
    byte[] toArray() {
        byte[] array = Arrays.copyOf(buffer, end);
        array[COUNT] = (byte) size;
        array[COUNT + 1] = (byte) (size >>> 8);
        array[COUNT + 2] = (byte) (size >>> 16);
        array[COUNT + 3] = (byte) (size >>> 24);
        return array;
    }

    private void start(byte kind, byte defaultKind, Table table, int length) {
        int needed = Math.addExact(end, Math.addExact(length, MOST_FOR_LENGTHS + 1));
        if (needed > buffer.length) {
            long doubled = Math.min(Integer.MAX_VALUE - 16, 2L * buffer.length);
            buffer = Arrays.copyOf(buffer, (int) Math.max(needed, doubled));
        }
        if (table.ordinal() == 0) {
            buffer[end++] = defaultKind;
        } else {
            buffer[end++] = kind;
            buffer[end++] = (byte) table.ordinal();
        }
        size++;
        bytes += length;
    }

    private void append(byte[] part) {
        int length = part.length;
        while (length >= 0x80) {
            buffer[end++] = (byte) (length | 0x80);
            length >>>= 7;
        }
        buffer[end++] = (byte) length;
        System.arraycopy(part, 0, buffer, end, part.length);
        end += part.length;
    }
}
