package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which shapes of filters with wildcards are worth a probe for a name: for each literal level, by
 * its hash and thus its place, the shapes of the filters that have it. Levels whose hashes share a
 * word share its shapes, so it may name a shape for nothing, but never leaves one out. It stays
 * small enough for the processor's caches, and saves nearly all probes where names have a level of
 * their own, such as a device's.
 *
 * <p>One writer at a time, readers without a lock. What has gone stays noted; when too much has, or
 * more has come than there is room for, another one takes its place.
 */
final class LiteralLevels {

    /** Levels that are looked at; those behind count as open. */
    static final int LEVELS = 8;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int LEAST_WORDS = 64;
    private static final int MOST_WORDS = 1 << 16;

    /** Filters for a word above which so much is set that noting them anew would not help. */
    private static final int CROWDED = 8;

    /** The bits of shapes. */
    private final long[] words;

    private int noted;
    private int removed;

    private LiteralLevels(int words) {
        this.words = new long[words];
    }

    /**
     * The bits of the shapes that may have a filter for the name.
     *
     * @param open for each level of the name that is looked at, the bits of the shapes that have no
     *     literal there
     */
    long candidates(Levels name, long[] open) {
        long bits = -1;
        for (int level = 0; level < open.length; level++) {
            bits &= (long) WORDS.getOpaque(words, word(name.hash(level))) | open[level];
        }
        return bits;
    }

    /** Notes a filter; readers see it when this returns. */
    void add(Levels filter, Shape shape) {
        noted++;
        for (int level = 0; level < LEVELS; level++) {
            if (!shape.isOpen(level)) {
                int word = word(filter.hash(level));
                WORDS.setRelease(words, word, words[word] | shape.bit);
            }
        }
    }

    /** Counts a filter that has gone. */
    void remove() {
        removed++;
    }

    /** Whether so much has come or gone that all filters should be noted anew. */
    boolean isStale(int live) {
        boolean outgrown = noted > words.length && words.length < MOST_WORDS;
        boolean littered = removed > Math.max(live, LEAST_WORDS);
        return (outgrown || littered) && live <= CROWDED * MOST_WORDS;
    }

    /** The same, empty, with room for so many filters that are then noted anew. */
    static LiteralLevels withRoomFor(int filters) {
        int length = LEAST_WORDS;
        while (length < MOST_WORDS && length < filters * 2) {
            length *= 2;
        }
        return new LiteralLevels(length);
    }

    private int word(long hash) {
        return (int) (hash >>> Integer.SIZE) & (words.length - 1);
    }
}
