package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An open-addressing hash table of filters. Eight slots make a group, whose tags (a byte of each
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

    private final AtomicReferenceArray<Segment<T>> segments =
            new AtomicReferenceArray<>(1 << SEGMENT_BITS);

    FilterTable() {
        for (int i = 0; i < segments.length(); i++) {
            segments.set(i, new Segment<>(1));
        }
    }

    /** The entry of a filter of this shape that matches the name, or null. */
    @Nullable FilterEntry<T> match(Levels name, Shape shape) {
        long hash = name.hashFor(shape);
        return segments.get(segment(hash)).match(hash, name, shape);
    }

    /** The entry of this filter, or null. */
    @Nullable FilterEntry<T> find(long hash, byte[] filter) {
        Segment<T> segment = segments.get(segment(hash));
        int slot = segment.slotOf(hash, filter);
        return slot < 0 ? null : segment.entries[slot];
    }

    /** Puts in a filter that is not there; readers see it when this returns. */
    void insert(long hash, byte[] filter, T subscriber) {
        Segment<T> segment = segments.get(segment(hash));
        if (segment.isFull()) {
            segment = segment.rebuilt();
            segments.set(segment(hash), segment);
        }
        segment.insert(hash, new FilterEntry<>(filter, upper(hash), subscriber));
    }

    /** Takes out a filter that is there. */
    void remove(long hash, byte[] filter) {
        Segment<T> segment = segments.get(segment(hash));
        segment.remove(segment.slotOf(hash, filter));
        if (segment.isSparse()) {
            segments.set(segment(hash), segment.rebuilt());
        }
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
        private static final int GROUP = Long.BYTES;

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

        @Nullable FilterEntry<T> match(long hash, Levels name, Shape shape) {
            long wanted = Levels.repeat(tag(hash));
            int group = home(upper(hash));
            while (true) {
                long word = (long) TAGS.getAcquire(tags, group);
                for (long hits = Levels.zeros(word ^ wanted); hits != 0; hits &= hits - 1) {
                    FilterEntry<T> entry = entry(slot(group, hits));
                    if (entry != null
                            && entry.hash == upper(hash)
                            && name.matches(entry.filter, shape)) {
                        return entry;
                    }
                }
                if (Levels.zeros(word) != 0) {
                    return null;
                }
                group = next(group);
            }
        }

        int slotOf(long hash, byte[] filter) {
            long wanted = Levels.repeat(tag(hash));
            int group = home(upper(hash));
            while (true) {
                for (long hits = Levels.zeros(tags[group] ^ wanted); hits != 0; hits &= hits - 1) {
                    int slot = slot(group, hits);
                    FilterEntry<T> entry = entries[slot];
                    if (entry != null
                            && entry.hash == upper(hash)
                            && Arrays.equals(entry.filter, filter)) {
                        return slot;
                    }
                }
                if (Levels.zeros(tags[group]) != 0) {
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
            boolean passed = Levels.zeros(tags[slot / GROUP]) == 0;
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
            int shift = slot % GROUP * Byte.SIZE;
            long others = tags[slot / GROUP] & ~(0xFFL << shift);
            TAGS.setRelease(tags, slot / GROUP, others | ((tag & 0xFFL) << shift));
        }

        private int tagAt(int slot) {
            return (int) (tags[slot / GROUP] >>> (slot % GROUP * Byte.SIZE)) & 0xFF;
        }

        private static int slot(int group, long bits) {
            return group * GROUP + Long.numberOfTrailingZeros(bits) / Byte.SIZE;
        }

        /** The slots that are empty or whose filter is gone: those without the highest bit. */
        private static long free(long word) {
            return ~word & Levels.repeat(0x80);
        }

        private static int tag(long hash) {
            return ((int) hash & 0x7F) | 0x80;
        }

        private int home(int hash) {
            return hash & (tags.length - 1);
        }

        private int next(int group) {
            return (group + 1) & (tags.length - 1);
        }
    }
}
