package io.godwit.gateway.sn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of MQTT-SN on a bad network, beside clients of MQTT, on a broker that crashes: what was
 * acknowledged arrives, at QoS 2 once. {@code -Dgodwit.simulation.seed=N} repeats one run, {@code
 * -Dgodwit.simulation.runs=N} does more of them, {@code -Dgodwit.simulation.from=N} begins with
 * another seed than 0.
 */
class SnCrashRunTest {

    private static final int RUNS = 60;

    @TempDir Path folder;

    @Test
    void whatIsPromisedToDevicesIsKeptThroughCrashes() {
        Long seed = Long.getLong("godwit.simulation.seed");
        long runs = Long.getLong("godwit.simulation.runs", RUNS);
        long from = Long.getLong("godwit.simulation.from", 0);
        LongStream seeds = seed == null ? LongStream.range(from, from + runs) : LongStream.of(seed);
        LongAdder acknowledged = new LongAdder();
        LongAdder crashes = new LongAdder();
        LongAdder wakes = new LongAdder();
        seeds.parallel()
                .forEach(each -> {
                    SnCrashRun run = run(each);
                    acknowledged.add(run.acknowledged());
                    crashes.add(run.crashes());
                    wakes.add(run.wakes());
                });
        System.out.printf(
                "%s messages acknowledged, %s crashes, %s sleepers woken%n",
                acknowledged, crashes, wakes);
        assertThat(acknowledged.sum()).isPositive();
        if (seed == null) {
            assertThat(crashes.sum()).isPositive();
            assertThat(wakes.sum()).isPositive();
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(run(seed).digest()).isEqualTo(run(seed).digest());
        }
    }

    private SnCrashRun run(long seed) {
        Path journal = folder.resolve(Thread.currentThread().threadId() + ".topics");
        try {
            Files.deleteIfExists(journal);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        SnCrashRun run = new SnCrashRun(seed, journal);
        try {
            run.run();
            return run;
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "the run with seed %d failed; -Dgodwit.simulation.seed=%d repeats it: %s%n%s"
                            .formatted(seed, seed, failure.getMessage(), run.story()),
                    failure);
        }
    }
}
