package io.godwit.broker.session;

import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.TopicName;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages that a subscription is still owed, because the client takes them more slowly
 * than they were found. Only the topics are kept: the message is read again when it is sent, so
 * that a value older than one that was published meanwhile is never sent. On the session's shard
 * only.
 */
final class RetainedBacklog {

    private static final int PLACE = 64;

    private final ArrayDeque<Owed> owed = new ArrayDeque<>();
    private final MemoryBudget.Account budget;
    private final int maximum;

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

    RetainedBacklog(MemoryBudget.Account budget, int maximum) {
        this.budget = budget;
        this.maximum = maximum;
    }

    boolean add(Owed entry) {
        if (owed.size() >= maximum || !budget.reserve(PLACE)) {
            return false;
        }
        owed.addLast(entry);
        return true;
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    Owed peek() {
        return owed.getFirst();
    }

    Owed poll() {
        budget.release(PLACE);
        return owed.removeFirst();
    }
}
