package io.godwit.broker.routing;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.session.Subscriber;
import io.godwit.broker.session.Subscription;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Share;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Utf8;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared subscription (§4.8.2): its members, and the queue in use while all of them are offline.
 * It lives on a home shard, whose loop alone touches it; {@link #takeBack} and {@link #memberReady}
 * may be called from any.
 */
final class SharedSubscription implements Subscriber, Share {

    private static final Logger LOG = LoggerFactory.getLogger(SharedSubscription.class);

    private final TopicFilter filter;
    private final ShardRouting routing;
    private final Shard home;
    private final Limits limits;
    private final MemoryBudget.Account budget;
    private final List<Subscription> members = new ArrayList<>();
    private final ArrayDeque<Message> queue = new ArrayDeque<>(0);
    private long queuedBytes;
    private int turn;
    private volatile long fullUntil;
    private boolean ended;
    private boolean missed;

    SharedSubscription(
            TopicFilter filter,
            Shard home,
            ShardRouting routing,
            Limits limits,
            MemoryBudget.Account budget) {
        this.filter = filter;
        this.home = home;
        this.routing = routing;
        this.limits = limits;
        this.budget = budget;
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
            while (!queue.isEmpty()) {
                unqueue();
                home.counters().increment(Counter.DROPPED_NO_MEMBER);
            }
        }
    }

    @Override
    public void deliver(Message message) {
        if (queue.isEmpty()) {
            Subscription member = choose();
            if (member != null) {
                routing.routeToMember(message, member);
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
        home.control(() -> {
            if (!hasExpired(message)) {
                deliver(message);
            }
        });
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
        Subscription member;
        while (!queue.isEmpty() && (member = choose()) != null) {
            Message head = unqueue();
            if (!hasExpired(head)) {
                routing.routeToMember(head, member);
            }
        }
    }

    /** The next member that is online, rather one that keeps up; null if all are offline. */
    private @Nullable Subscription choose() {
        int slow = -1;
        for (int i = 0; i < members.size(); i++) {
            turn = turn + 1 < members.size() ? turn + 1 : 0;
            Subscription member = members.get(turn);
            if (member.session().isConnected()) {
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
        if (message.qos() == 0) {
            return; // as for any session that is offline
        }
        int size = message.size();
        while (isOver(size) && !queue.isEmpty() && queue.element().isExpired(home.wallMillis())) {
            hasExpired(unqueue());
        }
        while (limits.queueFull() == QueueFull.DROP_OLDEST && isOver(size) && !queue.isEmpty()) {
            miss(unqueue(), Counter.DROPPED_OLDEST, "its queue is full and a newer one came");
        }
        if (ended) {
            miss(message, Counter.DROPPED_NO_MEMBER, "it has no member left");
        } else if (isOver(size)) {
            noteFull();
            miss(message, Counter.DROPPED_QUEUE_FULL, "its members are offline, its queue is full");
        } else if (!budget.hold(message)) {
            miss(message, Counter.DROPPED_MEMORY, "limits.memory is used up");
        } else {
            queue.addLast(message);
            queuedBytes += size;
            if (isOver(0)) {
                noteFull();
            }
            home.counters().increment(Counter.MESSAGES_QUEUED);
        }
    }

    /** Once the oldest message has expired there is room. */
    private void noteFull() {
        fullUntil = queue.isEmpty() ? Message.NEVER : queue.element().expiresAt();
    }

    /** Whether a message of this size is too much for the queue. */
    private boolean isOver(int size) {
        return queue.size() >= limits.session().queuedMessages()
                || queuedBytes + size > limits.session().queuedBytes();
    }

    private Message unqueue() {
        Message head = queue.removeFirst();
        queuedBytes -= head.size();
        fullUntil = 0;
        budget.letGo(head);
        home.counters().increment(Counter.MESSAGES_UNQUEUED);
        return head;
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
}
