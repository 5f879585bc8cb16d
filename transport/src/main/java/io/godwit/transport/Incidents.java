package io.godwit.transport;

import io.godwit.codec.Utf8;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what happens to a listener's sockets, and logs each kind at most once a second, since
 * strangers can make it happen as often as they like. Safe from any thread.
 */
final class Incidents {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LONGEST = 400;
    private static final int KINDS = Incident.values().length;

    private final String listener;
    private final AtomicLongArray counts = new AtomicLongArray(KINDS);
    private final AtomicLongArray logged = new AtomicLongArray(KINDS);
    private final AtomicLongArray silent = new AtomicLongArray(KINDS);

    Incidents(String listener) {
        this.listener = listener;
        for (int i = 0; i < KINDS; i++) {
            logged.set(i, System.nanoTime() - LOG_EVERY_NANOS);
        }
    }

    /** Counts it without a word. */
    void count(Incident what) {
        counts.incrementAndGet(what.ordinal());
    }

    /**
     * Counts it, and logs it unless its kind was logged a moment ago.
     *
     * @param words what happened to whom and what to do
     */
    void report(Incident what, String words) {
        int kind = what.ordinal();
        counts.incrementAndGet(kind);
        long now = System.nanoTime();
        long last = logged.get(kind);
        if (now - last < LOG_EVERY_NANOS || !logged.compareAndSet(kind, last, now)) {
            silent.incrementAndGet(kind);
            return;
        }
        long unsaid = silent.getAndSet(kind, 0);
        LOG.warn(
                "listener {}: {}{}",
                listener,
                line(words),
                unsaid == 0 ? "" : " (and " + unsaid + " times since this was last logged)");
    }

    /** One line, of a bounded length, whatever of a stranger's is in the words. */
    static String line(String words) {
        return words.length() <= LONGEST
                ? Utf8.printable(words)
                : Utf8.printable(words.substring(0, LONGEST)) + "...";
    }

    /** How often each has happened. */
    Map<Incident, Long> counts() {
        Map<Incident, Long> all = new EnumMap<>(Incident.class);
        for (Incident what : Incident.values()) {
            all.put(what, counts.get(what.ordinal()));
        }
        return all;
    }
}
