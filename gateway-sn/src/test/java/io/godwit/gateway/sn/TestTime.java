package io.godwit.gateway.sn;

import io.godwit.broker.shard.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The system's clocks, which a test can put forward. */
final class TestTime implements Time {

    private final AtomicLong forward = new AtomicLong();

    /** Puts them forward, so that timers fire at the next tick. */
    void pass(Duration duration) {
        forward.addAndGet(duration.toMillis());
    }

    @Override
    public long monotonicMillis() {
        return Time.SYSTEM.monotonicMillis() + forward.get();
    }

    @Override
    public long wallMillis() {
        return Time.SYSTEM.wallMillis() + forward.get();
    }
}
