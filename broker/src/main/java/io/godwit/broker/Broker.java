package io.godwit.broker;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.connection.Connection;
import io.godwit.broker.connection.GatewayConnection;
import io.godwit.broker.connection.ShardBroker;
import io.godwit.broker.control.Explanation;
import io.godwit.broker.control.SessionState;
import io.godwit.broker.limits.ConnectRate;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.protection.Admission.Admitted;
import io.godwit.broker.protection.Admission.TurnedAway;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.BanList;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.routing.Router;
import io.godwit.broker.session.Sessions;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Homes;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.GatewayReceiver;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Receiver.Place;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.SessionStore;
import io.godwit.broker.spi.Wire;
import io.godwit.broker.trace.Tracing;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicCache;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker core: what a server is without sockets, files and configuration. It owns no thread;
 * the shards that it is given do all its work.
 */
public final class Broker implements Receiver.Acceptor {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private final List<Shard> shards;
    private final List<ShardBroker> byShard = new ArrayList<>();
    private final Protection protection;
    private final MemoryBudget budget;
    private final Router router;
    private final RetainedStore retained;
    private final SessionStore store;
    private final Homes homes;
    private final SystemTopics systemTopics;
    private final AccessControl access;
    private final Tracing tracing = new Tracing();

    /** The same without protection beside the limits. */
    public Broker(
            List<Shard> shards,
            Limits limits,
            SessionStore store,
            RetainedStore retained,
            AccessControl access,
            String version,
            long secret) {
        this(
                shards,
                limits,
                store,
                retained,
                access,
                new Protection(ProtectionSettings.NONE),
                version,
                secret);
    }

    /**
     * A broker on these shards; whoever makes them starts their loops and ticks.
     *
     * @param access who may connect, and what clients may do
     * @param protection what keeps clients from wearing it down; the broker's own
     * @param version what {@code $SYS/broker/version} says
     * @param secret keys the hashes that clients must not be able to predict
     */
    public Broker(
            List<Shard> shards,
            Limits limits,
            SessionStore store,
            RetainedStore retained,
            AccessControl access,
            Protection protection,
            String version,
            long secret) {
        this.protection = protection;
        protection.limits(limits);
        this.shards = List.copyOf(shards);
        this.retained = retained;
        this.access = access;
        this.store = store;
        this.budget = new MemoryBudget(limits.memory());
        List<MemoryBudget.Account> accounts = new ArrayList<>();
        shards.forEach(_ -> accounts.add(budget.account()));
        this.homes = new Homes(shards.size(), secret);
        this.router = new Router(this.shards, store, retained, limits, accounts, homes, secret);
        // apart from the rest, so that full queues keep nobody from publishing
        MemoryBudget arriving =
                new MemoryBudget(Math.max(limits.memory() / 4, 4L * protection.largestPacket()));
        ConnectRate rate = new ConnectRate(limits.connectRate(), limits.connections());
        for (Shard shard : shards) {
            MemoryBudget.Account account = accounts.get(shard.index());
            byShard.add(
                    new ShardBroker(
                            shard,
                            new Sessions(
                                    shard,
                                    limits,
                                    account,
                                    retained,
                                    router,
                                    store.on(shard),
                                    access),
                            new TopicCache(ShardBroker.TOPIC_CACHE_SLOTS),
                            new PublishWriter(),
                            account,
                            arriving.account(),
                            new LogGate(),
                            limits,
                            router,
                            store.on(shard),
                            access,
                            homes,
                            rate,
                            protection,
                            tracing,
                            Collections.unmodifiableList(byShard)));
        }
        this.systemTopics = new SystemTopics(this, limits.sysInterval(), version);
    }

    /**
     * Takes up what the store has kept; before {@link #start} and before the first client.
     *
     * @param grace how long sessions have at least, until they end or their wills are published
     * @return done when clients may connect
     */
    public CompletableFuture<Void> recover(Duration grace) {
        List<List<RecoveredSession>> sessions = new ArrayList<>();
        shards.forEach(_ -> sessions.add(new ArrayList<>()));
        List<RecoveredSession> shared = new ArrayList<>();
        store.recover(
                session ->
                        (session.shared() ? shared : sessions.get(homes.of(session.name())))
                                .add(session),
                this::restore);
        return onEachShard(here ->
                        sessions.get(here.shard().index())
                                .forEach(session ->
                                        here.sessions().restore(session, grace.toMillis())))
                .thenRun(() -> shared.forEach(router::restore))
                .thenCompose(_ -> onEachShard(_ -> {}));
    }

    private void restore(Message message) {
        if (retained.put(message) == RetainedStore.Outcome.REFUSED) {
            firstShard().counters().increment(Counter.RETAINED_REFUSED);
            LOG.warn(
                    "the retained message on {} stays in the store and is not served:"
                            + " retained.messages or retained.bytes is reached",
                    Utf8.quote(message.topic().bytes()));
        }
    }

