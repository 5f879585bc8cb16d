package io.godwit.broker.routing;

import io.godwit.broker.control.Explanation.Recipient;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.session.Routing;
import io.godwit.broker.session.Session;
import io.godwit.broker.session.Subscriber;
import io.godwit.broker.session.Subscription;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Homes;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.SessionStore;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.PacketException;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings messages to those who subscribe to them: retained store, subscription index, shared
 * subscriptions, and from shard to shard. Each method says whose loop may call it.
 */
public final class Router implements Routing {

    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final List<Shard> shards;
    private final SubscriptionIndex<Subscriber> index;
    private final RetainedStore retained;
    private final Limits limits;
    private final List<ShardRouting> byShard = new ArrayList<>();
    private final List<MemoryBudget.Account> budgets;
    private final List<ShardStore> stores;
    private final Homes homes;
    private final ConcurrentHashMap<TopicFilter, Group> groups = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<? super Message>> watchers =
            new CopyOnWriteArrayList<>();

    /** A shared subscription and how many memberships it has. */
    private record Group(SharedSubscription shared, int memberships) {}

    /** What became of a message. */
    public enum Outcome {
        /** At least one session gets it. */
        MATCHED,
        /** Nobody subscribes to it. */
        NOBODY,
        /** It was not accepted: the retained messages are at their limit. */
        REFUSED_RETAINED
    }

    /**
     * A router.
     *
     * @param homes tells the home shard of a shared subscription
     * @param seed keeps clients from choosing filters that collide in the index
     * @param budgets one for each shard, in the order of the shards
     */
    public Router(
            List<Shard> shards,
            SessionStore store,
            RetainedStore retained,
            Limits limits,
            List<MemoryBudget.Account> budgets,
            Homes homes,
            long seed) {
        this.shards = shards;
        this.retained = retained;
        this.limits = limits;
        this.budgets = budgets;
        this.stores = shards.stream().map(store::on).toList();
        this.homes = homes;
        this.index = new SubscriptionIndex<>(seed);
        for (Shard shard : shards) {
            byShard.add(new ShardRouting(shard, shards, index));
        }
    }

    /**
     * Whether a message at QoS 1 or 2 is to be refused because a queue is full; on the loop of
     * {@code from}.
     */
    public boolean refuses(Message message, Shard from) {
        int shard = from.index();
        return limits.queueFull() == QueueFull.REFUSE_PUBLISHER
                && byShard.get(shard).anyFull(message, budgets.get(shard).isFull());
    }

    /**
     * Starts the storing of a message where it has to be stored; on the loop of {@code from},
     * before {@link #route}. It is then {@link Message#storing} until the caller has said that all
     * was {@link Publication#added}.
     *
     * @param always whether there is more to store with it than it and its subscribers need
     * @return why it cannot be stored, or null
     */
    public @Nullable StoreFailure prepare(Message message, Shard from, boolean always) {
        boolean wanted =
                always
                        || message.retain()
                        || message.qos() > 0 && byShard.get(from.index()).isKept(message);
        if (!wanted) {
            return null;
        }
        ShardStore store = stores.get(from.index());
        StoreFailure refusal = store.refusal();
        if (refusal == null) {
            store.begin(message);
        }
        return refusal;
    }

    /**
     * Routes a message; on the loop of {@code from}.
     *
     * @param publisher paused if a mailbox fills up; null for the server itself
     * @param canRefuse whether the publisher can be told that its message cannot be retained; if
     *     not, that is counted and the rest is done
     */
    public Outcome route(
            Message message, Shard from, @Nullable Publisher publisher, boolean canRefuse) {
        if (message.retain() && !keep(message, from)) {
            if (canRefuse) {
                return Outcome.REFUSED_RETAINED;
            }
            removeRetained(message, from); // an older value must not pass for the last one
        }
        if (!watchers.isEmpty()) {
            watchers.forEach(watching -> watching.accept(message));
        }
        return byShard.get(from.index()).route(message, publisher)
                ? Outcome.MATCHED
                : Outcome.NOBODY;
    }

    @Override
    public void publish(Message message, Shard from) {
        boolean isBegun = message.storing() != null;
        if (!isBegun && !isOwn(message)) {
            prepare(message, from, false);
        }
        try {
            route(message, from, null, false);
        } finally {
            if (!isBegun && message.storing() instanceof Publication publication) {
                publication.added();
            }
        }
    }

    /** Whether it is one of the server's own, such as {@code $SYS}, which is never stored. */
    private static boolean isOwn(Message message) {
        return message.publisher().isEmpty() && message.qos() == 0;
    }

    private void removeRetained(Message message, Shard from) {
        Publication storing = message.storing();
        Message before = storing == null ? null : retained.get(message.topic());
        if (!retained.remove(message.topic())) {
            return;
        }
        if (storing != null) {
            storing.retained(message.topic(), before);
        } else {
            stores.get(from.index()).retainedRemoved(message.topic());
        }
    }

    /** Sets, replaces or removes the retained message of a topic; false if a limit forbids it. */
    private boolean keep(Message message, Shard from) {
        if (message.payload().length == 0) { // [v5 MQTT-3.3.1-6], [v5 MQTT-3.3.1-7]
            removeRetained(message, from);
            return true;
        }
        Publication storing = message.storing();
        if (storing == null && !isOwn(message) && stores.get(from.index()).refusal() != null) {
            // at QoS 0, whose publisher cannot be told; what was acknowledged before stays
            from.counters().increment(Counter.RETAINED_REFUSED);
            return true;
        }
        Message before = storing == null ? null : retained.get(message.topic());
        // [v5 MQTT-3.3.1-5]
        if (retained.put(message) != RetainedStore.Outcome.REFUSED) {
            if (storing != null) {
                storing.retained(message.topic(), before);
            }
            return true;
        }
        from.counters().increment(Counter.RETAINED_REFUSED);
        if (from.counters().get(Counter.RETAINED_REFUSED) == 1) {
            LOG.warn(
                    "the message on {} is not retained: retained.messages or retained.bytes is"
                            + " reached; more of the kind are counted only",
                    Utf8.quote(message.topic().bytes()));
        }
        return false;
    }

