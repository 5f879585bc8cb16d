package io.godwit.broker.routing;

import io.godwit.broker.session.Subscriber;
import io.godwit.broker.session.Subscription;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routing of one shard: its cache of matches and the batches that its present turn has for the
 * others. On the shard's loop only.
 */
final class ShardRouting {

    private final Shard shard;
    private final List<Shard> shards;
    private final MatchCache cache;
    private final @Nullable Dispatch[] outgoing;
    private final List<Publisher> publishers = new ArrayList<>();
    private @Nullable Publisher publishing;
    private boolean handOverPending;

    ShardRouting(Shard shard, List<Shard> shards, SubscriptionIndex<Subscriber> index) {
        this.shard = shard;
        this.shards = shards;
        this.cache = new MatchCache(index, shards.size());
        this.outgoing = new Dispatch[shards.size()];
    }

    /**
     * Sends a message to all who subscribe to its topic.
     *
     * @param publisher paused if a mailbox fills up; null for the server itself
     * @return whether there was anybody
     */
    boolean route(Message message, @Nullable Publisher publisher) {
        Matched matched = cache.get(message.topic());
        publishing = publisher;
        try {
            deliver(message, matched);
        } finally {
            publishing = null;
        }
        return matched.size() > 0;
    }

    private void deliver(Message message, Matched matched) {
        int own = shard.index();
        Subscriber.deliver(message, matched.on(own), shard.counters());
        for (int i = 0; i < outgoing.length; i++) {
            Subscriber[] there = matched.on(i);
            if (i != own && there.length > 0) {
                batchFor(i).add(message, there);
            }
        }
    }

    /** Sends a message to the member that a shared subscription on this shard chose. */
    void routeToMember(Message message, Subscription member) {
        int home = member.home().index();
        if (home == shard.index()) {
            member.deliverShared(message);
        } else {
            batchFor(home).addForMember(message, member, publishing == null);
        }
    }

    /** Whether a message at QoS 1 or 2 has to be stored for somebody who gets it. */
    boolean isKept(Message message) {
        Matched matched = cache.get(message.topic());
        for (int i = 0; i < outgoing.length; i++) {
            for (Subscriber subscriber : matched.on(i)) {
                if (subscriber.isKept()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a message would find a queue full, or no memory for those who are to get it. */
    boolean anyFull(Message message, boolean noMemory) {
        Matched matched = cache.get(message.topic());
        if (noMemory) {
            return matched.size() > 0;
        }
        long now = shard.wallMillis();
        for (int i = 0; i < outgoing.length; i++) {
            for (Subscriber subscriber : matched.on(i)) {
                if (subscriber.isFull(now)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Dispatch batchFor(int target) {
        Dispatch batch = outgoing[target];
        if (batch == null) {
            Shard receiving = shards.get(target);
            batch = new Dispatch(receiving::failed);
            outgoing[target] = batch;
            if (!handOverPending) {
                handOverPending = true;
                shard.atEndOfTurn(this::handOver);
            }
        }
        if (publishing != null && publishing.joinTurn()) {
            publishers.add(publishing);
        }
        return batch;
    }

    /**
     * Hands each batch over; where a mailbox is over its mark, who published waits for room. What
     * was only passed on came out of this shard's own mailbox, which is then held.
     */
    private void handOver() {
        handOverPending = false;
        for (int i = 0; i < outgoing.length; i++) {
            Dispatch batch = outgoing[i];
            if (batch == null) {
                continue;
            }
            outgoing[i] = null;
            if (shards.get(i).deliver(batch)) {
                pausePublishers(shards.get(i));
                if (batch.isPassedOn()) {
                    shard.holdUntilRoomIn(shards.get(i));
                }
            }
        }
        publishers.forEach(Publisher::leaveTurn);
        publishers.clear();
    }

    private void pausePublishers(Shard target) {
        List<Publisher> paused = List.copyOf(publishers);
        if (!paused.isEmpty()) {
            paused.forEach(Publisher::pause);
            target.whenRoom(() -> shard.control(() -> paused.forEach(Publisher::resume)));
        }
    }
}
