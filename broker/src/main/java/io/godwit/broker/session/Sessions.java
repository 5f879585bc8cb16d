package io.godwit.broker.session;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.auth.Verdict;
import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientState;
import io.godwit.broker.control.SessionState;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.ShardStore;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Will;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that live on one shard: opened by CONNECT, taken over, and ended (§4.1). On the
 * shard's loop only.
 */
public final class Sessions {

    /**
     * Bytes that a session counts against {@code limits.memory}, beside what it keeps: with the
     * packets of a connection that was lost.
     */
    private static final long COST = 512 + FlightRecorder.BYTES;

    /** Refusals that may wait to be noted; what is more is in the log only. */
    private static final int REFUSALS = 100;

    /** Looked through in parts, while it changes. */
    private final Map<String, Lifetime> byClientId = new ConcurrentHashMap<>();

    private final Troubles troubles = new Troubles();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Session.Surroundings surroundings;
    private final ShardStore store;
    private final AccessControl access;
    private final Consumer<Lifetime> due = this::due;

    /**
     * The sessions of a shard, none yet.
     *
     * @param access knows what those may do whose clients have not come back since rules changed
     */
    public Sessions(
            Shard shard,
            Limits limits,
            MemoryBudget.Account budget,
            RetainedStore retained,
            Routing routing,
            ShardStore store,
            AccessControl access) {
        this.surroundings =
                new Session.Surroundings(
                        shard, limits, budget, retained, routing, store, new LogGate(), troubles);
        this.store = store;
        this.access = access;
    }

    /**
     * A session as CONNECT opened it.
     *
     * @param present whether there was state to resume: Session Present
     */
    public record Opened(Session session, boolean present) {}

    /**
     * To whom the session of a Client Identifier belongs; null if there is no such session, nobody
     * owns it, or it is this very client's.
     */
    public @Nullable SessionOwner otherOwner(String clientId, Identity client) {
        Lifetime existing = byClientId.get(clientId);
        SessionOwner owner = existing == null ? null : existing.session().owner();
        return owner == null || owner.is(client) ? null : owner;
    }

    /**
     * Opens the session of a Client Identifier; a connection that it has is taken over first.
     *
     * @param owner to whom it belongs from now on, or null for nobody
     * @param expiryInterval seconds, 0 to 4,294,967,295
     * @return null if {@code limits.memory} has no room for another session
     */
    public @Nullable Opened open(
            String clientId,
            @Nullable SessionOwner owner,
            boolean cleanStart,
            long expiryInterval,
            @Nullable Will will) {
        shard().assertInLoop();
        Lifetime existing = byClientId.get(clientId);
        if (existing != null && existing.session().holder() instanceof Outbound old) {
            // [v5 MQTT-3.1.4-3], [v3 MQTT-3.1.4-2]
            old.close(
                    ReasonCode.SESSION_TAKEN_OVER,
                    "another connection uses the same client identifier");
            existing = byClientId.get(clientId);
        }
        if (existing != null && cleanStart) { // [v5 MQTT-3.1.2-4], [v3 MQTT-3.1.2-6]
            publishWill(existing);
            end(existing);
            existing = null;
        }
        if (existing != null) { // [v5 MQTT-3.1.2-5], [v3 MQTT-3.1.2-4]
            if (!charge(existing, cost(clientId, owner, will))) {
                return null;
            }
            existing.session().owner(owner);
            existing.connected(expiryInterval, will);
            existing.session().log().connected(expiryInterval, will);
            return new Opened(existing.session(), true);
        }
        long cost = cost(clientId, owner, will);
        if (!surroundings.budget().reserve(cost)) {
            return null;
        }
        boolean keep = expiryInterval > 0; // [v5 MQTT-3.1.2-6]
        Session session =
                new Session(clientId, surroundings, opened -> store.open(clientId, keep, opened));
        Lifetime lifetime = new Lifetime(session, due);
        lifetime.cost(cost);
        lifetime.connected(expiryInterval, will);
        session.owner(owner);
        session.log().connected(expiryInterval, will);
        byClientId.put(clientId, lifetime);
        shard().counters().increment(Counter.SESSIONS_CREATED);
        return new Opened(session, false);
    }

    /**
     * Takes up a session that was kept; before the first client connects.
     *
     * @param grace milliseconds that it has at least before it ends or its will is published
     */
    public void restore(RecoveredSession recovered, long grace) {
        shard().assertInLoop();
        String clientId = recovered.name();
        Session session =
                new Session(clientId, surroundings, owner -> store.reopen(recovered, owner));
        Lifetime lifetime = new Lifetime(session, due);
        long cost = cost(clientId, recovered.owner(), recovered.will());
        surroundings.budget().take(cost);
        lifetime.cost(cost);
        byClientId.put(clientId, lifetime);
        shard().counters().increment(Counter.SESSIONS_CREATED);
        shard().counters().queued(recovered.queued(), session.log().queuedBytes());
        shard().counters().add(Counter.COPIES_RECOVERED, recovered.queued());
        session.restore(recovered);
        lifetime.restore(recovered, grace);
    }

