package io.godwit.bench;

import io.godwit.broker.routing.SubscriptionIndex;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to add a subscription, on average over those that fill an empty index, the
 * rebuilding of its tables included. Subscriptions are added one at a time, whoever makes them.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(
        value = 1,
        jvmArgs = { // as a broker is started that is given so much
            "-Xms2g",
            "-Xmx2g",
            "-XX:+UseTransparentHugePages",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders"
        })
@State(Scope.Thread)
public class SubscribeBenchmark {

    private static final int FILTERS = 1_000_000;

    private final TopicFilter[] filters = new TopicFilter[FILTERS];

    /** Makes the filters. */
    @Setup
    public void make() throws PacketException {
        Workload workload = new Workload(FILTERS);
        for (int i = 0; i < FILTERS; i++) {
            filters[i] = TopicFilter.of(workload.filter(i));
        }
    }

    /** A million subscriptions, one of each filter. */
    @Benchmark
    @OperationsPerInvocation(FILTERS)
    public SubscriptionIndex<Integer> subscribe() {
        SubscriptionIndex<Integer> index = new SubscriptionIndex<>(1);
        Integer subscriber = 1;
        for (TopicFilter filter : filters) {
            index.add(filter, subscriber);
        }
        return index;
    }
}
