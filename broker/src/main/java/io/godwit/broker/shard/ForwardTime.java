package io.godwit.broker.shard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Clocks whose wall clock never goes back: when the one behind it is set back, it goes on from
 * where it was. So nothing waits longer for its expiry than was asked for. All shards of a broker
 * share one. Safe from any thread.
 */
public final class ForwardTime implements Time {

    private final Time source;

    /** The most that the wall clock was ever ahead of the monotonic one. */
    private final AtomicLong ahead = new AtomicLong(Long.MIN_VALUE);

    /** Clocks that follow these. */
    public ForwardTime(Time source) {
        this.source = source;
    }

    @Override
    public long monotonicMillis() {
        return source.monotonicMillis();
    }

    @Override
    public long wallMillis() {
        long monotonic = source.monotonicMillis();
        long now = source.wallMillis() - monotonic;
        long most = ahead.get();
        while (now > most && !ahead.compareAndSet(most, now)) {
            most = ahead.get();
        }
        return monotonic + Math.max(now, most);
    }

    @Override
    public long nanos() {
        return source.nanos();
    }

    @Override
    public long steadyMillis(long monotonicMillis) {
        return source.steadyMillis(monotonicMillis);
    }
}
