package io.godwit.admin;

import io.godwit.admin.http.Caller;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Keeps a place from guessing: after so many failures within a minute it is not listened to for the
 * rest of that minute. It knows the places ({@link Caller#place}) that have failed last, up to a
 * number. Safe for every thread.
 */
final class LoginLimit {

    /** Failures from one place within {@link #WINDOW}. */
    static final int MOST = 10;

    /** How long a failure counts. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int PLACES = 10_000;

    private final LongSupplier clock;
    private final Map<String, Failures> failures =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                    return size() > PLACES;
                }
            };

    private record Failures(long since, int count) {}

    /**
     * Knows no failures.
     *
     * @param clock nanoseconds
     */
    LoginLimit(LongSupplier clock) {
        this.clock = clock;
    }

    /** How long a place is not listened to, in seconds; 0 if it is. */
    synchronized long secondsToWait(String place) {
        Failures known = failures.get(place);
        if (known == null) {
            return 0;
        }
        long left = WINDOW.toNanos() - (clock.getAsLong() - known.since);
        if (left <= 0) {
            failures.remove(place);
            return 0;
        }
        return known.count < MOST ? 0 : Math.max(1, Duration.ofNanos(left).toSeconds());
    }

    /** A login from there has failed. */
    synchronized void failed(String place) {
        failures.merge(
                place,
                new Failures(clock.getAsLong(), 1),
                (known, one) -> new Failures(known.since, known.count + one.count));
    }
}
