package io.godwit.broker.durable;

/**
 * A count for each of many numbers, in open addressing: 24 bytes for each or less, no objects. A
 * count of 0 takes no place. Of one thread.
 */
final class LongCounts {

    private static final int LEAST = 16;

    private long[] keys = new long[LEAST];
    private int[] counts = new int[LEAST];
    private int size;

    /** Is shown numbers and their counts. */
    interface Visitor {
        void visit(long number, int count);
    }

    int size() {
        return size;
    }

    int get(long number) {
        return counts[find(number)];
    }

    /** Adds to a count; returns what it is then. */
    int add(long number, int more) {
        int at = find(number);
        int count = counts[at] + more;
        if (counts[at] == 0 && count != 0) {
            keys[at] = number;
            counts[at] = count;
            size++;
            resize(size * 3L > keys.length * 2L ? keys.length * 2 : keys.length);
        } else if (counts[at] != 0 && count == 0) {
            remove(at);
            resize(size * 8L < keys.length ? keys.length / 2 : keys.length);
        } else {
            counts[at] = count;
        }
        return count;
    }

    void forEach(Visitor visitor) {
        for (int i = 0; i < keys.length; i++) {
            if (counts[i] != 0) {
                visitor.visit(keys[i], counts[i]);
            }
        }
    }

    /** The place of a number, or the free place where it would be. */
    private int find(long number) {
        int at = place(number);
        while (counts[at] != 0 && keys[at] != number) {
            at = at + 1 & keys.length - 1;
        }
        return at;
    }

    private int place(long number) {
        long hash = number * 0x9E37_79B9_7F4A_7C15L;
        return (int) (hash >>> 32) & keys.length - 1;
    }

    /** Frees a place, and moves those back that stand behind it because it was taken. */
    private void remove(int freed) {
        size--;
        int hole = freed;
        int at = hole;
        while (true) {
            counts[hole] = 0;
            do {
                at = at + 1 & keys.length - 1;
                if (counts[at] == 0) {
                    return;
                }
            } while (!reaches(place(keys[at]), hole, at));
            keys[hole] = keys[at];
            counts[hole] = counts[at];
            hole = at;
        }
    }

    /** Whether a hole lies on the way from a number's own place to where it stands. */
    private boolean reaches(int own, int hole, int at) {
        return (at - own & keys.length - 1) >= (at - hole & keys.length - 1);
    }

    private void resize(int length) {
        if (length == keys.length || length < LEAST) {
            return;
        }
        long[] oldKeys = keys;
        int[] oldCounts = counts;
        keys = new long[length];
        counts = new int[length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCounts[i] != 0) {
                int at = find(oldKeys[i]);
                keys[at] = oldKeys[i];
                counts[at] = oldCounts[i];
            }
        }
    }
}
