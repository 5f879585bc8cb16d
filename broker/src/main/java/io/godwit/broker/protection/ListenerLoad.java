package io.godwit.broker.protection;

import io.godwit.broker.limits.ConnectRate;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.spi.Receiver;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What holds at one listener, and what goes on there. Also the place that each of its connections
 * takes, there and in the broker. Safe from any thread.
 */
public final class ListenerLoad implements Receiver.Place {

    /** Whether there was a place for a connection. */
    public enum Entered {
        YES,
        BROKER_IS_FULL,
        LISTENER_IS_FULL
    }

    /**
     * What holds at the listener, with what it takes over from the broker.
     *
     * @param limits of connections that come from now on
     * @param publishRate of all its clients
     */
    private record Terms(
            ListenerPolicy policy, ConnectRate rate, Limits limits, PublishRate publishRate) {

        static Terms of(ListenerPolicy policy, Limits ofBroker, PublishRate rateOfBroker) {
            return new Terms(
                    policy,
                    new ConnectRate(policy.connectRate(), policy.connectRate()),
                    policy.limits().over(ofBroker),
                    policy.client().over(rateOfBroker));
        }

        /** The same rate goes on counting. */
        Terms with(ConnectRate other) {
            return new Terms(policy, other, limits, publishRate);
        }
    }

    private final String name;
    private final AtomicInteger ofBroker;
    private final AtomicInteger connected = new AtomicInteger();
    private volatile Terms terms;

    /**
     * Of a listener without connections.
     *
     * @param connectedToBroker counts the connections of all listeners
     */
    ListenerLoad(
            String name,
            ListenerPolicy policy,
            Limits limits,
            PublishRate publishRate,
            AtomicInteger connectedToBroker) {
        this.name = name;
        this.ofBroker = connectedToBroker;
        this.terms = Terms.of(policy, limits, publishRate);
    }

    /** Puts another policy in force; connections that are there stay. */
    void policy(ListenerPolicy other, Limits limits, PublishRate publishRate) {
        Terms old = terms;
        Terms next = Terms.of(other, limits, publishRate);
        boolean isSameRate = old.policy().connectRate() == other.connectRate();
        terms = isSameRate ? next.with(old.rate()) : next;
    }

    /** The listener's name. */
    public String name() {
        return name;
    }

    /** Its connections. */
    public int connected() {
        return connected.get();
    }

    /** The limits of a connection that comes now, which it keeps. */
    public Limits limits() {
        return terms.limits();
    }

    /** How much each of its clients may publish now. */
    public PublishRate publishRate() {
        return terms.publishRate();
    }

    /**
     * Whether one more CONNECT is within the rate.
     *
     * @param now milliseconds of the monotonic clock
     */
    public boolean admits(long now) {
        return terms.rate().admit(now);
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
        int mostHere = terms.policy().connections();
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
