package io.godwit.broker;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.connection.ShardBroker;
import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientState;
import io.godwit.broker.control.Clients.ClientQuery;
import io.godwit.broker.control.Clients.SubscriptionQuery;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.control.Page;
import io.godwit.broker.control.SubscriptionState;
import io.godwit.broker.session.Session;
import io.godwit.broker.session.Subscription;
import io.godwit.codec.ReasonCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a broker, as an administrator sees them; from any thread. A page is made of all
 * sessions, a few of them each turn of their loop, and only what is on it is kept meanwhile. A page
 * ends early where names are long. What comes and goes while one page is made, or between two, may
 * be on none.
 */
public final class ClientDirectory {

    /** What a turn is charged for, beside passing a session by. */
    private static final int SEARCH = 5;

    private static final int ROW = 16;

    /** Characters of a Client Identifier that cost as much as another session. */
    private static final int LONG_NAME = 500;

    /** Characters of names from which on a page has no further row. */
    private static final long PAGE_CHARACTERS = 1_000_000;

    private final Broker broker;

    ClientDirectory(Broker broker) {
        this.broker = broker;
    }

    /** What one shard has for a page: more by one than it takes, if there are. */
    private record Part<T>(List<T> rows, long total) {}

    /** Clients in the order of their Client Identifiers. */
    public CompletableFuture<Page<ClientState>> list(ClientQuery query) {
        return together(
                here -> clientsOf(here, query),
                it -> it.session().clientId(),
                ClientDirectory::size,
                query.limit());
    }

    private static int size(ClientState client) {
        String user = client.userName();
        return client.session().clientId().length() + (user == null ? 0 : user.length());
    }

    private static CompletableFuture<Part<ClientState>> clientsOf(
            ShardBroker here, ClientQuery query) {
        String search = query.search();
        String wanted = search == null ? null : search.toLowerCase(Locale.ROOT);
        TreeSet<String> first = new TreeSet<>();
        long[] total = {0};
        List<ClientState> rows = new ArrayList<>();
        return Slices.of(
                        here.shard(),
                        () -> here.sessions().walk(),
                        session -> {
                            if (isMeant(session, query.isConnected(), wanted)) {
                                total[0]++;
                                keep(first, session.clientId(), query);
                            }
                            int cost = 1 + session.clientId().length() / LONG_NAME;
                            return wanted == null ? cost : SEARCH * cost;
                        })
                .thenCompose(_ ->
                        Slices.of(
                                here.shard(),
                                first::iterator,
                                clientId -> {
                                    ClientState row = here.sessions().lookAtClient(clientId);
                                    if (row != null) { // it has not gone since
                                        rows.add(row);
                                    }
                                    return ROW;
                                }))
                .thenApply(_ -> new Part<>(rows, total[0]));
    }

    private static void keep(TreeSet<String> first, String clientId, ClientQuery query) {
        String after = query.after();
        if (after != null && clientId.compareTo(after) <= 0) {
            return;
        }
        first.add(clientId);
        if (first.size() > query.limit() + 1) {
            first.pollLast();
        }
    }

    private static boolean isMeant(
            Session session, @Nullable Boolean isConnected, @Nullable String wanted) {
        if (isConnected != null && session.hasConnection() != isConnected) {
            return false;
        }
        if (wanted == null || has(session.clientId(), wanted)) {
            return true;
        }
        ConnectionState connection = session.connection();
        if (connection == null) {
            SessionOwner owner = session.owner();
            return owner != null && has(owner.userName(), wanted);
        }
        return has(connection.userName(), wanted) || has(connection.address(), wanted);
    }

    private static boolean has(@Nullable String text, String wanted) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** All of one client; empty if there is no session. */
    public CompletableFuture<Optional<ClientDetails>> find(String clientId) {
        AtomicReference<Optional<ClientDetails>> found = new AtomicReference<>(Optional.empty());
        return broker.onHomeOf(
                        clientId,
                        home ->
                                found.set(
                                        Optional.ofNullable(home.sessions().lookClosely(clientId))))
                .thenApply(_ -> found.get());
    }

    /**
     * Disconnects a client, if it is connected.
     *
     * @param why in words, for the client and the log
     */
    public CompletableFuture<Boolean> disconnect(String clientId, String why) {
        AtomicBoolean wasConnected = new AtomicBoolean();
        return broker.onHomeOf(
                        clientId,
                        home ->
                                wasConnected.set(
                                        home.sessions()
                                                .disconnect(
                                                        clientId,
                                                        ReasonCode.ADMINISTRATIVE_ACTION,
                                                        why)))
                .thenApply(_ -> wasConnected.get());
    }

