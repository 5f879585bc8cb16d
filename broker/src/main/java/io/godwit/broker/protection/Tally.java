package io.godwit.broker.protection;

import java.util.LinkedHashMap;

/**
 * Counts by key how often something happened within a time, which begins with the first. Holds a
 * bounded number of keys: beyond it the one that was seen longest ago is forgotten. Safe from any
 * thread.
 */
final class Tally<K> {

    private static final class Count {
        private long from;
        private int times;
    }

    private final int most;
    private final LinkedHashMap<K, Count> counts = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Counts nothing yet.
     *
     * @param most how many keys, 1 or more
     */
    Tally(int most) {
        this.most = most;
    }

    /**
     * Counts one more.
     *
     * @param now milliseconds of the monotonic clock
     * @param within milliseconds after which counting begins anew
     * @return how often it has happened by now, 1 or more
     */
    synchronized int add(K key, long now, long within) {
        Count count = counts.get(key);
        if (count == null) {
            count = new Count();
            count.from = now;
            counts.put(key, count);
            forgetEldest();
        } else if (now - count.from >= within) {
            count.from = now;
            count.times = 0;
        }
        return ++count.times;
    }

    private void forgetEldest() {
        if (counts.size() > most) {
            K eldest = counts.keySet().iterator().next();
            counts.remove(eldest);
        }
    }

    /** Forgets a key. */
    synchronized void forget(K key) {
        counts.remove(key);
    }

    /** How many keys it knows. */
    synchronized int size() {
        return counts.size();
    }
}
