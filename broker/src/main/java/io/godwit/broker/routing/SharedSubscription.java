package io.godwit.broker.routing;

import io.godwit.broker.control.Explanation.Recipient;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.session.QueueCounts;
import io.godwit.broker.session.Subscriber;
import io.godwit.broker.session.Subscription;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.spi.Share;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared subscription (§4.8.2): its members, and the queue in use while all of them are offline.
 * It lives on a home shard, whose loop alone touches it; {@link #takeBack} and {@link #memberReady}
 * may be called from any.
 */
final class SharedSubscription implements Subscriber, Share, SessionLog.Owner {

    /** Owns the log of a shared subscription that has no members any more. */
    static final SessionLog.Owner NOBODY = new Nobody();

    private static final Logger LOG = LoggerFactory.getLogger(SharedSubscription.class);

    private final TopicFilter filter;
    private final ShardRouting routing;
    private final Shard home;
    private final Limits limits;
    private final MemoryBudget.Account budget;
    private final ShardStore store;
    private final List<Subscription> members = new ArrayList<>();

    /** Members whose sessions are kept, as the threads know it that subscribe them. */
    private final AtomicInteger kept = new AtomicInteger();

    private @Nullable SessionLog queue;
    private long sequence;
    private int turn;

    /** Whether a member was online when one was chosen the last time. */
    private boolean chosenFromSome;

    private volatile long fullUntil;
    private boolean ended;
    private boolean missed;

    SharedSubscription(
            TopicFilter filter,
            Shard home,
            ShardRouting routing,
            Limits limits,
            MemoryBudget.Account budget,
            ShardStore store) {
        this.filter = filter;
        this.home = home;
        this.routing = routing;
        this.limits = limits;
        this.budget = budget;
        this.store = store;
    }

    @Override
    public TopicFilter filter() {
        return filter;
    }

    @Override
    public Shard home() {
        return home;
    }

    @Override
    public boolean isFull(long wallMillis) {
        return wallMillis < fullUntil;
    }

    /** Counts members whose sessions are kept; from any thread. */
    void keep(int more) {
        kept.addAndGet(more);
    }

    @Override
    public boolean isKept() {
        return kept.get() > 0;
    }

    /** Takes up the queue that was kept. */
    void restore(RecoveredSession recovered) {
        SessionLog restored = store.reopen(recovered, this);
        home.counters().add(Counter.COPIES_RECOVERED, recovered.queued());
        if (ended || queue != null) {
            home.counters().add(Counter.DROPPED_NO_MEMBER, recovered.queued());
            restored.deleted();
            return;
        }
        queue = restored;
        sequence = recovered.lastSequence() + 1;
        home.counters().queued(recovered.queued(), restored.queuedBytes());
        drain();
    }

    /** Its members as recipients of a message on a topic, of whom one gets it; from any thread. */
    CompletableFuture<List<Recipient>> recipients(TopicName topic, int qos, int most) {
        CompletableFuture<List<Recipient>> done = new CompletableFuture<>();
        home.control(() ->
                done.complete(
                        members.stream()
                                .limit(most)
                                .map(member -> Router.recipient(member, filter, topic, qos))
                                .toList()));
        return done;
    }

    /** Adds a member. */
    void join(Subscription member) {
        members.add(member);
        home.counters().increment(Counter.SHARED_SUBSCRIPTIONS_ADDED);
        drain();
    }

    /** Takes a member out; with the last one the queue is given up. */
    void leave(Subscription member, boolean last) {
        if (members.remove(member)) {
            home.counters().increment(Counter.SHARED_SUBSCRIPTIONS_REMOVED);
        }
        if (last) {
            ended = true;
            if (queue != null) {
                int missed = queue.queued();
                home.counters().unqueued(missed, queue.queuedBytes());
                home.counters().add(Counter.DROPPED_NO_MEMBER, missed);
                giveUpHeld(queue);
                queue.deleted();
                queue = null;
            }
        }
    }

    /** The log of a kept queue lets go of its own messages. */
    private void giveUpHeld(SessionLog ending) {
        while (!ending.isKept() && ending.queued() > 0) {
            budget.letGo(ending.poll().message());
        }
    }

    @Override
    public boolean deliver(Message message) {
        pass(message);
        return true;
    }

    /** Gives a copy to a member or into the queue. */
    private void pass(Message message) {
        if (queue == null || queue.queued() == 0) {
            Subscription member = choose(message.topic());
            if (member != null) {
                routing.routeToMember(message, member);
                return;
            }
            if (chosenFromSome) {
                withhold(message);
                return;
            }
        }
        enqueue(message);
    }

    @Override
    public void memberReady() {
        home.control(this::drain);
    }

    @Override
    public void takeBack(Message message) {
        Publication storing = message.storing();
        if (storing != null && storing.expectMore(1)) {
            home.control(() -> {
                try {
                    deliverUnexpired(message);
                } finally {
                    storing.added();
                }
            });
        } else {
            Message anew = message.again();
            home.control(() -> deliverUnexpired(anew));
        }
    }

    private void deliverUnexpired(Message message) {
        if (!hasExpired(message)) {
            pass(message);
        }
    }

    /** Counts a message whose Message Expiry Interval has passed [v5 MQTT-3.3.2-5]. */
    private boolean hasExpired(Message message) {
        boolean expired = message.isExpired(home.wallMillis());
        if (expired) {
            home.counters().increment(Counter.DROPPED_EXPIRED);
        }
        return expired;
    }

    private void drain() {
        Delivery head;
        while (queue != null && isAnyOnline() && (head = queue.peek()) != null) {
            Message message = head.message();
            Subscription member = choose(message.topic());
            if (member == null && !chosenFromSome) {
                return; // they went offline just now
            }
            unqueue(queue);
            if (hasExpired(message)) {
                queue.dropped(head);
            } else if (member == null) {
                queue.dropped(head);
                withhold(message);
            } else if (queue.isKept()) {
                handOver(queue, head, member);
            } else {
                routing.routeToMember(message, member);
            }
            budget.letGo(message);
        }
    }

    /**
     * Passes a stored message on: it leaves this queue when the member's has it, and not before.
     */
    private void handOver(SessionLog from, Delivery head, Subscription member) {
        Message message = head.message().again();
        store.begin(message);
        try {
            from.handedOver(head, message);
            routing.routeToMember(message, member);
        } finally {
            if (message.storing() instanceof Publication publication) {
                publication.added();
            }
        }
    }

    /** It waits for no member that is offline: that would hold up what others may receive. */
    private void withhold(Message message) {
        String why = "no member that is online may receive it";
        miss(message, Counter.DROPPED_NOT_AUTHORIZED, why);
    }

    private boolean isAnyOnline() {
        for (Subscription member : members) {
            if (member.session().isConnected()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The next member that is online and may receive what is on a topic, rather one that keeps up;
     * null if there is none.
     */
    private @Nullable Subscription choose(TopicName topic) {
        int slow = -1;
        chosenFromSome = false;
        for (int i = 0; i < members.size(); i++) {
            turn = turn + 1 < members.size() ? turn + 1 : 0;
            Subscription member = members.get(turn);
            if (!member.session().isConnected()) {
                continue;
            }
            chosenFromSome = true;
            if (member.session().mayReceive(topic)) {
                if (!member.session().isCongested()) {
                    return member;
                }
                slow = slow < 0 ? turn : slow;
            }
        }
        if (slow < 0) {
            return null;
        }
        turn = slow;
        return members.get(slow);
    }

    private void enqueue(Message message) {
        if (message.qos() == 0) { // as for any session that is offline
            home.counters().increment(Counter.DROPPED_OFFLINE);
            return;
        }
        if (ended) {
            miss(message, Counter.DROPPED_NO_MEMBER, "it has no member left");
            return;
        }
        if (queue == null) {
            queue = store.openShared(filter.toString(), this);
        }
        int size = message.size();
        makeRoom(queue, size);
        if (isOver(queue, size)) {
            noteFull(queue);
            miss(message, Counter.DROPPED_QUEUE_FULL, "its members are offline, its queue is full");
        } else if (!queue.isKept() && !budget.hold(message)) {
            miss(message, Counter.DROPPED_MEMORY, "limits.memory is used up");
        } else {
            queue.append(
                    new Delivery(
                            message,
                            message.qos(),
                            message.retain(),
                            Delivery.NO_IDS,
                            null,
                            sequence++));
            if (isOver(queue, 0)) {
                noteFull(queue);
            }
            home.counters().queued(1, size);
        }
    }

    private void makeRoom(SessionLog from, int size) {
        Delivery head;
        while (isOver(from, size)
                && (head = from.head()) != null
                && head.message().isExpired(home.wallMillis())) {
            dropHead(from);
            hasExpired(head.message());
        }
        while (limits.queueFull() == QueueFull.DROP_OLDEST
                && isOver(from, size)
                && (head = from.head()) != null) {
            dropHead(from);
            miss(head.message(), Counter.DROPPED_OLDEST, "its queue is full and a newer one came");
        }
    }

    private void dropHead(SessionLog from) {
        Delivery head = unqueue(from);
        from.dropped(head);
        budget.letGo(head.message());
    }

    /** Once the oldest message has expired there is room. */
    private void noteFull(SessionLog full) {
        Delivery oldest = full.head();
        fullUntil = oldest == null ? Message.NEVER : oldest.message().expiresAt();
    }

    /** Whether a message of this size is too much for the queue. */
    private boolean isOver(SessionLog log, int size) {
        return log.queued() >= limits.session().queuedMessages()
                || log.queuedBytes() + size > limits.session().queuedBytes();
    }

    /** Takes out the head, which stays held in memory. */
    private Delivery unqueue(SessionLog from) {
        fullUntil = 0;
        Delivery head = from.poll();
        home.counters().unqueued(1, head.message().size());
        return head;
    }

    // --- as its log sees it ---------------------------------------------------------------------

    @Override
    public void readable() {
        drain();
    }

    @Override
    public @Nullable Share share(TopicFilter of) {
        return null;
    }

    @Override
    public void hold(Message message) {
        budget.take(message);
    }

    @Override
    public void letGo(Message message) {
        budget.letGo(message);
    }

    @Override
    public boolean isMemoryFull() {
        return budget.isFull();
    }

    @Override
    public void lost(Delivery delivery) {
        home.counters().unqueued(1, delivery.message().size());
        miss(delivery.message(), Counter.DROPPED_NOT_STORED, "it could not be stored");
    }

    @Override
    public void missing(int messages, long bytes) {
        QueueCounts.missing(home.counters(), messages, bytes);
    }

    /** What was to be handed over is with nobody, or with a member that does not keep it. */
    @Override
    public void returned(Delivery delivery) {
        home.counters().increment(Counter.COPIES_ROUTED);
        home.counters().queued(1, delivery.message().size());
    }

    private void miss(Message message, Counter counter, String why) {
        home.counters().increment(counter);
        if (!missed) {
            missed = true;
            LOG.warn(
                    "the shared subscription {} misses a message on {}: {}; more are counted"
                            + " only",
                    Utf8.quote(filter.toString()),
                    Utf8.quote(message.topic().bytes()),
                    why);
        }
    }

    private static final class Nobody implements SessionLog.Owner {

        @Override
        public void readable() {}

        @Override
        public @Nullable Share share(TopicFilter filter) {
            return null;
        }

        @Override
        public void hold(Message message) {}

        @Override
        public void letGo(Message message) {}

        @Override
        public boolean isMemoryFull() {
            return false;
        }

        @Override
        public void lost(Delivery delivery) {}

        @Override
        public void missing(int messages, long bytes) {}

        @Override
        public void returned(Delivery delivery) {}
    }
}
