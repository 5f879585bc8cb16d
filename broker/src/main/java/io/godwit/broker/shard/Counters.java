package io.godwit.broker.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The counts of one shard. Its loop adds; any thread may read, and sees a recent value. */
public final class Counters {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Counter.values().length];

    /** Adds to a count; on the shard's loop only. */
    public void add(Counter counter, long amount) {
        int at = counter.ordinal();
        ELEMENT.setOpaque(values, at, values[at] + amount);
    }

    /** Adds one to a count; on the shard's loop only. */
    public void increment(Counter counter) {
        add(counter, 1);
    }

    /** The count so far; from any thread. */
    public long get(Counter counter) {
        return (long) ELEMENT.getOpaque(values, counter.ordinal());
    }
}
