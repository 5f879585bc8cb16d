package io.godwit.broker;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.ShardStore;

/** Removes expired retained messages, a few at a time. On one shard's loop. */
final class RetainedExpiry extends TimerWheel.Timer {

    private static final long INTERVAL_MILLIS = 1000;

    /** Topics to look at in one go: well below a millisecond. */
    private static final int AT_ONCE = 2000;

    private final RetainedStore retained;
    private final Shard shard;
    private final ShardStore store;

    RetainedExpiry(RetainedStore retained, Shard shard, ShardStore store) {
        this.retained = retained;
        this.shard = shard;
        this.store = store;
    }

    void start() {
        shard.after(INTERVAL_MILLIS, this);
    }

    @Override
    protected void fire() {
        start(); // first, whatever happens to the rest
        retained.removeExpired(shard.wallMillis(), AT_ONCE, store::retainedRemoved);
    }
}
