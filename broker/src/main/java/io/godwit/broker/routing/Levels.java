package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One Topic Name or Topic Filter taken apart into levels, each with a hash that depends on its
 * place. The hash of a filter is the sum of the hashes of the levels that are not wildcards, and
 * the key of its shape; so the one filter of a shape that could match a name is found from the
 * name's prefix sums by one subtraction for each {@code +}.
 *
 * <p>Reused from one name to the next, so that a match makes no garbage; for one thread at a time.
 */
final class Levels {

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = EACH_BYTE << 7;
    private static final long SEPARATORS = EACH_BYTE * '/';
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long start;
    private final long secret;
    private byte[] bytes = new byte[0];
    private long[] hashes = new long[16];
    private long[] sums = new long[17];
    private int[] ends = new int[16];

    /** The number of levels, not counting a {@code #}. */
    int depth;

    /** Bit i is set when level i is a {@code +}. */
    long plus;

    /** Whether the last level is {@code #}. */
    boolean multi;

    /** Whether any level is a wildcard, also one that {@link #plus} has no bit for. */
    boolean hasWildcard;

    Levels(long seed) {
        this.start = fold(seed ^ GOLDEN, 0xD6E8FEB86659FD93L);
        this.secret = fold(seed + GOLDEN, 0xA0761D6478BD642FL) | 1;
    }

    /** Takes the bytes of a name or filter apart. */
    void read(byte[] utf8) {
        bytes = utf8;
        plus = 0;
        multi = false;
        hasWildcard = false;
        int level = 0;
        long sum = 0;
        int from = 0;
        do {
            if (level == ends.length) {
                grow();
            }
            int end = readLevel(utf8, level, from);
            if (end - from == 1 && isWildcard(utf8[from])) {
                hasWildcard = true;
                if (utf8[from] == '#') {
                    multi = true;
                    break;
                }
                hashes[level] = 0;
                plus |= level < Shape.MOST_DEPTH ? 1L << level : 0;
            }
            ends[level] = end;
            sum += hashes[level];
            level++;
            sums[level] = sum;
            from = end + 1;
        } while (from <= utf8.length);
        depth = level;
    }

    /** The hash of the first level alone, the same that {@link #read} finds for it. */
    long firstLevel(byte[] utf8) {
        readLevel(utf8, 0, 0);
        return hashes[0];
    }

    /**
     * Leaves the hash of the level that starts here, taken eight bytes at a time, and returns where
     * it ends. Since U+0000 is not allowed, filling up with zeros keeps different levels different.
     */
    private int readLevel(byte[] utf8, int level, int from) {
        long state = start + level * GOLDEN;
        int at = from;
        long word = word(utf8, at);
        long separators = zeros(word ^ SEPARATORS);
        while (separators == 0 && utf8.length - at >= Long.BYTES) {
            state = fold(state ^ word, secret);
            at += Long.BYTES;
            word = word(utf8, at);
            separators = zeros(word ^ SEPARATORS);
        }
        int end = utf8.length;
        if (separators != 0) {
            int length = Long.numberOfTrailingZeros(separators) >>> 3;
            word &= (1L << (length << 3)) - 1;
            end = at + length;
        }
        hashes[level] = fold(state ^ word, secret);
        return end;
    }

    private static boolean isWildcard(byte character) {
        return character == '+' || character == '#';
    }

    /** Up to eight bytes, the first one lowest, filled up with zeros. */
    private static long word(byte[] utf8, int at) {
        int last = utf8.length - Long.BYTES;
        if (last >= 0) {
            int from = Math.min(at, last);
            int half = (at - from) << 2; // twice half: a shift by all bits would be one by none
            return (long) WORD.get(utf8, from) >>> half >>> half;
        }
        long word = 0;
        for (int i = utf8.length - 1; i >= at; i--) {
            word = word << 8 | (utf8[i] & 0xFF);
        }
        return word;
    }

    /** The highest bit of each byte that is zero; bits above the lowest one may be wrong. */
    private static long zeros(long word) {
        return (word - EACH_BYTE) & ~word & HIGH_BITS;
    }

    private static long fold(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    private void grow() {
        int length = ends.length * 2;
        hashes = Arrays.copyOf(hashes, length);
        sums = Arrays.copyOf(sums, length + 1);
        ends = Arrays.copyOf(ends, length);
    }

    /** The key of a shape. */
    long key(int shapeDepth, long shapePlus, boolean shapeMulti) {
        long depthAndEnd = 2L * shapeDepth + (shapeMulti ? 1 : 0);
        return fold(fold(start ^ shapePlus, secret) ^ depthAndEnd, secret);
    }

    /** The hash of the filter without wildcards that matches the name that was read. */
    long hash() {
        return sums[depth];
    }

    /** The hash of the only filter of this shape, with wildcards, that may match the name. */
    long hashFor(Shape shape) {
        long hash = sums[shape.depth] + shape.key;
        for (long left = shape.plus; left != 0; left &= left - 1) {
            hash -= hashes[Long.numberOfTrailingZeros(left)];
        }
        return hash;
    }

    /** The hash of a level, 0 for a {@code +}. */
    long hash(int level) {
        return hashes[level];
    }

    /** Where a level starts. */
    int from(int level) {
        return level == 0 ? 0 : ends[level - 1] + 1;
    }

    /** The place behind the last byte of a level. */
    int to(int level) {
        return ends[level];
    }

    /** What was read. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether a level is a {@code +}. */
    boolean isPlus(int level) {
        return ends[level] - from(level) == 1 && bytes[from(level)] == '+';
    }

    /**
     * Whether this filter is of this shape and matches the name that was read, which has enough
     * levels for the shape. Bytes are compared as they are: nothing is normalised.
     */
    boolean matches(byte[] filter, Shape shape) {
        if (shape == Shape.EXACT) {
            return Arrays.equals(filter, bytes); // [v5 MQTT-4.7.3-4]
        }
        int at = 0;
        for (int level = 0; level < shape.depth; level++) {
            if ((shape.plus >>> level & 1) != 0) {
                if (at >= filter.length || filter[at] != '+') {
                    return false;
                }
                at++;
            } else {
                int from = from(level);
                int to = ends[level];
                if (filter.length - at < to - from
                        || !Arrays.equals(filter, at, at + to - from, bytes, from, to)) {
                    return false;
                }
                at += to - from;
            }
            if (shape.multi || level < shape.depth - 1) {
                if (at >= filter.length || filter[at] != '/') {
                    return false;
                }
                at++;
            }
        }
        if (shape.multi) {
            return at == filter.length - 1 && filter[at] == '#';
        }
        return at == filter.length;
    }
}
