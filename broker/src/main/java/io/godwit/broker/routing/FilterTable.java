package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An open-addressing hash table of filters. Four slots make a group, whose tags (16 bits of each
 * filter's hash) lie in one {@code long}: a probe that finds nothing mostly reads that and no more.
 *
 * <p>One writer at a time, readers without a lock. A filter keeps its slot as long as its segment
 * is not rebuilt, and a group that was full once never shows an empty slot again, so that a probe
 * does not stop short of a filter that it went past. A rebuilt segment is another object with the
 * same entries; readers go on in the one that they found. The table is cut into segments so that a
 * rebuild, which happens on a subscriber's thread, stays short.
 */
final class FilterTable<T> {

    private static final int SEGMENT_BITS = 6;

    /** The array is replaced as a whole. */
    private volatile Segment<T>[] segments = newSegments();

    /** Passes on the subscribers of each filter of one of these shapes that matches the name. */
    void match(Levels name, Shape[] shapes, Probes probes, Matches<? super T> matches) {
        Segment<T>[] seen = segments;
        long[] hashes = probes.hashes;
        long[] words = probes.words;
        // First all the loads that are likely to miss the processor's caches, so that they overlap.
        for (int i = 0; i < shapes.length; i++) {
            long hash = name.hashFor(shapes[i]);
            hashes[i] = hash;
            words[i] = seen[segment(hash)].word(hash);
        }
        for (int i = 0; i < shapes.length; i++) {
            if (Segment.mayHold(words[i], hashes[i])) {
                long hash = hashes[i];
                FilterEntry<T> entry = seen[segment(hash)].match(words[i], hash, name, shapes[i]);
                if (entry != null) {
                    entry.forEach(matches);
                }
            }
        }
    }

    /** The entry of this filter, or null. */
    @Nullable FilterEntry<T> find(long hash, byte[] filter) {
        Segment<T> segment = segments[segment(hash)];
        int slot = segment.slotOf(hash, filter);
        return slot < 0 ? null : segment.entries[slot];
    }

    /** Puts in a filter that is not there; readers see it when this returns. */
    void insert(long hash, byte[] filter, T subscriber) {
        if (segments[segment(hash)].isFull()) {
            rebuild(segment(hash));
        }
        FilterEntry<T> entry = new FilterEntry<>(filter, upper(hash), subscriber);
        segments[segment(hash)].insert(hash, entry);
    }

    /** Takes out a filter that is there. */
    void remove(long hash, byte[] filter) {
        Segment<T> segment = segments[segment(hash)];
        segment.remove(segment.slotOf(hash, filter));
        if (segment.isSparse()) {
            rebuild(segment(hash));
        }
    }

    private void rebuild(int segment) {
        Segment<T>[] copy = segments.clone();
        copy[segment] = copy[segment].rebuilt();
        segments = copy;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Segment<T>[] newSegments() {
        Segment<T>[] segments = new Segment[1 << SEGMENT_BITS];
        Arrays.setAll(segments, i -> new Segment<>(1));
        return segments;
    }

    /** Room for what one match notes down between its two passes; reused by a thread. */
    static final class Probes {
        private final long[] hashes = new long[Shapes.MOST_PROBES];
        private final long[] words = new long[Shapes.MOST_PROBES];
    }

    private static int segment(long hash) {
        return (int) (hash >>> (Long.SIZE - SEGMENT_BITS));
    }

    private static int upper(long hash) {
        return (int) (hash >>> Integer.SIZE);
    }

    /** One part of the table; its capacity never changes. */
    private static final class Segment<T> {

        private static final VarHandle TAGS = MethodHandles.arrayElementVarHandle(long[].class);
        private static final VarHandle ENTRY =
                MethodHandles.arrayElementVarHandle(FilterEntry[].class);
        private static final int TAG_BITS = Short.SIZE;
        private static final long EACH_TAG = 0x0001_0001_0001_0001L;
        private static final int HIGHEST_BIT = 0x8000;
        private static final long EACH_HIGHEST_BIT = 0x8000_8000_8000_8000L;
        private static final int GROUP = Long.SIZE / TAG_BITS;

        /** Tags of slots without a filter; a filter's tag has the highest bit set. */
        private static final int EMPTY = 0;

        private static final int GONE = 1;

        private final long[] tags;
        private final @Nullable FilterEntry<T>[] entries;
        private int live;
        private int gone;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Segment(int groups) {
            tags = new long[groups];
            entries = new FilterEntry[groups * GROUP];
        }

        /** The tags of the group where a probe starts. */
        long word(long hash) {
            return (long) TAGS.getAcquire(tags, home(upper(hash)));
        }

        /** Whether a probe that found these tags has to look further. */
        static boolean mayHold(long word, long hash) {
            return zeros(word ^ (tag(hash) * EACH_TAG)) != 0 || zeros(word) == 0;
        }

        /** Goes on with a probe that found these tags. */
        @Nullable FilterEntry<T> match(long first, long hash, Levels name, Shape shape) {
            long wanted = tag(hash) * EACH_TAG;
            int group = home(upper(hash));
            long word = first;
            while (true) {
                for (long hits = zeros(word ^ wanted); hits != 0; hits &= hits - 1) {
                    FilterEntry<T> entry = entry(slot(group, hits));
                    if (entry != null
                            && entry.hash == upper(hash)
                            && name.matches(entry.filter, shape)) {
                        return entry;
                    }
                }
                if (zeros(word) != 0) {
                    return null;
                }
                group = next(group);
                word = (long) TAGS.getAcquire(tags, group);
            }
        }

        int slotOf(long hash, byte[] filter) {
            long wanted = tag(hash) * EACH_TAG;
            int group = home(upper(hash));
            while (true) {
                for (long hits = zeros(tags[group] ^ wanted); hits != 0; hits &= hits - 1) {
                    int slot = slot(group, hits);
                    FilterEntry<T> entry = entries[slot];
                    if (entry != null
                            && entry.hash == upper(hash)
                            && Arrays.equals(entry.filter, filter)) {
                        return slot;
                    }
                }
                if (zeros(tags[group]) != 0) {
                    return -1;
                }
                group = next(group);
            }
        }

        void insert(long hash, FilterEntry<T> entry) {
            insert(tag(hash), entry);
        }

        private void insert(int tag, FilterEntry<T> entry) {
            int group = home(entry.hash);
            long free = free(tags[group]);
            while (free == 0) {
                group = next(group);
                free = free(tags[group]);
            }
            int slot = slot(group, free);
            if (tagAt(slot) == GONE) {
                gone--;
            }
            live++;
            // The entry first: who sees the tag finds the entry.
            ENTRY.setRelease(entries, slot, entry);
            setTag(slot, tag);
        }

        void remove(int slot) {
            // No probe has gone past a group that has an empty slot.
            boolean passed = zeros(tags[slot / GROUP]) == 0;
            setTag(slot, passed ? GONE : EMPTY);
            entries[slot] = null;
            live--;
            if (passed) {
                gone++;
            }
        }

        boolean isFull() {
            return live + gone >= entries.length / 4 * 3;
        }

        boolean isSparse() {
            return entries.length > GROUP && live < entries.length / 8;
        }

        /** The same entries, at most half full. */
        Segment<T> rebuilt() {
            int groups = 1;
            while (groups * GROUP < live * 2) {
                groups *= 2;
            }
            Segment<T> rebuilt = new Segment<>(groups);
            for (int slot = 0; slot < entries.length; slot++) {
                FilterEntry<T> entry = entries[slot];
                if (entry != null) {
                    rebuilt.insert(tagAt(slot), entry);
                }
            }
            return rebuilt;
        }

        @SuppressWarnings("unchecked")
        private @Nullable FilterEntry<T> entry(int slot) {
            return (FilterEntry<T>) ENTRY.getAcquire(entries, slot);
        }

        private void setTag(int slot, int tag) {
            int shift = slot % GROUP * TAG_BITS;
            long others = tags[slot / GROUP] & ~(0xFFFFL << shift);
            TAGS.setRelease(tags, slot / GROUP, others | ((tag & 0xFFFFL) << shift));
        }

        private int tagAt(int slot) {
            return (int) (tags[slot / GROUP] >>> (slot % GROUP * TAG_BITS)) & 0xFFFF;
        }

        private static int slot(int group, long bits) {
            return group * GROUP + Long.numberOfTrailingZeros(bits) / TAG_BITS;
        }

        /** The highest bit of each tag that is zero; bits above the lowest one may be wrong. */
        private static long zeros(long word) {
            return (word - EACH_TAG) & ~word & EACH_HIGHEST_BIT;
        }

        /** The slots that are empty or whose filter is gone: those without the highest bit. */
        private static long free(long word) {
            return ~word & EACH_HIGHEST_BIT;
        }

        private static int tag(long hash) {
            return ((int) hash & 0xFFFF) | HIGHEST_BIT;
        }

        private int home(int hash) {
            return hash & (tags.length - 1);
        }

        private int next(int group) {
            return (group + 1) & (tags.length - 1);
        }
    }
}
