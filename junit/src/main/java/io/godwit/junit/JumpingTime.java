package io.godwit.junit;

import io.godwit.broker.shard.Time;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The system's clocks, moved forward as often as a test wants to. How long clients were silent goes
 * by the clocks as they would be without. Safe from any thread.
 */
final class JumpingTime implements Time {

    private final AtomicLong ahead = new AtomicLong();

    @Override
    public long monotonicMillis() {
        return SYSTEM.monotonicMillis() + ahead.get();
    }

    @Override
    public long wallMillis() {
        return SYSTEM.wallMillis() + ahead.get();
    }

    @Override
    public long steadyMillis(long monotonicMillis) {
        return SYSTEM.monotonicMillis();
    }

    /** Moves both forward. */
    void jump(long millis) {
        ahead.addAndGet(millis);
    }
}
