package io.godwit.bench;

import io.godwit.broker.routing.SubscriptionIndex;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/**
 * Prints how much heap the subscription index takes for each filter, the filter's own bytes
 * included, as measured after the garbage was collected, with and without the index.
 */
public final class IndexFootprint {

    private IndexFootprint() {}

    /** Takes the number of filters; 1,000,000 without an argument. */
    public static void main(String[] arguments) throws PacketException {
        int filters = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        fill(1000); // loads the classes
        long before = heap();
        SubscriptionIndex<Integer> index = fill(filters);
        long bytes = heap() - before;
        System.out.printf(
                "%,d filters: %.1f bytes each%n",
                index.filters(), (double) bytes / index.filters());
    }

    private static SubscriptionIndex<Integer> fill(int filters) throws PacketException {
        Workload workload = new Workload(filters);
        SubscriptionIndex<Integer> index = new SubscriptionIndex<>(1);
        for (int i = 0; i < filters; i++) {
            index.add(TopicFilter.of(workload.filter(i)), 1);
        }
        return index;
    }

    private static long heap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
