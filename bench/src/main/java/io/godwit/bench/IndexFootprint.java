package io.godwit.bench;

import io.godwit.broker.routing.SubscriptionIndex;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Random;

/**
 * Prints how much heap the subscription index takes for each filter, the filter's own bytes
 * included, and how many subscriptions a second it takes in. The heap is measured after the garbage
 * was collected, with and without the index; each rate is of one fill of an empty index.
 */
public final class IndexFootprint {

    private static final int ROUNDS = 5;

    private IndexFootprint() {}

    /** Takes the number of filters; 1,000,000 without an argument. */
    public static void main(String[] arguments) throws PacketException {
        int filters = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        Workload workload = new Workload(filters);
        Integer subscriber = 1;
        for (int round = 0; round < ROUNDS; round++) {
            long before = heap();
            TopicFilter[] made = new TopicFilter[filters];
            for (int i = 0; i < filters; i++) {
                made[i] = TopicFilter.of(workload.filter(i));
            }
            SubscriptionIndex<Integer> index =
                    new SubscriptionIndex<>(new Random(round).nextLong());
            long start = System.nanoTime();
            for (TopicFilter filter : made) {
                index.add(filter, subscriber);
            }
            long nanos = System.nanoTime() - start;
            made = new TopicFilter[0];
            long bytes = heap() - before;
            System.out.printf(
                    "%,d filters: %.1f bytes each, %,.0f subscriptions a second%n",
                    index.filters(),
                    (double) bytes / index.filters(),
                    index.subscriptions() * 1e9 / nanos);
        }
    }

    private static long heap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
