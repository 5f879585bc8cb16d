package io.godwit.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Runs of clients at random. {@code -Dgodwit.simulation.seed=N} repeats one, {@code
 * -Dgodwit.simulation.runs=N} does more of them.
 */
class RandomRunTest {

    private static final int RUNS = 200;

    @Test
    void whatIsPromisedIsKeptWhateverFails() {
        Long seed = Long.getLong("godwit.simulation.seed");
        long runs = Long.getLong("godwit.simulation.runs", RUNS);
        LongStream seeds = seed == null ? LongStream.range(0, runs) : LongStream.of(seed);
        long published = seeds.map(RandomRunTest::run).sum();
        assertThat(published).isPositive();
    }

    private static long run(long seed) {
        try {
            RandomRun run = new RandomRun(seed);
            run.run();
            return run.published();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "the run with seed %d failed; -Dgodwit.simulation.seed=%d repeats it"
                            .formatted(seed, seed),
                    failure);
        }
    }
}
