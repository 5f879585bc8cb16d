package io.godwit.broker;

import io.godwit.broker.connection.ShardBroker;
import io.godwit.broker.shard.TimerWheel;

/** Tells the memory budgets each second what the accounts of a shard have collected. */
final class Settling extends TimerWheel.Timer {

    private static final long MILLIS = 1000;

    private final ShardBroker here;

    Settling(ShardBroker here) {
        this.here = here;
    }

    @Override
    protected void fire() {
        here.budget().settle();
        here.arriving().settle();
        here.shard().after(MILLIS, this);
    }
}
