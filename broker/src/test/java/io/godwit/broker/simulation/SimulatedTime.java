package io.godwit.broker.simulation;

import io.godwit.broker.shard.Time;

/** Two clocks that stand still until they are moved. */
final class SimulatedTime implements Time {

    private long monotonic = 1_000_000;
    private long wall = 1_750_000_000_000L;
    private long leapt;

    @Override
    public long monotonicMillis() {
        return monotonic;
    }

    @Override
    public long wallMillis() {
        return wall;
    }

    void advance(long millis) {
        monotonic += millis;
        wall += millis;
    }

    @Override
    public long steadyMillis(long monotonicMillis) {
        return monotonicMillis - leapt;
    }

    /** Moves both forward as a test does that does not want to wait. */
    void leap(long millis) {
        advance(millis);
        leapt += millis;
    }

    /** Sets the wall clock forward, or back by a negative number. */
    void jumpWall(long millis) {
        wall += millis;
    }
}
