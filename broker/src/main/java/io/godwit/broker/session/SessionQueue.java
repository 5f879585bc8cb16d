package io.godwit.broker.session;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.SessionLog;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client: QoS 1 and 2 messages in the session's log, and QoS 0 messages for a
 * client that is connected and does not take them at the moment. Both count against the same
 * limits. On the session's shard only.
 */
final class SessionQueue {

    private final SessionLog log;
    private final Limits limits;
    private final MemoryBudget.Account budget;
    private final Counters counters;
    private @Nullable ArrayDeque<Delivery> qos0;
    private long qos0Bytes;

    SessionQueue(SessionLog log, Limits limits, MemoryBudget.Account budget, Counters counters) {
        this.log = log;
        this.limits = limits;
        this.budget = budget;
        this.counters = counters;
    }

    /** How many messages wait. */
    int size() {
        return log.queued() + (qos0 == null ? 0 : qos0.size());
    }

    /** What it holds, in bytes. */
    long bytes() {
        return log.queuedBytes() + qos0Bytes;
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return log.queued() == 0 && qos0 == null;
    }

    /** Whether another message of this size would be over a limit, and which. */
    @Nullable DropReason full(int messageBytes) {
        if (size() >= limits.session().queuedMessages()) {
            return DropReason.QUEUE_FULL;
        }
        return bytes() + messageBytes > limits.session().queuedBytes()
                ? DropReason.QUEUE_BYTES
                : null;
    }

    /**
     * Until when a full queue stays full if nothing is taken out of it, by the wall clock: its
     * oldest message then makes room. 0 for one that is empty though it counts as full.
     *
     * @param offline whether nobody takes messages without their being queued
     */
    long fullUntil(boolean offline) {
        Delivery oldest = log.head();
        if (oldest != null) {
            return oldest.message().expiresAt();
        }
        return offline && limits.session().queuedMessages() == 0 ? Message.NEVER : 0;
    }

    /**
     * Adds a message at the end.
     *
     * @param connected whether its client is there to take it
     * @param wallMillis the wall clock; expired messages at the head make room first
     * @return null if it was added, otherwise why not
     */
    @Nullable DropReason offer(Delivery delivery, boolean connected, long wallMillis, Drops drops) {
        int size = delivery.message().size();
        DropReason full = full(size);
        if (full != null) {
            dropExpired(wallMillis, drops);
            full = full(size);
        }
        if (full != null && limits.queueFull() == QueueFull.DROP_OLDEST && delivery.qos() > 0) {
            full = makeRoom(size, drops);
        }
        if (full != null) {
            return delivery.qos() == 0 ? DropReason.SLOW : full;
        }
        if (!hold(delivery, connected)) {
            return DropReason.MEMORY;
        }
        counters.queued(1, size);
        if (delivery.qos() == 0) {
            if (qos0 == null) {
                qos0 = new ArrayDeque<>();
            }
            qos0.addLast(delivery);
            qos0Bytes += size;
        } else {
            log.append(delivery);
        }
        return null;
    }

    /** Counts a message that is to wait in memory; the log of a kept session counts its own. */
    private boolean hold(Delivery delivery, boolean connected) {
        if (delivery.qos() > 0 && log.isKept()) {
            return true;
        }
        boolean keepsUp = connected && size() < limits.session().inFlight();
        Message message = delivery.message();
        return keepsUp ? budget.holdToSend(message) : budget.hold(message);
    }

    private @Nullable DropReason makeRoom(int size, Drops drops) {
        DropReason full = full(size);
        Delivery oldest;
        while (full != null && (oldest = qos0 != null ? qos0.peekFirst() : log.head()) != null) {
            drop(oldest, DropReason.OLDEST, drops);
            full = full(size);
        }
        return full;
    }

    private void drop(Delivery head, DropReason reason, Drops drops) {
        Delivery dropped = take(head);
        giveUp(dropped);
        drops.dropped(dropped, reason);
    }

    /** A message that {@link #take} took is not sent: it is no longer held, nor kept. */
    void giveUp(Delivery taken) {
        budget.letGo(taken.message());
        if (taken.qos() > 0) {
            log.dropped(taken);
        }
    }

    private void dropExpired(long wallMillis, Drops drops) {
        Delivery head;
        while ((head = log.head()) != null && head.message().isExpired(wallMillis)) {
            drop(head, DropReason.EXPIRED, drops);
        }
    }

    /**
     * The message that goes next: the older one of the two heads, where a head at QoS 1 or 2 does
     * not hold QoS 0 back while the send quota is used up.
     */
    @Nullable Delivery next(boolean hasQuota) {
        Delivery acknowledged = hasQuota ? log.peek() : null;
        Delivery unacknowledged = qos0 == null ? null : qos0.peekFirst();
        if (acknowledged == null || unacknowledged == null) {
            return acknowledged == null ? unacknowledged : acknowledged;
        }
        return acknowledged.sequence() < unacknowledged.sequence() ? acknowledged : unacknowledged;
    }

    /** Whether messages at QoS 1 or 2 wait, so that no newer one may go before them. */
    boolean hasAcknowledged() {
        return log.queued() > 0;
    }

    /** Takes out a message that {@link #next} returned; it stays counted in the budget. */
    Delivery take(Delivery head) {
        int size = head.message().size();
        if (head.qos() > 0) {
            log.poll();
        } else if (qos0 != null) {
            qos0.pollFirst();
            qos0Bytes -= size;
            if (qos0.isEmpty()) {
                qos0 = null;
            }
        }
        counters.unqueued(1, size);
        return head;
    }

    /** Drops the QoS 0 messages: their client is gone. */
    void dropQos0() {
        while (qos0 != null) {
            budget.letGo(take(qos0.peekFirst()).message());
            counters.increment(Counter.DROPPED_OFFLINE);
        }
    }

    /** Is told of each message that a queue gives up. */
    interface Drops {
        void dropped(Delivery delivery, DropReason reason);
    }
}