    @Override
    public Subscription subscribe(
            Session session, SubscriptionRequest request, int subscriptionId) {
        TopicFilter filter = request.filter();
        if (!filter.isShared()) {
            Subscription made = new Subscription(session, request, subscriptionId, null);
            index.add(filter, made);
            return made;
        }
        Group group =
                groups.compute(
                        filter, (_, present) -> present == null ? create(filter) : joined(present));
        Subscription member = new Subscription(session, request, subscriptionId, group.shared());
        if (session.isKept()) {
            group.shared().keep(1); // at once, so that no message of others misses it
        }
        group.shared().home().control(() -> group.shared().join(member));
        return member;
    }

    private Group create(TopicFilter filter) {
        int home = homes.of(filter.bytes());
        SharedSubscription shared =
                new SharedSubscription(
                        filter,
                        shards.get(home),
                        byShard.get(home),
                        limits,
                        budgets.get(home),
                        stores.get(home));
        index.add(filter, shared);
        return new Group(shared, 1);
    }

    private static Group joined(Group group) {
        return new Group(group.shared(), group.memberships() + 1);
    }

    @Override
    public void unsubscribe(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        if (subscription.share() instanceof SharedSubscription shared) {
            boolean last =
                    groups.computeIfPresent(filter, (_, group) -> left(filter, group)) == null;
            if (subscription.session().isKept()) {
                shared.keep(-1);
            }
            shared.home().control(() -> shared.leave(subscription, last));
        } else {
            index.remove(filter, subscription);
        }
    }

    private @Nullable Group left(TopicFilter filter, Group group) {
        if (group.memberships() > 1) {
            return new Group(group.shared(), group.memberships() - 1);
        }
        index.remove(filter, group.shared());
        return null;
    }

    /**
     * Takes up the queue of a shared subscription that was kept, when the sessions that are its
     * members have been taken up; from any thread.
     */
    public void restore(RecoveredSession recovered) {
        TopicFilter filter = filterOf(recovered.name());
        Group group = filter == null ? null : groups.get(filter);
        if (group != null) {
            group.shared().home().control(() -> group.shared().restore(recovered));
        } else {
            ShardStore store = stores.getFirst();
            shards.getFirst()
                    .control(() -> store.reopen(recovered, SharedSubscription.NOBODY).deleted());
        }
    }

    private static @Nullable TopicFilter filterOf(String name) {
        try {
            return TopicFilter.of(name);
        } catch (PacketException invalid) {
            return null;
        }
    }

    /**
     * Who would get a message on a topic now, and for a shared subscription who could be chosen;
     * from any thread.
     *
     * @param qos that of the message
     * @param most how many are listed at most
     * @return completed when the shards of the shared subscriptions have answered
     */
    public CompletableFuture<List<Recipient>> recipients(TopicName topic, int qos, int most) {
        List<Recipient> own = new ArrayList<>();
        List<SharedSubscription> shared = new ArrayList<>();
        index.match(
                topic,
                subscriber -> {
                    if (subscriber instanceof SharedSubscription one) {
                        shared.add(one);
                    } else if (subscriber instanceof Subscription one && own.size() < most) {
                        own.add(recipient(one, one.filter(), topic, qos));
                    }
                });
        CompletableFuture<List<Recipient>> all = CompletableFuture.completedFuture(own);
        for (SharedSubscription one : shared.subList(0, Math.min(shared.size(), most))) {
            all =
                    all.thenCombine(
                            one.recipients(topic, qos, most),
                            (before, members) ->
                                    Stream.concat(before.stream(), members.stream())
                                            .limit(most)
                                            .toList());
        }
        return all;
    }

    static Recipient recipient(
            Subscription subscription, TopicFilter filter, TopicName topic, int qos) {
        return new Recipient(
                subscription.session().clientId(),
                filter.toString(),
                Math.min(qos, subscription.request().maximumQos()),
                subscription.session().mayReceive(topic),
                subscription.session().isConnected());
    }

    /**
     * How many sessions would get a message on a topic now, one of those of each shared
     * subscription; from any thread.
     */
    public long countRecipients(TopicName topic) {
        Set<Object> recipients = Collections.newSetFromMap(new IdentityHashMap<>());
        index.match(
                topic,
                subscriber ->
                        recipients.add(
                                subscriber instanceof Subscription one
                                        ? one.session()
                                        : subscriber));
        return recipients.size();
    }

    /**
     * Shows somebody each message that is accepted, of the server itself too, from now on; from any
     * thread.
     *
     * @param watching called on the loops of the publishers; must neither block nor throw
     */
    public void watch(Consumer<? super Message> watching) {
        watchers.add(watching);
    }

    /** Shows somebody no more; from any thread. */
    public void unwatch(Consumer<? super Message> watching) {
        watchers.remove(watching);
    }

    /** How many subscriptions there are, a shared one counted once; from any thread. */
    public long subscriptions() {
        return index.subscriptions();
    }

    /** How many shared subscriptions there are; from any thread. */
    public int sharedSubscriptions() {
        return groups.size();
    }
}
