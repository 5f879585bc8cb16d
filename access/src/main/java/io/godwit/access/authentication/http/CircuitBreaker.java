package io.godwit.access.authentication.http;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Spares a service that does not work: after some failures in a row nothing is sent for a while,
 * then one call tries whether it works again. Safe for every thread.
 */
final class CircuitBreaker {

    private final int failures;
    private final long pauseMillis;
    private final InstantSource clock;

    private int failed;
    private long openedAt;
    private boolean isTrying;

    /**
     * @param failures how many in a row open it, 1 or more
     * @param pause how long it then stays open
     */
    CircuitBreaker(int failures, Duration pause, InstantSource clock) {
        this.failures = failures;
        this.pauseMillis = pause.toMillis();
        this.clock = clock;
    }

    /** Whether a call may be made; its outcome must then be told. */
    synchronized boolean admits() {
        if (failed < failures) {
            return true;
        }
        long open = clock.millis() - openedAt;
        boolean isOver = open >= pauseMillis || open < 0; // the clock was put back
        if (isTrying || !isOver) {
            return false;
        }
        isTrying = true;
        return true;
    }

    /** A call was answered. Tells whether that closed it. */
    synchronized boolean succeeded() {
        boolean wasOpen = failed >= failures;
        failed = 0;
        isTrying = false;
        return wasOpen;
    }

    /** A call has failed. Tells whether that opened it, after it was closed. */
    synchronized boolean failed() {
        isTrying = false;
        boolean opens = failed == failures - 1;
        if (failed < failures) {
            failed++;
        }
        if (failed == failures) {
            openedAt = clock.millis();
        }
        return opens;
    }
}
