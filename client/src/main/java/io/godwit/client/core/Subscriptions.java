package io.godwit.client.core;

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

    /** An identifier for the subscriptions of one SUBSCRIBE. */
    int nextIdentifier() {
        lastIdentifier = lastIdentifier % LAST_IDENTIFIER + 1;
        return lastIdentifier;
    }

    /** Takes a subscription up before it is sent: messages may come before SUBACK. */
    Entry add(Subscription subscription, @Nullable Receiver receiver, int identifier) {
        TopicFilter filter = subscription.request().filter();
        Entry entry = new Entry(subscription, receiver, identifier, byFilter.get(filter));
        put(entry);
        return entry;
    }

    private void put(Entry entry) {
        remove(byFilter.get(entry.filter()));
        byFilter.put(entry.filter(), entry);
        byIdentifier.computeIfAbsent(entry.identifier, _ -> new ArrayList<>()).add(entry);
    }

    private void remove(@Nullable Entry entry) {
        if (entry != null) {
            byFilter.remove(entry.filter(), entry);
            List<Entry> others = byIdentifier.get(entry.identifier);
            if (others != null) {
                others.remove(entry);
                if (others.isEmpty()) {
                    byIdentifier.remove(entry.identifier);
                }
            }
        }
    }

    /** The server has granted it. */
    void granted(Entry entry) {
        entry.granted = true;
        entry.before = null;
    }

    /** The server has refused it: what was there before is back. */
    void refused(Entry entry) {
        if (byFilter.get(entry.filter()) != entry) {
            return;
        }
        remove(entry);
        Entry before = entry.before;
        if (before != null && before.granted) {
            put(before);
        }
    }

    /** The server has ended a subscription. */
    void ended(TopicFilter filter) {
        remove(byFilter.get(filter));
    }

    /** What the server had granted, each list from one SUBSCRIBE. */
    Collection<List<Entry>> granted() {
        Map<Integer, List<Entry>> groups = new LinkedHashMap<>();
        for (Entry entry : byFilter.values()) {
            if (entry.granted) {
                groups.computeIfAbsent(entry.identifier, _ -> new ArrayList<>()).add(entry);
            }
        }
        return groups.values();
    }

    /** The server has lost the session, and is not asked for its subscriptions again. */
    void forgetGranted() {
        granted().forEach(group -> group.forEach(this::remove));
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
            if (Filters.match(listener.filter, publish.topic())) {
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
        byFilter.values().forEach(entry -> {
            if (entry.receiver != null) {
                entry.receiver.ended();
            }
        });
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
        private final int identifier;
        private @Nullable Entry before;
        private boolean granted;

        /** Whether the server was told the identifier. */
        boolean identified;

        private Entry(
                Subscription subscription,
                @Nullable Receiver receiver,
                int identifier,
                @Nullable Entry before) {
            this.subscription = subscription;
            this.receiver = receiver;
            this.identifier = identifier;
            this.before = before;
        }

        Subscription subscription() {
            return subscription;
        }

        TopicFilter filter() {
            return subscription.request().filter();
        }

        int identifier() {
            return identifier;
        }

        /** Adds who takes its messages if this is one; false if it is none. */
        private boolean addTo(List<Receiver> found, Publish publish) {
            if (!Filters.match(filter(), publish.topic())) {
                return false;
            }
            if (receiver != null) {
                found.add(receiver);
            }
            return true;
        }
    }
}
