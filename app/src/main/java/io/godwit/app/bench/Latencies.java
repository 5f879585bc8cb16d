package io.godwit.app.bench;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** How long something took, often. Safe from every thread. */
final class Latencies {

    /** Microseconds that are told from longer ones: an hour. */
    private static final long LONGEST = 3_600_000_000L;

    private static final int DIGITS = 3;
    private static final int NANOS_OF_MICRO = 1_000;

    private final Recorder recorder = new Recorder(1, LONGEST, DIGITS);
    private final Histogram all = new Histogram(1, LONGEST, DIGITS);
    private @Nullable Histogram latest;

    /** One more, in nanoseconds, 0 or more. */
    void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos / NANOS_OF_MICRO, 0, LONGEST));
    }

    /** Those since the last call, in microseconds; overwritten by the next call. */
    synchronized Histogram sinceLast() {
        latest = recorder.getIntervalHistogram(latest);
        all.add(latest);
        return latest;
    }

    /** All, in microseconds. */
    synchronized Histogram all() {
        sinceLast();
        return all.copy();
    }
}
