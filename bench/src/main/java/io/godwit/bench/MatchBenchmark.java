package io.godwit.bench;

import io.godwit.broker.routing.Matches;
import io.godwit.broker.routing.SubscriptionIndex;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What it costs to match a Topic Name of four levels against the subscription index. Of the filters
 * a tenth has wildcards, in 12 shapes. Most names find one filter. Uniform: a name out of all of
 * them each time, so that it is the memory that is measured. Hot: out of 64.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
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
public class MatchBenchmark {

    private static final int HOT = 64;

    @Param({"1000000"})
    int filters;

    private SubscriptionIndex<Integer> index = new SubscriptionIndex<>(1);
    private TopicName[] names = {};
    private TopicName[] hot = {};
    private Matches<Integer> matches = number -> {};
    private int at;

    /** Fills the index. */
    @Setup
    public void fill(Blackhole hole) throws PacketException {
        matches = hole::consume;
        index = new SubscriptionIndex<>(new Random(1).nextLong());
        Workload workload = new Workload(filters);
        for (int i = 0; i < filters; i++) {
            index.add(TopicFilter.of(workload.filter(i)), i);
        }
        Random random = new Random(2);
        names = new TopicName[1 << 20];
        for (int i = 0; i < names.length; i++) {
            names[i] = TopicName.of(workload.topic(random.nextInt(filters)));
        }
        hot = new TopicName[HOT];
        System.arraycopy(names, 0, hot, 0, HOT);
    }

    /** A name out of all filters each time. */
    @Benchmark
    public void uniform() {
        index.match(names[at++ & (names.length - 1)], matches);
    }

    /** A name out of 64. */
    @Benchmark
    public void hot() {
        index.match(hot[at++ & (HOT - 1)], matches);
    }

    /** The epoch, which a cache in front of the index reads each time. */
    @Benchmark
    public int epoch() {
        return index.epoch(hot[at++ & (HOT - 1)]);
    }
}
