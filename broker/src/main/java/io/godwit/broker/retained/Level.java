package io.godwit.broker.retained;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One level of a Topic Name or Topic Filter as a key. Comparable, so that a {@code
 * ConcurrentHashMap} stays fast even if a client chooses levels whose hashes are equal.
 */
final class Level implements Comparable<Level> {

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final int hash;

    private Level(byte[] bytes, int from, int to, int hash) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.hash = hash;
    }

    /** The level of a name or filter that starts here; the bytes are not copied. */
    static Level at(byte[] bytes, int from) {
        int hash = 0;
        int to = from;
        while (to < bytes.length && bytes[to] != '/') {
            hash = hash * 31 + bytes[to];
            to++;
        }
        return new Level(bytes, from, to, hash);
    }

    /** All levels of a name or filter; the bytes are not copied. */
    static List<Level> all(byte[] bytes) {
        List<Level> levels = new ArrayList<>();
        for (int from = 0; from <= bytes.length; ) {
            Level level = at(bytes, from);
            levels.add(level);
            from = level.next();
        }
        return levels;
    }

    /** Where the level behind it starts; beyond the end if it is the last. */
    int next() {
        return to + 1;
    }

    /** The same with bytes of its own, to keep when the name goes. */
    Level copy() {
        return new Level(Arrays.copyOfRange(bytes, from, to), 0, to - from, hash);
    }

    boolean isPlus() {
        return to - from == 1 && bytes[from] == '+';
    }

    boolean isHash() {
        return to - from == 1 && bytes[from] == '#';
    }

    boolean startsWithDollar() {
        return to > from && bytes[from] == '$';
    }

    @Override
    public int compareTo(Level that) {
        return Arrays.compare(bytes, from, to, that.bytes, that.from, that.to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Level that
                && hash == that.hash
                && Arrays.equals(bytes, from, to, that.bytes, that.from, that.to);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
