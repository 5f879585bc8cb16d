package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An open-addressing hash table of filters. Four slots make a group, whose tags (16 bits of each
 * filter's hash) lie in one {@code long}: a probe that finds nothing mostly reads that and no more.
 *
 * <p>One writer at a time, readers without a lock. Until its segment is rebuilt, a slot serves one
 * filter only, also after that has gone: so what a reader finds in it belongs together, and a probe
 * never stops short of a filter that lies behind. A rebuilt segment is another object with the same
 * content; readers go on in the one that they found. The table is cut into segments so that a
 * rebuild, which happens on a subscriber's thread, stays short.
 */
final class FilterTable<T> {

    private static final int SEGMENT_BITS = 6;

    /** The array is replaced as a whole. */
    private volatile Segment[] segments = new Segment[1 << SEGMENT_BITS];

    FilterTable() {
        Arrays.setAll(segments, i -> new Segment(1));
    }

    /** Passes on the subscribers of each filter of one of these shapes that matches the name. */
    void match(Levels name, Shape[] shapes, Probes probes, Matches<? super T> matches) {
        Segment[] seen = segments;
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
                Segment segment = seen[segment(hash)];
                int slot = segment.match(words[i], hash, name, shapes[i]);
                if (slot >= 0) {
                    Subscribers.<T>forEach(segment.subscribers(slot), matches);
                }
            }
        }
    }

    /** The {@link Subscribers} of this filter. */
    @Nullable Object get(long hash, byte[] filter) {
        Segment segment = segments[segment(hash)];
        int slot = segment.slotOf(hash, filter);
        return slot < 0 ? null : segment.subscribers(slot);
    }

    /** Puts in a filter that is not there; readers see it when this returns. */
    void insert(long hash, byte[] filter, Object subscribers) {
        if (segments[segment(hash)].isFull()) {
            rebuild(segment(hash));
        }
        segments[segment(hash)].insert(tag(hash), upper(hash), filter, subscribers);
    }

    /** Changes the {@link Subscribers} of a filter that is there. */
    void set(long hash, byte[] filter, Object subscribers) {
        Segment segment = segments[segment(hash)];
        segment.setSubscribers(segment.slotOf(hash, filter), subscribers);
    }

    /** Takes out a filter that is there. */
    void remove(long hash, byte[] filter) {
        Segment segment = segments[segment(hash)];
        segment.remove(segment.slotOf(hash, filter));
        if (segment.isSparse()) {
            rebuild(segment(hash));
        }
    }

    private void rebuild(int segment) {
        Segment[] copy = segments.clone();
        copy[segment] = copy[segment].rebuilt();
        segments = copy;
    }

    private static int segment(long hash) {
        return (int) (hash >>> (Long.SIZE - SEGMENT_BITS));
    }

    private static int upper(long hash) {
        return (int) (hash >>> Integer.SIZE);
    }

    private static int tag(long hash) {
        return ((int) hash & 0xFFFF) | Segment.HIGHEST_BIT;
    }

    /** Room for what one match notes down between its two passes; reused by a thread. */
    static final class Probes {
        private final long[] hashes = new long[Shapes.MOST_PROBES];
        private final long[] words = new long[Shapes.MOST_PROBES];
    }

    /** One part of the table; its capacity never changes. */
    private static final class Segment {

        private static final VarHandle TAGS = MethodHandles.arrayElementVarHandle(long[].class);
        private static final VarHandle FILTERS =
                MethodHandles.arrayElementVarHandle(byte[][].class);
        private static final VarHandle SUBSCRIBERS =
                MethodHandles.arrayElementVarHandle(Object[].class);
        private static final int TAG_BITS = Short.SIZE;
        private static final long EACH_TAG = 0x0001_0001_0001_0001L;
        private static final int HIGHEST_BIT = 0x8000;
        private static final long EACH_HIGHEST_BIT = 0x8000_8000_8000_8000L;
        private static final int GROUP = Long.SIZE / TAG_BITS;

        /** The tag of a slot whose filter has gone; 0 is that of one never used. */
        private static final int GONE = 1;

        private final long[] tags;
        private final byte[] @Nullable [] filters;
        private final @Nullable Object[] subscribers;

        /** The upper halves of the hashes. */
        private final int[] hashes;

        private int used;
        private int live;

        Segment(int groups) {
            tags = new long[groups];
            filters = new byte[groups * GROUP][];
            subscribers = new Object[groups * GROUP];
            hashes = new int[groups * GROUP];
        }

        /** The tags of the group where a probe starts. */
        long word(long hash) {
            return (long) TAGS.getAcquire(tags, home(upper(hash)));
        }

        /** Whether a probe that found these tags has to look further. */
        static boolean mayHold(long word, long hash) {
            return zeros(word ^ (tag(hash) * EACH_TAG)) != 0 || zeros(word) == 0;
        }

        /**
         * Goes on with a probe that found these tags: the slot of the filter of this shape that
         * matches the name, or -1.
         */
        int match(long first, long hash, Levels name, Shape shape) {
            long wanted = tag(hash) * EACH_TAG;
            int group = home(upper(hash));
            long word = first;
            while (true) {
                for (long hits = zeros(word ^ wanted); hits != 0; hits &= hits - 1) {
                    int slot = slot(group, hits);
                    byte[] filter = (byte[]) FILTERS.getAcquire(filters, slot);
                    if (filter != null && name.matches(filter, shape)) {
                        return slot;
                    }
                }
                if (zeros(word) != 0) {
                    return -1;
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
                    if (hashes[slot] == upper(hash) && Arrays.equals(filters[slot], filter)) {
                        return slot;
                    }
                }
                if (zeros(tags[group]) != 0) {
                    return -1;
                }
                group = next(group);
            }
        }

        /** What a reader finds here is null if the filter has gone meanwhile. */
        @Nullable Object subscribers(int slot) {
            return SUBSCRIBERS.getAcquire(subscribers, slot);
        }

        void setSubscribers(int slot, Object all) {
            SUBSCRIBERS.setRelease(subscribers, slot, all);
        }

        void insert(int tag, int hash, byte[] filter, Object all) {
            int group = home(hash);
            while (zeros(tags[group]) == 0) {
                group = next(group);
            }
            int slot = slot(group, zeros(tags[group]));
            used++;
            live++;
            hashes[slot] = hash;
            // The tag last: who sees it finds the filter and its subscribers.
            setSubscribers(slot, all);
            FILTERS.setRelease(filters, slot, filter);
            setTag(slot, tag);
        }

        void remove(int slot) {
            live--;
            setTag(slot, GONE);
            FILTERS.setRelease(filters, slot, null);
            SUBSCRIBERS.setRelease(subscribers, slot, null);
        }

        boolean isFull() {
            return used >= filters.length / 4 * 3;
        }

        boolean isSparse() {
            return tags.length > 1 && live < filters.length / 8;
        }

        /** The same filters, in at most half of the slots. */
        Segment rebuilt() {
            int groups = 1;
            while (groups * GROUP < live * 2) {
                groups *= 2;
            }
            Segment rebuilt = new Segment(groups);
            for (int slot = 0; slot < filters.length; slot++) {
                byte[] filter = filters[slot];
                Object all = subscribers[slot];
                if (filter != null && all != null) {
                    rebuilt.insert(tagAt(slot), hashes[slot], filter, all);
                }
            }
            return rebuilt;
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

        private int home(int hash) {
            return hash & (tags.length - 1);
        }

        private int next(int group) {
            return (group + 1) & (tags.length - 1);
        }
    }
}
