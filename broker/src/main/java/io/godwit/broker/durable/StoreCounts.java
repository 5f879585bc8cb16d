package io.godwit.broker.durable;

import io.godwit.broker.control.Histogram;
import io.godwit.broker.shard.Distribution;
import java.util.concurrent.atomic.LongAdder;

/** What the store has done so far. Safe from any thread. */
public final class StoreCounts {

    private final LongAdder batches = new LongAdder();
    private final LongAdder changes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final Distribution sizes = new Distribution(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);

    /** In microseconds. */
    private final Distribution durations =
            new Distribution(
                    50,
                    100,
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000);

    StoreCounts() {}

    /** A batch was written; on the writing thread. */
    void wrote(int size, long nanos) {
        batches.increment();
        changes.add(size);
        sizes.add(size);
        durations.add(nanos / 1_000);
    }

    void failed() {
        failures.increment();
    }

    void foundDamaged() {
        damaged.increment();
    }

    /** Batches that were written. */
    public long batches() {
        return batches.sum();
    }

    /** Changes in these batches. */
    public long changes() {
        return changes.sum();
    }

    /** How many changes the batches had. */
    public Histogram sizes() {
        return sizes.histogram(1);
    }

    /** How long the writing of each batch took, in seconds. */
    public Histogram durations() {
        return durations.histogram(1_000_000);
    }

    /** Batches that could not be written. */
    public long failures() {
        return failures.sum();
    }

    /** Records that could not be read, and were put into quarantine. */
    public long damaged() {
        return damaged.sum();
    }
}
