package io.godwit.codec;

import java.util.Arrays;

/**
 * Binary Data (§1.5.6), compared by content.
 *
 * @param bytes at most 65,535; not copied, and never changed by anyone
 */
public record Binary(byte[] bytes) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
