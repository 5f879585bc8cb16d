package io.godwit.store.rocksdb;

import java.util.Arrays;

/**
 * What a key became at one moment.
 *
 * @param sequence the moment: greater is later
 * @param value its value; empty if it was deleted
 */
record Version(byte[] key, long sequence, boolean isDeleted, byte[] value)
        implements Comparable<Version> {

    /** By key, and of one key the latest first. */
    @Override
    public int compareTo(Version other) {
        int order = Arrays.compareUnsigned(key, other.key);
        return order != 0 ? order : Long.compare(other.sequence, sequence);
    }

    /** All keys from one on (inclusive) to another (exclusive) were deleted at one moment. */
    record DeletedRange(byte[] from, byte[] to, long sequence) {}
}
