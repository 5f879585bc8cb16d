package io.godwit.broker.session;

import io.godwit.broker.limits.MemoryBudget;
import io.godwit.codec.TopicName;
import java.util.ArrayDeque;

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
    record Owed(Subscription subscription, TopicName topic) {}

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