    /** The traces of its clients' packets. */
    public Tracing tracing() {
        return tracing;
    }

    /** Starts what runs by itself: {@code $SYS}, the removal of expired messages, the accounts. */
    public void start() {
        Shard first = shards.getFirst();
        first.control(systemTopics::start);
        first.control(() -> new RetainedExpiry(retained, first, store.on(first)).start());
        first.control(() -> new StoreTicks(store, first).fire());
        byShard.forEach(here -> here.shard().control(() -> new Settling(here).fire()));
    }

    @Override
    public @Nullable Place admit(InetAddress address, Shard shard) {
        return switch (protection.admit(address, shard.now(), shard.wallMillis())) {
            case Admitted place -> place;
            case TurnedAway(Counter counter, String why) -> {
                shard.counters().increment(counter);
                String from = address.getHostAddress();
                byShard.get(shard.index())
                        .tell(LOG, "a client at {} is turned away: {}", from, why);
                yield null;
            }
        };
    }

    @Override
    public Receiver accept(Wire wire, Shard shard, Place place) {
        return new Connection(wire, byShard.get(shard.index()), place);
    }

    /** What a gateway, which speaks for its clients, hands them to. */
    public GatewayReceiver.Acceptor forGateways() {
        return new GatewayReceiver.Acceptor() {
            @Override
            public @Nullable Place admit(InetAddress address, Shard shard) {
                return Broker.this.admit(address, shard);
            }

            @Override
            public GatewayReceiver accept(Wire wire, Shard shard, Place place) {
                return new GatewayConnection(
                        new Connection(wire, byShard.get(shard.index()), place));
            }
        };
    }

