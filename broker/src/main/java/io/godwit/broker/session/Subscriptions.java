package io.godwit.broker.session;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.Share;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one session, by Topic Filter (§3.8, §3.10). On the session's shard only. */
final class Subscriptions {

    /** What a level may cost in the index, where filters of rare shapes stand in a tree. */
    private static final long COST_OF_LEVEL = 250;

    private final Session session;
    private final Session.Surroundings surroundings;
    private final SessionLog log;

    /** Immutable and small as long as there is one at most; a hash table once there were two. */
    private Map<TopicFilter, Subscription> byFilter = Map.of();

    Subscriptions(Session session, Session.Surroundings surroundings, SessionLog log) {
        this.session = session;
        this.surroundings = surroundings;
        this.log = log;
    }

    /** A subscription that was made, and whether there was none with this filter before. */
    record Made(Subscription subscription, boolean isNew) {}

    /**
     * Makes or replaces a subscription; null if a limit forbids it.
     *
     * @param most how many the session may have; replacing one always works
     */
    @Nullable Made make(SubscriptionRequest request, int subscriptionId, int most) {
        TopicFilter filter = request.filter();
        Subscription replaced = byFilter.get(filter);
        if (replaced == null && !hasRoomFor(filter, most)) {
            return null;
        }
        Subscription made = surroundings.routing().subscribe(session, request, subscriptionId);
        put(filter, made); // [v5 MQTT-3.8.4-3]
        log.subscribed(request, subscriptionId);
        if (replaced == null) {
            count(Counter.SUBSCRIPTIONS_ADDED, 1);
        } else {
            replaced.replaceBy(made); // nothing is lost in between [v5 MQTT-3.8.4-4]
            surroundings.routing().unsubscribe(replaced);
        }
        return new Made(made, replaced == null);
    }

    /** Takes up a subscription that the store has kept, whatever the limits are now. */
    void restore(RecoveredSession.Subscribed kept) {
        SubscriptionRequest request = kept.request();
        surroundings.budget().take(cost(request.filter()));
        Subscription made =
                surroundings.routing().subscribe(session, request, kept.subscriptionId());
        put(request.filter(), made);
        count(Counter.SUBSCRIPTIONS_ADDED, 1);
    }

    private void put(TopicFilter filter, Subscription made) {
        boolean isOnly = byFilter.isEmpty() || byFilter.size() == 1 && byFilter.containsKey(filter);
        if (isOnly) {
            byFilter = Map.of(filter, made); // most clients have one, and ask for it again
            return;
        }
        if (byFilter.size() == 1) {
            byFilter = new HashMap<>(byFilter);
        }
        byFilter.put(filter, made);
    }

    /** The shared subscription of a filter, or null. */
    @Nullable Share share(TopicFilter filter) {
        Subscription member = byFilter.get(filter);
        return member == null ? null : member.share();
    }

    /** Whether the limits allow another subscription, which then counts against them. */
    private boolean hasRoomFor(TopicFilter filter, int most) {
        return byFilter.size() < most && surroundings.budget().reserve(cost(filter));
    }

    /** Removes a subscription; false if there is none with this very filter. */
    boolean remove(TopicFilter filter) {
        Subscription removed = byFilter.get(filter);
        if (removed == null) { // [v5 MQTT-3.10.4-1]
            return false;
        }
        if (byFilter.size() == 1) {
            byFilter = Map.of();
        } else {
            byFilter.remove(filter);
        }
        end(removed);
        log.unsubscribed(filter);
        return true;
    }

    /** Ends all of them with their session. */
    void end() {
        byFilter.values().forEach(this::end);
        byFilter = Map.of();
    }

    private void end(Subscription subscription) {
        subscription.end();
        surroundings.budget().release(cost(subscription.filter()));
        surroundings.routing().unsubscribe(subscription);
        count(Counter.SUBSCRIPTIONS_REMOVED, 1);
    }

    /** Tells the shared ones that their member can receive again. */
    void memberReady() {
        for (Subscription subscription : byFilter.values()) {
            if (subscription.share() instanceof Share share) {
                share.memberReady();
            }
        }
    }

    Collection<Subscription> all() {
        return Collections.unmodifiableCollection(byFilter.values());
    }

    /** Bytes that a subscription counts against {@code limits.memory}. */
    private static long cost(TopicFilter filter) {
        long levels = filter.hasWildcard() ? filter.levels() * COST_OF_LEVEL : 0;
        return 200L + 2L * filter.bytes().length + levels;
    }

    private void count(Counter counter, int count) {
        surroundings.shard().counters().add(counter, count);
    }
}
