package io.godwit.broker.durable;

import java.util.concurrent.atomic.LongAdder;

/** What the store has done so far. Safe from any thread. */
public final class StoreCounts {

    private final LongAdder batches = new LongAdder();
    private final LongAdder changes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder damaged = new LongAdder();

    StoreCounts() {}

    void wrote(int size) {
        batches.increment();
        changes.add(size);
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

    /** Batches that could not be written. */
    public long failures() {
        return failures.sum();
    }

    /** Records that could not be read, and were put into quarantine. */
    public long damaged() {
        return damaged.sum();
    }
}