    /** Counts a session that has come to cost more or less; false if there is no room for it. */
    private boolean charge(Lifetime lifetime, long cost) {
        long more = cost - lifetime.cost();
        if (more > 0 && !surroundings.budget().reserve(more)) {
            return false;
        }
        if (more < 0) {
            surroundings.budget().release(-more);
        }
        lifetime.cost(cost);
        return true;
    }

    private static long cost(String clientId, @Nullable SessionOwner owner, @Nullable Will will) {
        String userName = owner == null ? null : owner.userName();
        return COST
                + 2L * clientId.length()
                + (userName == null ? 0 : 2L * userName.length())
                + (will == null ? 0 : Wills.size(will));
    }

    /**
     * The connection of a session has closed.
     *
     * @param discardWill whether DISCONNECT said so [v5 MQTT-3.14.4-3]
     */
    public void close(Session session, boolean discardWill) {
        shard().assertInLoop();
        Lifetime lifetime = byClientId.get(session.clientId());
        if (lifetime == null || lifetime.session() != session) {
            return;
        }
        session.detach();
        if (discardWill && takeWill(lifetime) != null) {
            session.log().willGone();
        }
        session.log().disconnected(lifetime.expiryInterval());
        lifetime.disconnected();
        due(lifetime);
    }

    /**
     * Replaces the will of a session that has a connection.
     *
     * @param will null for none
     * @return false if {@code limits.memory} has no room for it; then all stays as it was
     */
    public boolean changeWill(Session session, @Nullable Will will) {
        shard().assertInLoop();
        Lifetime lifetime = byClientId.get(session.clientId());
        if (lifetime == null
                || !charge(lifetime, cost(session.clientId(), session.owner(), will))) {
            return false;
        }
        lifetime.will(will);
        session.log().connected(lifetime.expiryInterval(), will);
        return true;
    }

    /** DISCONNECT changed the Session Expiry Interval, in seconds (§3.14.2.2.2). */
    public void changeExpiry(Session session, long expiryInterval) {
        Lifetime lifetime = byClientId.get(session.clientId());
        if (lifetime != null) {
            lifetime.expiryInterval(expiryInterval);
        }
    }

    /** The Session Expiry Interval of a session in seconds; 0 if there is no such session. */
    public long expiryInterval(Session session) {
        Lifetime lifetime = byClientId.get(session.clientId());
        return lifetime == null ? 0 : lifetime.expiryInterval();
    }

    /** The session of a Client Identifier, or null. */
    public @Nullable Session get(String clientId) {
        Lifetime lifetime = byClientId.get(clientId);
        return lifetime == null ? null : lifetime.session();
    }

    /** What an administrator sees of a session; null if there is none. */
    public @Nullable SessionState look(String clientId) {
        shard().assertInLoop();
        Lifetime lifetime = byClientId.get(clientId);
        if (lifetime == null) {
            return null;
        }
        return ClientViews.session(lifetime);
    }

    /** What an administrator sees of a client; null if it has no session. */
    public @Nullable ClientState lookAtClient(String clientId) {
        shard().assertInLoop();
        Lifetime lifetime = byClientId.get(clientId);
        return lifetime == null ? null : ClientViews.client(lifetime);
    }

    /** All that an administrator sees of a client; null if it has no session. */
    public @Nullable ClientDetails lookClosely(String clientId) {
        shard().assertInLoop();
        Lifetime lifetime = byClientId.get(clientId);
        return lifetime == null ? null : ClientViews.details(lifetime, troubles);
    }

    /**
     * Something has gone wrong with a client, in words; an administrator sees the last of it.
     *
     * @param last the packets of its connection, if that has ended; or null
     */
    public void troubled(String clientId, String what, @Nullable FlightRecorder last) {
        troubles.note(clientId, shard().wallMillis(), what, last);
    }

    /**
     * A CONNECT with this Client Identifier was refused. Who looks at the client sees the last of
     * them, if there is a session: strangers must not push out what is known of clients. From any
     * thread.
     *
     * @param what in words
     */
    public void refused(String clientId, String what) {
        if (refusals.incrementAndGet() > REFUSALS) {
            refusals.decrementAndGet();
            return;
        }
        shard().control(() -> {
            refusals.decrementAndGet();
            if (byClientId.containsKey(clientId)) {
                troubles.noteRefusal(clientId, shard().wallMillis(), what);
            }
        });
    }

    /**
     * All of them, in no order, to be gone through in several turns: one that comes or goes
     * meanwhile is passed or not.
     */
    public Iterator<Session> walk() {
        Iterator<Lifetime> lifetimes = byClientId.values().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return lifetimes.hasNext();
            }

