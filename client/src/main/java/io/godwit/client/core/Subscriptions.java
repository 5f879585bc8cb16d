package io.godwit.client.core;

import io.godwit.client.MqttException;
import io.godwit.client.Registration;
import io.godwit.client.Subscription;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.TopicFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is subscribed to, and who takes messages. Under the lock. */
final class Subscriptions {

    private static final int LAST_IDENTIFIER = 268_435_455;

    private final Map<TopicFilter, Entry> byFilter = new LinkedHashMap<>();
    private final Map<Integer, List<Entry>> byIdentifier = new HashMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private int lastIdentifier;
    private long groups;

    /**
     * The subscriptions of one SUBSCRIBE, which have one identifier.
     *
     * @param number tells it from others that have the same
     * @param isChosen whether the identifier was asked for, so that others may have it as well
     */
    record Group(long number, int identifier, boolean isChosen) {}

    /**
     * What the subscriptions of a new SUBSCRIBE have in common.
     *
     * @param chosen the identifier that is asked for, or null
     * @throws IllegalArgumentException if the client has given that to another subscription, with
     *     whose messages theirs would be mixed up
     */
    Group group(@Nullable Integer chosen) {
        if (chosen == null) {
            return new Group(++groups, nextIdentifier(), false);
        }
        for (Entry other : byIdentifier.getOrDefault(chosen, List.of())) {
            if (!other.group.isChosen) {
                throw new IllegalArgumentException(
                        "the Subscription Identifier %d is the one that the client has given to %s; say a higher one, or one for each subscription"
                                .formatted(chosen, other.filter()));
            }
        }
        return new Group(++groups, chosen, true);
    }

    private int nextIdentifier() {
        do {
            lastIdentifier = lastIdentifier % LAST_IDENTIFIER + 1;
        } while (byIdentifier.containsKey(lastIdentifier));
        return lastIdentifier;
    }

    /**
     * The identifier that subscriptions of one SUBSCRIBE ask for, or null.
     *
     * @throws IllegalArgumentException if they ask for several
     */
    static @Nullable Integer chosenIdentifier(List<Subscription> subscriptions) {
        Integer chosen = null;
        for (Subscription subscription : subscriptions) {
            Integer own = subscription.properties().get(Property.SUBSCRIPTION_IDENTIFIER);
            if (own != null && chosen != null && !own.equals(chosen)) {
                throw new IllegalArgumentException(
                        "the Subscription Identifiers %d and %d do not go into one SUBSCRIBE"
                                .formatted(chosen, own));
            }
            chosen = own == null ? chosen : own;
        }
        return chosen;
    }

    /** Takes a subscription up before it is sent: messages may come before SUBACK. */
    Entry add(Subscription subscription, @Nullable Receiver receiver, Group group) {
        TopicFilter filter = subscription.request().filter();
        Entry entry = new Entry(subscription, receiver, group, byFilter.get(filter));
        put(entry);
        return entry;
    }

    private void put(Entry entry) {
        remove(byFilter.get(entry.filter()));
        byFilter.put(entry.filter(), entry);
        byIdentifier.computeIfAbsent(entry.group.identifier, _ -> new ArrayList<>()).add(entry);
    }

    private void remove(@Nullable Entry entry) {
        if (entry != null) {
            byFilter.remove(entry.filter(), entry);
            List<Entry> others = byIdentifier.get(entry.group.identifier);
            if (others != null) {
                others.remove(entry);
                if (others.isEmpty()) {
                    byIdentifier.remove(entry.group.identifier);
                }
            }
        }
    }

    /** The server has granted it, in place of what was there before for the filter. */
    void granted(Entry entry) {
        entry.granted = true;
        for (Entry old = entry.before; old != null; old = old.before) {
            if (old.receiver != entry.receiver) {
                old.end();
            }
        }
        entry.before = null;
    }

    /** The server has refused it: what was there before is back. */
    void refused(Entry entry) {
        Entry now = byFilter.get(entry.filter());
        if (now != entry) { // another one stands over it, and must not come back to it
            for (Entry each = now; each != null; each = each.before) {
                each.before = each.before == entry ? entry.before : each.before;
            }
            return;
        }
        remove(entry);
        Entry before = entry.before;
        if (before != null && before.granted) {
            put(before);
        }
    }

    /** The number of the latest group, so that later ones can be told apart. */
    long lastGroup() {
        return groups;
    }

