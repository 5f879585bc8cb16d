package io.godwit.broker.routing;

import io.godwit.broker.session.Overlap;
import io.godwit.broker.session.Session;
import io.godwit.broker.session.Subscriber;
import io.godwit.broker.session.Subscription;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets a message, grouped by home shard; each session once. Immutable, and shared by all
 * messages on a topic until a subscription changes.
 */
final class Matched {

    private static final Subscriber[] NOBODY = {};

    private final Subscriber[][] byShard;
    private final int size;

    private Matched(Subscriber[][] byShard, int size) {
        this.byShard = byShard;
        this.size = size;
    }

    /** Those who subscribe to a topic, from all that an index found for it. */
    static Matched of(List<Subscriber> found, int shards) {
        List<Subscriber> each = found.size() < 2 ? found : mergeBySession(found);
        Subscriber[][] byShard = new Subscriber[shards][];
        for (int shard = 0; shard < shards; shard++) {
            byShard[shard] = homeOn(shard, each);
        }
        return new Matched(byShard, each.size());
    }

    private static Subscriber[] homeOn(int shard, List<Subscriber> subscribers) {
        List<Subscriber> here = new ArrayList<>();
        for (Subscriber subscriber : subscribers) {
            if (subscriber.home().index() == shard) {
                here.add(subscriber);
            }
        }
        return here.isEmpty() ? NOBODY : here.toArray(NOBODY);
    }

    /** One entry for each session: several subscriptions of one session become an overlap. */
    private static List<Subscriber> mergeBySession(List<Subscriber> found) {
        Map<Session, List<Subscription>> overlaps = new IdentityHashMap<>();
        Map<Session, Subscription> single = new IdentityHashMap<>();
        for (Subscriber subscriber : found) {
            if (subscriber instanceof Subscription subscription) {
                Subscription first = single.putIfAbsent(subscription.session(), subscription);
                if (first != null) {
                    overlaps.computeIfAbsent(
                                    subscription.session(), _ -> new ArrayList<>(List.of(first)))
                            .add(subscription);
                }
            }
        }
        if (overlaps.isEmpty()) {
            return found;
        }
        List<Subscriber> merged = new ArrayList<>();
        for (Subscriber subscriber : found) {
            if (!(subscriber instanceof Subscription subscription)
                    || !overlaps.containsKey(subscription.session())) {
                merged.add(subscriber);
            }
        }
        overlaps.values().forEach(overlap -> merged.add(new Overlap(overlap)));
        return merged;
    }

    /** Those whose home is this shard. */
    Subscriber[] on(int shard) {
        return byShard[shard];
    }

    /** How many there are. */
    int size() {
        return size;
    }
}