    /**
     * Bans clients, and disconnects those of them that are there. From any thread.
     *
     * @return how many were disconnected; or failed with {@link IllegalStateException} if there are
     *     too many bans already
     */
    public CompletableFuture<Integer> ban(Ban ban) {
        if (!protection.bans().add(ban, firstShard().wallMillis())) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException(
                            "there are %d bans already, or %d with a pattern; lift some"
                                    .formatted(BanList.MOST, BanList.MOST_PATTERNS)));
        }
        LOG.info("banned is {}: {}", ban.target(), ban.why());
        AtomicInteger disconnected = new AtomicInteger();
        return onEachShard(here ->
                        disconnected.addAndGet(
                                here.sessions()
                                        .closeConnections(
                                                client ->
                                                        client instanceof Connection connection
                                                                && connection.isMeantBy(
                                                                        ban.target()),
                                                ReasonCode.ADMINISTRATIVE_ACTION,
                                                ban.why())))
                .thenApply(_ -> disconnected.get());
    }

    /** What keeps clients from wearing it down. */
    public Protection protection() {
        return protection;
    }

    /**
     * Disconnects all clients because the server is shutting down: those whose will is published by
     * it first, so that others still get it.
     *
     * @return done when every connection was told; the transport still has to send it
     */
    public CompletableFuture<Void> disconnectAll() {
        return onEachShard(here -> disconnect(here, true))
                .thenCompose(_ -> onEachShard(here -> disconnect(here, false)));
    }

    private static void disconnect(ShardBroker here, boolean withWill) {
        here.sessions()
                .closeConnections(
                        withWill, ReasonCode.SERVER_SHUTTING_DOWN, "the server is shutting down");
    }

    /**
     * Applies the rules in force to the clients that are connected: their subscriptions that are no
     * longer allowed are taken back, which clients can't be told. Others are asked about when their
     * clients come back. From any thread.
     *
     * @return done when all clients were looked at
     */
    public CompletableFuture<Reauthorized> reauthorize() {
        return reauthorize(access.authorizer(), false);
    }

    /** What {@link #reauthorize} would do with other rules in force; from any thread. */
    public CompletableFuture<Reauthorized> wouldRevoke(Authorizer rules) {
        return reauthorize(rules, true);
    }

    private CompletableFuture<Reauthorized> reauthorize(Authorizer rules, boolean dryRun) {
        CompletableFuture<Reauthorized> sum =
                CompletableFuture.completedFuture(new Reauthorized(0, 0));
        for (ShardBroker here : byShard) {
            sum =
                    sum.thenCombine(
                            Reauthorization.start(here.shard(), here.sessions(), rules, dryRun),
                            Reauthorized::plus);
        }
        return sum;
    }

    /**
     * Disconnects the clients that come from somewhere; from any thread.
     *
     * @param why in words, for the log
     * @return how many, when it is done
     */
    public CompletableFuture<Integer> disconnect(
            Predicate<Origin> from, ReasonCode reasonCode, String why) {
        return sumOverShards(here ->
                here.sessions()
                        .closeConnections(
                                outbound -> from.test(outbound.origin()), reasonCode, why));
    }

    /** How many clients come from somewhere; from any thread. */
    public CompletableFuture<Integer> clients(Predicate<Origin> from) {
        return sumOverShards(
                here -> here.sessions().countConnections(outbound -> from.test(outbound.origin())));
    }

    private CompletableFuture<Integer> sumOverShards(ToIntFunction<ShardBroker> count) {
        AtomicInteger sum = new AtomicInteger();
        return onEachShard(here -> sum.addAndGet(count.applyAsInt(here))).thenApply(_ -> sum.get());
    }

    /** Looks at the session of a Client Identifier, if there is one; from any thread. */
    public CompletableFuture<Optional<SessionState>> session(String clientId) {
        AtomicReference<Optional<SessionState>> found = new AtomicReference<>(Optional.empty());
        return afterDeliveries(
                        homeOf(clientId),
                        home -> found.set(Optional.ofNullable(home.sessions().look(clientId))))
                .thenApply(_ -> found.get());
    }

    /**
     * Ends the session of a Client Identifier, if there is one; from any thread.
     *
     * @param why in words, for the client and the log
     * @return what it was, when its end is stored; or failed with {@link IOException} if the end
     *     could not be stored
     */
    public CompletableFuture<Optional<SessionState>> endSession(String clientId, String why) {
        AtomicReference<Optional<SessionState>> ended = new AtomicReference<>(Optional.empty());
        CompletableFuture<Void> stored = new CompletableFuture<>();
        return afterDeliveries(
                        homeOf(clientId),
                        home -> {
                            ended.set(Optional.ofNullable(home.sessions().end(clientId, why)));
                            home.store().whenStored(failure -> EndStored.tell(stored, failure));
                        })
                .thenCompose(_ -> stored)
                .thenApply(_ -> ended.get());
    }

    /** Runs an action on the home of a Client Identifier, as {@link #onEachShard}. */
    CompletableFuture<Void> onHomeOf(String clientId, Consumer<ShardBroker> action) {
        return afterDeliveries(homeOf(clientId), action);
    }

    private ShardBroker homeOf(String clientId) {
        return byShard.get(homes.of(clientId));
    }

    /** Runs an action on each shard, behind what waits in its mailbox, to the end of a turn. */
    CompletableFuture<Void> onEachShard(Consumer<ShardBroker> action) {
        return CompletableFuture.allOf(
                byShard.stream()
                        .map(here -> afterDeliveries(here, action))
                        .toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<Void> afterDeliveries(
            ShardBroker here, Consumer<ShardBroker> action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        here.shard()
                .deliver(
                        new Shard.Batch() {
                            @Override
                            public void deliver() {
                                try {
                                    action.accept(here);
                                } catch (RuntimeException fault) {
                                    done.completeExceptionally(fault);
                                    throw fault;
                                }
                                here.shard().atEndOfTurn(() -> done.complete(null));
                            }

                            @Override
                            public long bytes() {
                                return 0;
                            }
                        });
        return done;
    }

    /**
     * Who would get a message on a topic now, as many as an explanation has; of a shared
     * subscription all members, of whom one gets it. From any thread.
     *
     * @param qos that of the message, 0 to 2
     * @return completed on any thread, when all shards have answered that are asked
     */
    public CompletableFuture<List<Explanation.Recipient>> recipients(TopicName topic, int qos) {
        return router.recipients(topic, qos, Explanation.MOST);
    }

    /** The sum of a count over all shards; from any thread. */
    public long count(Counter counter) {
        long sum = 0;
        for (Shard shard : shards) {
            sum += shard.counters().get(counter);
        }
        return sum;
    }

    /** Connections that are accepted; from any thread. */
    public int connections() {
        return protection.connected();
    }

    /** Bytes held for clients, as {@code limits.memory} counts them; from any thread. */
    public long memoryUsed() {
        return budget.used();
    }

    /** What it counts and measures. */
    public Counts counts() {
        return new Counts(this);
    }

    /** How a test looks into it and moves it on, beside what clients can do. */
    public Inspection inspection() {
        return new Inspection(this);
    }

    /** Its clients, as an administrator sees them. */
    public ClientDirectory directory() {
        return new ClientDirectory(this);
    }

    /** Its messages, for an operator. */
    public OperatorMessages messages() {
        return new OperatorMessages(this);
    }

    /** Its parts, in the order of the shards. */
    List<ShardBroker> parts() {
        return Collections.unmodifiableList(byShard);
    }

    Router router() {
        return router;
    }

    RetainedStore retained() {
        return retained;
    }

    MemoryBudget budget() {
        return budget;
    }

    List<Shard> shards() {
        return shards;
    }

    SessionStore store() {
        return store;
    }

    Shard firstShard() {
        return shards.getFirst();
    }
}
