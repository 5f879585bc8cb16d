package io.godwit.broker.routing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open-addressing hash table of filters. Four slots make a group, which a {@code long} describes
 * in four lanes: the tag of each slot (15 bits, of the hash of its filter), and four marks that say
 * for which tags a probe has to go on to the next group. A probe that finds nothing mostly reads
 * that and no more.
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

    /** Passes on the subscribers of the filter without wildcards that matches the name. */
    void match(Levels name, Matches<? super T> matches) {
        long hash = name.hash();
        Segment segment = segments[segment(hash)];
        pass(segment, hash, name, Shape.EXACT, matches);
    }

    /**
     * Passes on the subscribers of each filter of one of the candidates' shapes that matches the
     * name.
     *
     * @param bits of the shapes that are worth a probe; others than the candidates do not count
     */
    void match(
            Levels name,
            Shapes.Candidates candidates,
            long bits,
            Probes probes,
            Matches<? super T> matches) {
        Segment[] seen = segments;
        Shape[] shapes = candidates.shapes();
        int[] places = probes.places;
        long[] hashes = probes.hashes;
        // First all that are worth a look, so that the loads that miss the processor's caches
        // overlap.
        int found = 0;
        for (long left = bits & candidates.bits(); left != 0; left &= left - 1) {
            for (int place : candidates.byBit()[Long.numberOfTrailingZeros(left)]) {
                long hash = name.hashFor(shapes[place]);
                places[found] = place;
                hashes[found] = hash;
                found += Segment.mayHold(seen[segment(hash)].word(hash), tag(hash));
            }
        }
        for (int i = 0; i < found; i++) {
            pass(seen[segment(hashes[i])], hashes[i], name, shapes[places[i]], matches);
        }
    }

    /** Passes on each filter; for the writer. */
    void forEachFilter(Consumer<byte[]> action) {
        for (Segment segment : segments) {
            segment.forEachFilter(action);
        }
    }

    private static <T> void pass(
            Segment segment, long hash, Levels name, Shape shape, Matches<? super T> matches) {
        int slot = segment.match(hash, name, shape);
        if (slot >= 0) {
            Subscribers.<T>forEach(segment.subscribers(slot), matches);
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
        return ((int) hash & Segment.TAG) | Segment.USED;
    }

    /** Room for what one match notes down between its two passes; reused by a thread. */
    static final class Probes {
        private final int[] places = new int[Shapes.MOST_PROBES];
        private final long[] hashes = new long[Shapes.MOST_PROBES];
    }

    /** One part of the table; its capacity never changes. */
    private static final class Segment {

        private static final VarHandle TAGS = MethodHandles.arrayElementVarHandle(long[].class);
        private static final VarHandle ENTRIES =
                MethodHandles.arrayElementVarHandle(Object[].class);
        private static final int LANE = Short.SIZE;
        private static final int GROUP = Long.SIZE / LANE;

        /** The bits of a lane that are the tag. */
        private static final int TAG = 0x7FFF;

        /** Set in each tag of a filter. */
        private static final int USED = 0x4000;

        /** The tag of a slot whose filter has gone; 0 is that of one never used. */
        private static final int GONE = 1;

        private static final long EACH_LANE = 0x0001_0001_0001_0001L;
        private static final long EACH_TAG = TAG * EACH_LANE;

        /** Of each group, four tags and four marks. */
        private final long[] tags;

        /** Of each slot, the filter and its {@link Subscribers}, which a match reads together. */
        private final @Nullable Object[] entries;

        /** The upper halves of the hashes. */
        private final int[] hashes;

        private int used;
        private int live;

        Segment(int groups) {
            tags = new long[groups];
            entries = new Object[groups * GROUP * 2];
            hashes = new int[groups * GROUP];
        }

        /**
         * The tags of the group where a probe starts. An opaque read is enough for a first look:
         * the segment was read with acquire, and whoever finds something reads the group so again.
         */
        long word(long hash) {
            return (long) TAGS.getOpaque(tags, home(upper(hash)));
        }

        /** 1 if a probe that found these tags has to look further, else 0. */
        static int mayHold(long word, int tag) {
            return (equal(word, tag) | (word & mark(tag))) == 0 ? 0 : 1;
        }

        /** The slot of the filter of this shape that matches the name, or -1. */
        int match(long hash, Levels name, Shape shape) {
            int tag = tag(hash);
            int group = home(upper(hash));
            while (true) {
                long word = (long) TAGS.getAcquire(tags, group);
                for (long hits = equal(word, tag); hits != 0; hits &= hits - 1) {
                    int slot = slot(group, hits);
                    byte[] filter = (byte[]) ENTRIES.getAcquire(entries, slot * 2);
                    if (filter != null && name.matches(filter, shape)) {
                        return slot;
                    }
                }
                if ((word & mark(tag)) == 0) {
                    return -1;
                }
                group = next(group);
            }
        }

        int slotOf(long hash, byte[] filter) {
            int tag = tag(hash);
            int group = home(upper(hash));
            while (true) {
                for (long hits = equal(tags[group], tag); hits != 0; hits &= hits - 1) {
                    int slot = slot(group, hits);
                    if (hashes[slot] == upper(hash)
                            && Arrays.equals((byte[]) entries[slot * 2], filter)) {
                        return slot;
                    }
                }
                if ((tags[group] & mark(tag)) == 0) {
                    return -1;
                }
                group = next(group);
            }
        }

        /** What a reader finds here is null if the filter has gone meanwhile. */
        @Nullable Object subscribers(int slot) {
            return ENTRIES.getAcquire(entries, slot * 2 + 1);
        }

        void setSubscribers(int slot, @Nullable Object all) {
            ENTRIES.setRelease(entries, slot * 2 + 1, all);
        }

        void insert(int tag, int hash, Object filter, Object all) {
            int group = home(hash);
            while (equal(tags[group], 0) == 0) {
                TAGS.setRelease(tags, group, tags[group] | mark(tag));
                group = next(group);
            }
            int slot = slot(group, equal(tags[group], 0));
            used++;
            live++;
            hashes[slot] = hash;
            // The tag last: who sees it finds the filter and its subscribers.
            setSubscribers(slot, all);
            ENTRIES.setRelease(entries, slot * 2, filter);
            setTag(slot, tag);
        }

        void remove(int slot) {
            live--;
            setTag(slot, GONE);
            ENTRIES.setRelease(entries, slot * 2, null);
            setSubscribers(slot, null);
        }

        boolean isFull() {
            return used >= hashes.length / 4 * 3;
        }

        boolean isSparse() {
            return tags.length > 1 && live < hashes.length / 8;
        }

        void forEachFilter(Consumer<byte[]> action) {
            for (int slot = 0; slot < hashes.length; slot++) {
                if (entries[slot * 2] != null) {
                    action.accept((byte[]) entries[slot * 2]);
                }
            }
        }

        /** The same filters, in at most half of the slots. */
        Segment rebuilt() {
            int groups = 1;
            while (groups * GROUP < live * 2) {
                groups *= 2;
            }
            Segment rebuilt = new Segment(groups);
            for (int slot = 0; slot < hashes.length; slot++) {
                // Not cast, which would read the filter's header, most likely from memory.
                Object filter = entries[slot * 2];
                Object all = subscribers(slot);
                if (filter != null && all != null) {
                    rebuilt.insert(tagAt(slot), hashes[slot], filter, all);
                }
            }
            return rebuilt;
        }

        private void setTag(int slot, int tag) {
            int shift = slot % GROUP * LANE;
            long others = tags[slot / GROUP] & ~((long) TAG << shift);
            TAGS.setRelease(tags, slot / GROUP, others | (long) tag << shift);
        }

        private int tagAt(int slot) {
            return (int) (tags[slot / GROUP] >>> (slot % GROUP * LANE)) & TAG;
        }

        private static int slot(int group, long bits) {
            return group * GROUP + Long.numberOfTrailingZeros(bits) / LANE;
        }

        /** The highest bit of each lane that holds this tag. */
        private static long equal(long word, int tag) {
            long different = (word ^ (tag * EACH_LANE)) & EACH_TAG;
            return ~(different + EACH_TAG) & ~EACH_TAG;
        }

        /** What is set in a full group that a filter with this tag was not put into. */
        private static long mark(int tag) {
            return Long.MIN_VALUE >>> (tag % GROUP * LANE);
        }

        private int home(int hash) {
            return hash & (tags.length - 1);
        }

        private int next(int group) {
            return (group + 1) & (tags.length - 1);
        }
    }
}
