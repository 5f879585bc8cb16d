package io.godwit.store.rocksdb;

import java.util.Arrays;

/**
 * The entries of a block of a table file. A key leaves out what it has in common with the one
 * before it; after the entries come places to start reading at, which are not needed here.
 */
final class SstBlock {

    /** Of the number of places; what is above it says how they may be searched. */
    private static final int PLACES = (1 << 28) - 1;

    private final Bytes in;
    private byte[] key = {};
    private int valueLength;

    SstBlock(byte[] content) throws DamagedException {
        if (content.length < 4) {
            throw new DamagedException("a block is too short");
        }
        int places = LittleEndian.getInt(content, content.length - 4) & PLACES;
        long end = content.length - 4L * (places + 1L);
        if (end < 0) {
            throw new DamagedException("a block has more entries than fit into it");
        }
        in = new Bytes(content, 0, (int) end);
    }

    boolean hasNext() {
        return !in.isAtEnd();
    }

    /** Reads the key of the next entry; its value must be read after it. */
    byte[] nextKey(boolean valueHasLength) throws DamagedException {
        int shared = in.length(key.length);
        int own = in.length(Integer.MAX_VALUE);
        valueLength = valueHasLength ? in.length(Integer.MAX_VALUE) : 0;
        byte[] rest = in.take(own);
        byte[] next = Arrays.copyOf(key, shared + own);
        System.arraycopy(rest, 0, next, shared, own);
        key = next;
        return next;
    }

    /** The value of the entry whose key was read last, if it has a length. */
    byte[] value() throws DamagedException {
        return in.take(valueLength);
    }

    /** The number that the value consists of or goes on with. */
    long number() throws DamagedException {
        return in.number();
    }
}
