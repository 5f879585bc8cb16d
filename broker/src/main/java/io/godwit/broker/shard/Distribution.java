package io.godwit.broker.shard;

import io.godwit.broker.control.Histogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts by size what one thread measures. That thread adds; any thread may read, and sees recent
 * values, which belong together but for what is added at that moment.
 */
public final class Distribution {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] upperBounds;

    /** One for each bound, one for what is larger, and the sum. */
    private final long[] values;

    /**
     * Nothing was measured yet.
     *
     * @param upperBounds inclusive and increasing
     */
    public Distribution(long... upperBounds) {
        this.upperBounds = upperBounds.clone();
        this.values = new long[upperBounds.length + 2];
    }

    /** Counts a value; by its one thread. */
    public void add(long value) {
        int bucket = 0;
        while (bucket < upperBounds.length && value > upperBounds[bucket]) {
            bucket++;
        }
        ELEMENT.setOpaque(values, bucket, values[bucket] + 1);
        int sum = values.length - 1;
        ELEMENT.setOpaque(values, sum, values[sum] + value);
    }

    /**
     * What was counted so far; from any thread.
     *
     * @param unit how many of its values make one of the histogram, such as 1,000 for seconds if it
     *     was given milliseconds
     */
    public Histogram histogram(double unit) {
        List<Double> bounds = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (long bound : upperBounds) {
            bounds.add(bound / unit);
        }
        for (int i = 0; i <= upperBounds.length; i++) {
            counts.add((long) ELEMENT.getOpaque(values, i));
        }
        long sum = (long) ELEMENT.getOpaque(values, values.length - 1);
        return new Histogram(bounds, counts, sum / unit);
    }
}