            @Override
            public Session next() {
                return lifetimes.next().session();
            }
        };
    }

    /**
     * Ends a session, whatever its expiry says: its connection is closed with 0x98 (administrative
     * action), and its will is published, as for each session that ends (§3.1.2.5).
     *
     * @param why in words, for the client and the log
     * @return what it was before; null if there is none
     */
    public @Nullable SessionState end(String clientId, String why) {
        SessionState before = look(clientId);
        disconnect(clientId, ReasonCode.ADMINISTRATIVE_ACTION, why);
        Lifetime left = byClientId.get(clientId); // which may have ended with its connection
        if (left != null) {
            publishWill(left);
            end(left);
        }
        return before;
    }

    /** How many there are. */
    public int count() {
        return byClientId.size();
    }

    /** Closes the connection of a Client Identifier; false if there is none. */
    public boolean disconnect(String clientId, ReasonCode reasonCode, String why) {
        Lifetime lifetime = byClientId.get(clientId);
        if (lifetime != null && lifetime.session().holder() instanceof Outbound holder) {
            holder.close(reasonCode, why);
            return true;
        }
        return false;
    }

    /** Closes those connections of this shard that are meant, and says how many. */
    public int closeConnections(Predicate<Outbound> which, ReasonCode reasonCode, String why) {
        shard().assertInLoop();
        int closed = 0;
        for (Lifetime lifetime : List.copyOf(byClientId.values())) {
            Outbound holder = lifetime.session().holder();
            if (holder != null && which.test(holder)) {
                holder.close(reasonCode, why);
                closed++;
            }
        }
        return closed;
    }

    /**
     * Closes the connections of this shard.
     *
     * @param withWill only those whose will is published by this
     */
    public void closeConnections(boolean withWill, ReasonCode reasonCode, String why) {
        shard().assertInLoop();
        for (Lifetime lifetime : List.copyOf(byClientId.values())) {
            Outbound holder = lifetime.session().holder();
            if (holder != null && (!withWill || lifetime.hasWill())) {
                holder.close(reasonCode, why);
            }
        }
    }

    /** All of them, in no order; a copy. */
    public List<Session> all() {
        shard().assertInLoop();
        return byClientId.values().stream().map(Lifetime::session).toList();
    }

    /**
     * When the next will is due or the next session ends, in milliseconds of the monotonic clock;
     * {@link Long#MAX_VALUE} if nothing is.
     */
    public long nextDue() {
        shard().assertInLoop();
        long next = Long.MAX_VALUE;
        for (Lifetime lifetime : byClientId.values()) {
            next = Math.min(next, lifetime.nextDue());
        }
        return next;
    }

    /** How many connections of this shard are meant. */
    public int countConnections(Predicate<Outbound> which) {
        shard().assertInLoop();
        int count = 0;
        for (Lifetime lifetime : byClientId.values()) {
            Outbound holder = lifetime.session().holder();
            if (holder != null && which.test(holder)) {
                count++;
            }
        }
        return count;
    }

    private void due(Lifetime lifetime) {
        if (lifetime.isWillDue()) {
            publishWill(lifetime);
        }
        if (lifetime.hasEnded()) { // [v5 MQTT-4.1.0-2]
            if (lifetime.expiryInterval() > 0) {
                shard().counters().increment(Counter.SESSIONS_EXPIRED);
            }
            end(lifetime);
        } else {
            lifetime.arm();
        }
    }

    private void publishWill(Lifetime lifetime) {
        Session session = lifetime.session();
        Will will = takeWill(lifetime); // [v5 MQTT-3.1.2-10]
        if (will != null && isDenied(session, will)) {
            session.log().willGone();
        } else if (will != null) {
            shard().counters().increment(Counter.WILLS_PUBLISHED);
            Message message = Wills.message(will, session.clientId(), shard().wallMillis());
            store.begin(message);
            try {
                session.log().willPublished(message);
                surroundings.routing().publish(message, shard());
            } finally {
                if (message.storing() instanceof Publication publication) {
                    publication.added();
                }
            }
        }
    }

    /** Whether the rules, as they are now, forbid a will. */
    private boolean isDenied(Session session, Will will) {
        Permissions permissions = session.latestPermissions();
        if (permissions == null) { // its client has not come back since a start, or other rules
            SessionOwner owner = session.owner();
            Identity stored =
                    new Identity(session.clientId(), owner == null ? null : owner.userName());
            permissions = access.authorizer().permissionsOf(stored, Origin.UNKNOWN);
        }
        Verdict verdict = permissions.will(will.topic(), will.qos(), will.retain());
        if (verdict.allows(will.qos())) {
            return false;
        }
        session.denials().note(Act.WILL, will.topic().bytes(), verdict);
        return true;
    }

    /** Takes the will out, and no longer counts it. */
    private @Nullable Will takeWill(Lifetime lifetime) {
        Will will = lifetime.takeWill();
        if (will != null) {
            Session session = lifetime.session();
            charge(lifetime, cost(session.clientId(), session.owner(), null));
        }
        return will;
    }

    private void end(Lifetime lifetime) {
        shard().timers().cancel(lifetime);
        byClientId.remove(lifetime.session().clientId(), lifetime);
        lifetime.session().end();
        surroundings.budget().release(lifetime.cost());
        shard().counters().increment(Counter.SESSIONS_ENDED);
    }

    private Shard shard() {
        return surroundings.shard();
    }
}
