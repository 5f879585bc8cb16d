package io.godwit.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs at random of clients on a broker that crashes. {@code -Dgodwit.simulation.seed=N} repeats
 * one, {@code -Dgodwit.simulation.runs=N} does more of them, {@code -Dgodwit.simulation.from=N}
 * begins with another seed than 0.
 */
class CrashRunTest {

    private static final int RUNS = 2_000;

    @Test
    void whatIsPromisedIsKeptThroughCrashes() {
        Long seed = Long.getLong("godwit.simulation.seed");
        long runs = Long.getLong("godwit.simulation.runs", RUNS);
        long from = Long.getLong("godwit.simulation.from", 0);
        LongStream seeds = seed == null ? LongStream.range(from, from + runs) : LongStream.of(seed);
        LongAdder done = new LongAdder();
        LongAdder acknowledged = new LongAdder();
        LongAdder crashes = new LongAdder();
        seeds.parallel()
                .forEach(each -> {
                    CrashRun run = run(each);
                    done.increment();
                    acknowledged.add(run.acknowledged());
                    crashes.add(run.crashes());
                });
        System.out.printf(
                "%s runs: %s messages acknowledged, %s crashes%n", done, acknowledged, crashes);
        assertThat(acknowledged.sum()).isGreaterThan(done.sum());
        if (seed == null) {
            assertThat(crashes.sum()).isGreaterThan(done.sum());
        }
    }

    /** Seeds beyond the usual ones that once found a defect. */
    @ParameterizedTest
    @ValueSource(longs = {11330, 13768})
    void whatWasMendedStaysMended(long seed) {
        assertThat(run(seed).crashes()).isPositive();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(run(seed).digest()).isEqualTo(run(seed).digest());
        }
    }

    private static CrashRun run(long seed) {
        CrashRun run = new CrashRun(seed);
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
