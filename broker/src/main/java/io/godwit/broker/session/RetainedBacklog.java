package io.godwit.broker.session;

import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages that the subscriptions of a session are owed. They are looked up one filter
 * after the other, as fast as the client takes what was found and at a bounded pace: a filter such
 * as {@code +/+/+/x} costs its sender nothing and may lead through all that is retained. Of what
 * was found only the topics are kept: the message is read again when it is sent, so that a value
 * older than one that was published meanwhile is never sent. On the session's shard only.
 */
final class RetainedBacklog extends TimerWheel.Timer {

    /** Levels of topics that a session may look at in a millisecond. */
    static final int PACE = 500;

    /** Milliseconds of that pace that a session may have in advance. */
    private static final int AT_ONCE = 100;

    private static final int PLACE = 64;

    private final Session session;
    private final Session.Surroundings surroundings;

    /** Subscriptions whose retained messages were not looked up, the oldest first. */
    private final Map<TopicFilter, Subscription> asked = new LinkedHashMap<>();

    private final ArrayDeque<Owed> owed = new ArrayDeque<>();

    RetainedBacklog(Session session, Session.Surroundings surroundings) {
        this.session = session;
        this.surroundings = surroundings;
    }

    /** A topic whose retained message a subscription is owed. */
    record Owed(Subscription subscription, TopicName topic) {

        /**
         * The delivery that is owed, or null if there is no longer anything to deliver.
         *
         * @param sequence the place of the delivery in the session
         */
        @Nullable Delivery delivery(RetainedStore store, long wallMillis, long sequence) {
            Message message = store.get(topic);
            Subscription current = subscription.current();
            if (message == null
                    || isOwedAnew(current)
                    || !current.admits(message)
                    || message.isExpired(wallMillis)) { // [v5 MQTT-3.3.2-5]
                return null;
            }
            int qos = Math.min(message.qos(), current.request().maximumQos());
            return new Delivery(message, qos, true, current.ids(), null, sequence);
        }

        /** Whether a subscription that replaced this one has asked for all retained messages. */
        private boolean isOwedAnew(Subscription current) {
            return current != subscription
                    && current.request().retainHandling() == RetainHandling.SEND;
        }
    }

    /** Whether a subscription that was just made is owed retained messages. */
    static boolean isOwed(SubscriptionRequest request, boolean isNew) {
        boolean wanted =
                switch (request.retainHandling()) {
                    case SEND -> true; // [v5 MQTT-3.3.1-9]
                    case SEND_IF_NEW -> isNew; // [v5 MQTT-3.3.1-10]
                    case DO_NOT_SEND -> false; // [v5 MQTT-3.3.1-11]
                };
        return wanted && !request.filter().isShared(); // §4.8.2
    }

    /** Notes that a subscription is owed all that is retained for it. */
    void ask(Subscription subscription) {
        asked.put(subscription.filter(), subscription);
    }

    /** A subscription has ended, and is owed nothing. */
    void forget(TopicFilter filter) {
        asked.remove(filter);
    }

    boolean isEmpty() {
        return owed.isEmpty() && asked.isEmpty();
    }

    /** What goes next; null if there is nothing, or nothing before the session is pumped again. */
    @Nullable Owed peek() {
        while (owed.isEmpty() && !asked.isEmpty()) {
            long early = session.lookUpsPaidAt / PACE - AT_ONCE - session.home().now();
            if (early > 0) {
                session.home().after(early, this);
                return null;
            }
            lookUpNext();
        }
        return owed.peekFirst();
    }

    private void lookUpNext() {
        Iterator<Subscription> next = asked.values().iterator();
        Subscription subscription = next.next();
        next.remove();
        int levels =
                surroundings
                        .retained()
                        .match(
                                subscription.filter(),
                                message -> add(new Owed(subscription, message.topic())));
        long from = Math.max(session.lookUpsPaidAt, session.home().now() * PACE);
        session.lookUpsPaidAt = from + levels;
    }

    private void add(Owed entry) {
        MemoryBudget.Account budget = surroundings.budget();
        if (owed.size() < surroundings.limits().retained().messages() && budget.reserve(PLACE)) {
            owed.addLast(entry);
        } else {
            session.home().counters().increment(Counter.COPIES_RETAINED);
            session.dropped(DropReason.MEMORY, entry.topic());
        }
    }

    /** Takes out what {@link #peek} returned. */
    void poll() {
        owed.removeFirst();
        surroundings.budget().release(PLACE);
    }

    /** Waits for nothing while the client is away. */
    void rest() {
        session.home().timers().cancel(this);
    }

    /** Gives up everything: the session has ended. */
    void end() {
        rest();
        asked.clear();
        while (!owed.isEmpty()) {
            poll();
        }
    }

    @Override
    protected void fire() {
        session.pump();
    }
}