    // --- subscriptions --------------------------------------------------------------------------

    /** Subscriptions in the order of their clients and filters. */
    public CompletableFuture<Page<SubscriptionState>> subscriptions(SubscriptionQuery query) {
        return together(
                here -> subscriptionsOf(here, query),
                it -> key(it.clientId(), it.share(), it.filter()),
                it -> it.clientId().length() + it.filter().length(),
                query.limit());
    }

    /** What subscriptions are ordered by; no Client Identifier and no filter holds U+0000. */
    private static String key(String clientId, @Nullable String share, String filter) {
        return clientId + '\0' + filter + '\0' + (share == null ? "" : share);
    }

    private static CompletableFuture<Part<SubscriptionState>> subscriptionsOf(
            ShardBroker here, SubscriptionQuery query) {
        TreeMap<String, SubscriptionState> first = new TreeMap<>();
        long[] total = {0};
        String clientId = query.clientId();
        return Slices.of(
                        here.shard(),
                        () -> clientId == null ? here.sessions().walk() : only(here, clientId),
                        session -> {
                            if (query.filter() == null && isElsewhere(session, query, first)) {
                                total[0] += session.subscriptions().size();
                                return 1;
                            }
                            for (Subscription it : session.subscriptions()) {
                                if (query.filter() == null
                                        || it.filter().toString().contains(query.filter())) {
                                    total[0]++;
                                    keep(first, it.look(), query);
                                }
                            }
                            return 1 + SEARCH * session.subscriptions().size();
                        })
                .thenApply(_ -> new Part<>(List.copyOf(first.values()), total[0]));
    }

    private static Iterator<Session> only(ShardBroker here, String clientId) {
        Session session = here.sessions().get(clientId);
        return session == null ? List.<Session>of().iterator() : List.of(session).iterator();
    }

    /** Whether none of its subscriptions can be on the page. */
    private static boolean isElsewhere(
            Session session, SubscriptionQuery query, TreeMap<String, SubscriptionState> first) {
        String after = query.after();
        String last = session.clientId() + '\1';
        return after != null && last.compareTo(after) <= 0
                || first.size() > query.limit()
                        && (session.clientId() + '\0').compareTo(first.lastKey()) > 0;
    }

    private static void keep(
            TreeMap<String, SubscriptionState> first,
            SubscriptionState subscription,
            SubscriptionQuery query) {
        String key = key(subscription.clientId(), subscription.share(), subscription.filter());
        String after = query.after();
        if (after != null && key.compareTo(after) <= 0) {
            return;
        }
        first.put(key, subscription);
        if (first.size() > query.limit() + 1) {
            first.pollLastEntry();
        }
    }

    // --- together -------------------------------------------------------------------------------

    private <T> CompletableFuture<Page<T>> together(
            Function<ShardBroker, CompletableFuture<Part<T>>> ask,
            Function<T, String> key,
            ToIntFunction<T> size,
            int limit) {
        CompletableFuture<Part<T>> all =
                CompletableFuture.completedFuture(new Part<>(List.of(), 0));
        for (ShardBroker here : broker.parts()) {
            all = all.thenCombine(ask.apply(here), ClientDirectory::plus);
        }
        return all.thenApply(part -> page(part, key, size, limit));
    }

    private static <T> Part<T> plus(Part<T> one, Part<T> other) {
        List<T> rows = new ArrayList<>(one.rows);
        rows.addAll(other.rows);
        return new Part<>(rows, one.total + other.total);
    }

    private static <T> Page<T> page(
            Part<T> part, Function<T, String> key, ToIntFunction<T> size, int limit) {
        TreeMap<String, T> sorted = new TreeMap<>();
        part.rows.forEach(row -> sorted.put(key.apply(row), row));
        List<T> rows = new ArrayList<>();
        long characters = 0;
        String last = null;
        for (Map.Entry<String, T> each : sorted.entrySet()) {
            if (rows.size() == limit || characters > PAGE_CHARACTERS) {
                return new Page<>(rows, last, part.total);
            }
            rows.add(each.getValue());
            characters += size.applyAsInt(each.getValue());
            last = each.getKey();
        }
        return new Page<>(rows, null, part.total);
    }
}
