package io.godwit.broker.routing;

import io.godwit.broker.session.Subscriber;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the subscription index found for the topics that one shard publishes on, each valid until a
 * subscription changes that could match it. Direct-mapped: a collision only means another look into
 * the index. On the shard's loop only.
 */
final class MatchCache {

    private static final int SLOTS = 1 << 14;

    /** Subscribers in all kept results together; a result beyond it is used and not kept. */
    private static final int MAXIMUM_KEPT = 1 << 20;

    /** Bytes of the longest topic that is kept: what is kept counts against no limit. */
    private static final int LONGEST_KEPT = 256;

    private final SubscriptionIndex<Subscriber> index;
    private final int shards;
    private final @Nullable Entry[] entries = new Entry[SLOTS];
    private final List<Subscriber> found = new ArrayList<>();
    private int kept;

    private record Entry(TopicName topic, int epoch, Matched matched) {}

    MatchCache(SubscriptionIndex<Subscriber> index, int shards) {
        this.index = index;
        this.shards = shards;
    }

    /** Who subscribes to a topic now. */
    Matched get(TopicName topic) {
        int epoch = index.epoch(topic); // read before the match, so that no change is missed
        int hash = topic.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        Entry entry = entries[slot];
        if (entry != null && entry.epoch == epoch && entry.topic.equals(topic)) {
            return entry.matched;
        }
        index.match(topic, found::add);
        Matched matched = Matched.of(found, shards);
        found.clear();
        if (entry != null) {
            kept -= entry.matched.size();
            entries[slot] = null;
        }
        if (kept + matched.size() <= MAXIMUM_KEPT && topic.bytes().length <= LONGEST_KEPT) {
            kept += matched.size();
            entries[slot] = new Entry(topic, epoch, matched);
        }
        return matched;
    }
}
