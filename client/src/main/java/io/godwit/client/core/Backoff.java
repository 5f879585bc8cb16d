package io.godwit.client.core;

import io.godwit.client.Reconnect;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait before the next attempt. Under the lock. */
final class Backoff {

    /** What no wait doubles to, and how long a connection lasts that is not lost at once. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Reconnect policy;
    private final Timing timing;
    private final RandomGenerator random;

    /** How often the wait has doubled. */
    private int steps;

    /** Attempts that failed one after the other. */
    private int failures;

    private long connectedAt;
    private Duration lastWait = Duration.ZERO;

    Backoff(Reconnect policy, Timing timing, RandomGenerator random) {
        this.policy = policy;
        this.timing = timing;
        this.random = random;
    }

    void begin() {
        steps = 0;
        failures = 0;
        lastWait = Duration.ZERO;
    }

    void connected() {
        failures = 0;
        connectedAt = timing.nanos();
    }

    /** An attempt has failed: the wait before the next one, or null if there is none. */
    @Nullable Duration failed() {
        failures++;
        return failures >= policy.attempts() ? null : next();
    }

    /**
     * A connection was lost: the wait before the next attempt, or null if there is none. One that
     * was lost soon counts as a failed attempt does, so that a server that accepts and closes is
     * not pestered.
     *
     * @param elsewhere whether the server has named another one, which is tried at once
     */
    @Nullable Duration lost(boolean elsewhere) {
        if (policy.attempts() == 0) {
            return null;
        }
        Duration lasted = Duration.ofNanos(timing.nanos() - connectedAt);
        if (lasted.compareTo(lastWait.isZero() ? SHORTEST : lastWait) > 0) {
            steps = 0;
            lastWait = Duration.ZERO;
        }
        boolean atOnce = elsewhere && steps == 0;
        Duration wait = next();
        return atOnce ? Duration.ZERO : wait;
    }

    private Duration next() {
        Duration wait = policy.least();
        for (int i = 0; i < steps && wait.compareTo(policy.most()) < 0; i++) {
            wait = wait.isZero() ? SHORTEST : wait.multipliedBy(2);
        }
        if (wait.compareTo(policy.most()) > 0) {
            wait = policy.most();
        }
        if (wait.compareTo(policy.most()) < 0) {
            steps++;
        }
        lastWait = wait;
        long half = wait.toNanos() / 2;
        return Duration.ofNanos(half + (half > 0 ? random.nextLong(half + 1) : 0));
    }
}
