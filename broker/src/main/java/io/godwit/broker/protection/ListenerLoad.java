package io.godwit.broker.protection;

import io.godwit.broker.limits.ConnectRate;
import io.godwit.broker.spi.Receiver;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What goes on at one listener, held against its policy. Also the place that each of its
 * connections takes, there and in the broker. Safe from any thread.
 */
public final class ListenerLoad implements Receiver.Place {

    /** Whether there was a place for a connection. */
    public enum Entered {
        YES,
        BROKER_IS_FULL,
        LISTENER_IS_FULL
    }

    private final String name;
    private final AtomicInteger ofBroker;
    private final AtomicInteger connected = new AtomicInteger();
    private volatile ListenerPolicy policy;
    private volatile ConnectRate rate;

    /**
     * Of a listener without connections.
     *
     * @param ofBroker counts the connections of all listeners
     */
    ListenerLoad(String name, ListenerPolicy policy, AtomicInteger ofBroker) {
        this.name = name;
        this.ofBroker = ofBroker;
        this.policy = policy;
        this.rate = new ConnectRate(policy.connectRate(), policy.connectRate());
    }

    /** Puts another policy in force; connections that are there stay. */
    void policy(ListenerPolicy other) {
        if (!policy.equals(other)) {
            rate = new ConnectRate(other.connectRate(), other.connectRate());
            policy = other;
        }
    }

    /** The listener's name. */
    public String name() {
        return name;
    }

    /** Its connections. */
    public int connected() {
        return connected.get();
    }

    /**
     * Whether one more CONNECT is within the rate.
     *
     * @param now milliseconds of the monotonic clock
     */
    public boolean admits(long now) {
        return rate.admit(now);
    }

    /**
     * Counts a connection, if there is a place for it, until it leaves.
     *
     * @param most how many the broker may have
     */
    public Entered enter(int most) {
        if (ofBroker.incrementAndGet() > most) {
            ofBroker.decrementAndGet();
            return Entered.BROKER_IS_FULL;
        }
        int mostHere = policy.connections();
        if (connected.incrementAndGet() > mostHere && mostHere > 0) {
            leave();
            return Entered.LISTENER_IS_FULL;
        }
        return Entered.YES;
    }

    @Override
    public void leave() {
        connected.decrementAndGet();
        ofBroker.decrementAndGet();
    }
}
