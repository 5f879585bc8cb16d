package io.godwit.store.rocksdb;

import io.godwit.store.rocksdb.Version.DeletedRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Tells of keys, which are asked for in order, whether a range took them. */
final class DeletedRanges {

    private final List<DeletedRange> all;
    private int next;

    /** Those that have begun; the latest is first, and goes when the keys are past its end. */
    private final PriorityQueue<DeletedRange> begun =
            new PriorityQueue<>(Comparator.comparingLong(DeletedRange::sequence).reversed());

    DeletedRanges(List<DeletedRange> ranges) {
        all = new ArrayList<>(ranges);
        all.sort(Comparator.comparing(DeletedRange::from, Arrays::compareUnsigned));
    }

    /** Whether a range that was deleted after this version holds its key. */
    boolean isDeleted(Version version) {
        byte[] key = version.key();
        while (next < all.size() && Arrays.compareUnsigned(all.get(next).from(), key) <= 0) {
            begun.add(all.get(next++));
        }
        DeletedRange latest = begun.peek();
        while (latest != null && Arrays.compareUnsigned(latest.to(), key) <= 0) {
            begun.remove();
            latest = begun.peek();
        }
        return latest != null && latest.sequence() > version.sequence();
    }
}
