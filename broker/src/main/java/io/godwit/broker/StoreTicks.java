package io.godwit.broker;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.SessionStore;

/** Lets the store do each second what is due. On one shard's loop. */
final class StoreTicks extends TimerWheel.Timer {

    private static final long INTERVAL_MILLIS = 1000;

    private final SessionStore store;
    private final Shard shard;

    StoreTicks(SessionStore store, Shard shard) {
        this.store = store;
        this.shard = shard;
    }

    @Override
    protected void fire() {
        shard.after(INTERVAL_MILLIS, this); // first, whatever happens to the rest
        store.tick();
    }
}
