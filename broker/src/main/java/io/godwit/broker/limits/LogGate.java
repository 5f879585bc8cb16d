package io.godwit.broker.limits;

/**
 * Lets a bounded number of log lines pass a second, so that hostile clients cannot flood the log.
 * On one loop only.
 */
public final class LogGate {

    private static final int LINES_PER_SECOND = 20;

    private long second = Long.MIN_VALUE;
    private int lines;
    private long suppressed;

    /**
     * Whether a line may be written now.
     *
     * @param now milliseconds of the monotonic clock
     */
    public boolean admit(long now) {
        long current = Math.floorDiv(now, 1000);
        if (current != second) {
            second = current;
            lines = 0;
        }
        if (lines < LINES_PER_SECOND) {
            lines++;
            return true;
        }
        suppressed++;
        return false;
    }

    /** How many lines were not written since this was last asked. */
    public long takeSuppressed() {
        long count = suppressed;
        suppressed = 0;
        return count;
    }
}
