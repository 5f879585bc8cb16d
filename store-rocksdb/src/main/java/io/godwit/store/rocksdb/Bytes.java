package io.godwit.store.rocksdb;

import java.util.Arrays;

/** A place in bytes that are read from front to back. */
final class Bytes {

    private final byte[] bytes;
    private final int end;
    private int at;

    Bytes(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    boolean isAtEnd() {
        return at >= end;
    }

    byte next() throws DamagedException {
        if (at >= end) {
            throw new DamagedException("it ends too early");
        }
        return bytes[at++];
    }

    /** A number in groups of seven bits, the lowest first. */
    long number() throws DamagedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte group = next();
            value |= (long) (group & 0x7f) << shift;
            if (group >= 0) {
                return value;
            }
        }
        throw new DamagedException("a number in it is too long");
    }

    /** A length that is not greater than what it can be. */
    int length(int most) throws DamagedException {
        long length = number();
        if (length < 0 || length > most) {
            throw new DamagedException("a length in it exceeds what is there");
        }
        return (int) length;
    }

    byte[] take(int length) throws DamagedException {
        if (length < 0 || length > end - at) {
            throw new DamagedException("a length in it exceeds what is there");
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** All that is left. */
    byte[] rest() throws DamagedException {
        return take(end - at);
    }

    /** A length and as many bytes. */
    byte[] prefixed() throws DamagedException {
        return take(length(end - at));
    }
}