    /** The server has ended what was subscribed to for a filter, up to a group. */
    void ended(TopicFilter filter, long lastGroup) {
        Entry now = byFilter.get(filter);
        if (now != null && now.group.number <= lastGroup) {
            remove(now);
            now.end();
            return;
        }
        for (Entry each = now; each != null; each = each.before) {
            Entry before = each.before;
            if (before != null && before.group.number <= lastGroup) {
                each.before = null;
                before.end();
            }
        }
    }

    /** Whether the subscription to a filter is the one of this receiver. */
    boolean isOf(TopicFilter filter, Receiver receiver) {
        Entry now = byFilter.get(filter);
        return now != null && now.receiver == receiver;
    }

    /** What the server had granted, each list from one SUBSCRIBE. */
    Collection<List<Entry>> granted() {
        Map<Group, List<Entry>> together = new LinkedHashMap<>();
        for (Entry entry : byFilter.values()) {
            if (entry.granted) {
                together.computeIfAbsent(entry.group, _ -> new ArrayList<>()).add(entry);
            }
        }
        return together.values();
    }

    /** The server has lost the session, and is not asked for its subscriptions again. */
    void forgetGranted() {
        for (List<Entry> group : granted()) {
            for (Entry entry : group) {
                remove(entry);
                entry.end();
            }
        }
    }

    /** Registers who takes messages that match a filter. */
    Listener listen(TopicFilter filter, Receiver receiver) {
        Listener listener = new Listener(filter, receiver);
        listeners.add(listener);
        return listener;
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    /**
     * Who gets a message: those whose subscription its identifiers name, else those whose filter it
     * matches; and in any case who listens.
     */
    List<Receiver> receivers(Publish publish) {
        List<Receiver> found = new ArrayList<>(1);
        for (Listener listener : listeners) {
            if (listener.filter.matches(publish.topic())) {
                found.add(listener.receiver);
            }
        }
        boolean named = false;
        for (int identifier : publish.properties().all(Property.SUBSCRIPTION_IDENTIFIER)) {
            for (Entry entry : byIdentifier.getOrDefault(identifier, List.of())) {
                named |= entry.addTo(found, publish);
            }
        }
        if (!named) {
            boolean nobody = found.isEmpty();
            for (Entry entry : byFilter.values()) {
                if (nobody || !entry.identified) {
                    entry.addTo(found, publish);
                }
            }
        }
        return found;
    }

    /** Tells all that nothing comes any more. */
    void close() {
        listeners.forEach(listener -> listener.receiver.ended());
        byFilter.values().forEach(Entry::end);
        listeners.clear();
        byFilter.clear();
        byIdentifier.clear();
    }

    /** A registration of {@link io.godwit.client.MqttClient#onMessage}, by identity. */
    static final class Listener {
        private final TopicFilter filter;
        private final Receiver receiver;

        private Listener(TopicFilter filter, Receiver receiver) {
            this.filter = filter;
            this.receiver = receiver;
        }

        Registration registration(Engine engine) {
            return () -> engine.locked(() -> engine.subscriptions.remove(this));
        }
    }

    /** A subscription that was asked for. */
    static final class Entry {
        private final Subscription subscription;
        private final @Nullable Receiver receiver;
        private final Group group;
        private @Nullable Entry before;
        private boolean granted;

        /** Whether the server was told the identifier. */
        boolean identified;

        private Entry(
                Subscription subscription,
                @Nullable Receiver receiver,
                Group group,
                @Nullable Entry before) {
            this.subscription = subscription;
            this.receiver = receiver;
            this.group = group;
            this.before = before;
        }

        Subscription subscription() {
            return subscription;
        }

        TopicFilter filter() {
            return subscription.request().filter();
        }

        Group group() {
            return group;
        }

        /** Tells who takes its messages that the server has refused it. */
        void refuse(MqttException why) {
            if (receiver != null) {
                receiver.refused(why);
            }
        }

        /** Tells who takes its messages that no more come. */
        void end() {
            if (receiver != null) {
                receiver.ended();
            }
        }

        /** Adds who takes its messages if this is one; false if it is none. */
        private boolean addTo(List<Receiver> found, Publish publish) {
            if (!filter().matches(publish.topic())) {
                return false;
            }
            if (receiver != null) {
                found.add(receiver);
            }
            return true;
        }
    }
}
