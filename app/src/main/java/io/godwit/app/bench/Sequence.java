package io.godwit.app.bench;

import java.util.HashSet;
import java.util.Set;

/**
 * Which messages of one publisher one subscriber has got. Not thread-safe.
 *
 * <p>Numbers that were jumped over are remembered, {@value #MOST_MISSING} at most, so that a late
 * message is told from a second one; a late one that is not remembered any more counts as a
 * duplicate.
 */
final class Sequence {

    static final int MOST_MISSING = 100_000;

    /** What a message is beside those that came before. */
    enum Place {
        NEXT,
        BEHIND_A_GAP,
        LATE,
        DUPLICATE
    }

    private final Set<Long> missing = new HashSet<>();
    private long first;
    private long next;
    private long count;

    /** Of a publisher whose messages are counted from this one on. */
    Sequence(long first) {
        this.first = first;
        this.next = first;
    }

    /** Takes a message. */
    Place take(long sequence) {
        if (sequence == next) {
            next++;
            count++;
            return Place.NEXT;
        }
        if (sequence > next) {
            miss(next, sequence);
            next = sequence + 1;
            count++;
            return Place.BEHIND_A_GAP;
        }
        if (sequence < first) {
            miss(sequence + 1, first);
            first = sequence;
            count++;
            return Place.LATE;
        }
        if (missing.remove(sequence)) {
            count++;
            return Place.LATE;
        }
        return Place.DUPLICATE;
    }

    private void miss(long from, long to) {
        for (long i = from; i < to && missing.size() < MOST_MISSING; i++) {
            missing.add(i);
        }
    }

    /** How many different messages came. */
    long count() {
        return count;
    }

    /** How many are missing between those that came. */
    long gaps() {
        return next - first - count;
    }
}
