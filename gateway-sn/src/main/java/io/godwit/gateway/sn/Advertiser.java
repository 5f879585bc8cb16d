package io.godwit.gateway.sn;

import io.godwit.broker.shard.TimerWheel;
import java.net.InetSocketAddress;

/** Makes a gateway known, again and again (§6.1). On the gateway's loop only. */
final class Advertiser extends TimerWheel.Timer {

    private final SnGateway gateway;
    private final InetSocketAddress everybody;
    private final int seconds;

    /**
     * One that says nothing before {@link #fire}.
     *
     * @param everybody where it is sent to
     * @param seconds from one time to the next, 1 to 65,535
     */
    Advertiser(SnGateway gateway, InetSocketAddress everybody, int seconds) {
        this.gateway = gateway;
        this.everybody = everybody;
        this.seconds = seconds;
    }

    @Override
    protected void fire() {
        gateway.advertise(everybody, seconds);
        gateway.after(seconds * 1_000L, this);
    }
}
