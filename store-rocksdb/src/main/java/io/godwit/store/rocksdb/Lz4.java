package io.godwit.store.rocksdb;

import java.util.Arrays;

/** Unpacks a block that was compressed with LZ4. */
final class Lz4 {

    private static final int SHORTEST_MATCH = 4;

    private Lz4() {}

    /**
     * Unpacks.
     *
     * @param length how long the result is
     */
    static byte[] unpack(byte[] packed, int length) throws DamagedException {
        byte[] out = new byte[length];
        int to = 0;
        Bytes in = new Bytes(packed, 0, packed.length);
        while (!in.isAtEnd()) {
            int token = in.next() & 0xff;
            byte[] literals = in.take(extended(token >>> 4, in));
            check(literals.length <= length - to);
            System.arraycopy(literals, 0, out, to, literals.length);
            to += literals.length;
            if (in.isAtEnd()) {
                break; // the last part has no match
            }
            int distance = (in.next() & 0xff) | (in.next() & 0xff) << 8;
            int match = SHORTEST_MATCH + extended(token & 0x0f, in);
            check(distance > 0 && distance <= to && match <= length - to);
            copy(out, to, distance, match);
            to += match;
        }
        check(to == length);
        return out;
    }

    /** A length of 15 goes on in the bytes that follow, up to one that is not 255. */
    private static int extended(int length, Bytes in) throws DamagedException {
        int sum = length;
        if (length == 15) {
            int more;
            do {
                more = in.next() & 0xff;
                sum += more;
                check(sum >= 0);
            } while (more == 255);
        }
        return sum;
    }

    private static void copy(byte[] out, int to, int distance, int length) {
        if (distance == 1) {
            Arrays.fill(out, to, to + length, out[to - 1]);
            return;
        }
        for (int i = to; i < to + length; i++) {
            out[i] = out[i - distance]; // it may reach into what it writes
        }
    }

    private static void check(boolean holds) throws DamagedException {
        if (!holds) {
            throw new DamagedException("it can't be unpacked");
        }
    }
}
