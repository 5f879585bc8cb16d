package io.godwit.broker.session;

import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.auth.Verdict;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.spi.Share;
import io.godwit.broker.spi.Stored;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Session State (§4.1): subscriptions, flows in both directions and the queue of one client. It
 * lives on its home shard and only that shard's loop touches it, but for {@link #isConnected},
 * {@link #isCongested} and {@link #mayReceive}.
 */
public final class Session implements SessionLog.Owner {

    /** What all sessions of a shard share. */
    record Surroundings(
            Shard shard,
            Limits limits,
            MemoryBudget.Account budget,
            RetainedStore retained,
            Routing routing,
            ShardStore store,
            LogGate log,
            Troubles troubles) {}

    private final String clientId;
    private final Surroundings surroundings;
    private final SessionLog log;
    private final Subscriptions subscriptions;
    private final Forwarding forwarding;
    private @Nullable SessionOwner owner;
    private @Nullable InboundFlows inbound;
    private @Nullable Outbound holder;

    /** The packets of its connection; of one that has gone without DISCONNECT, until the next. */
    private @Nullable FlightRecorder recorder;

    private @Nullable Identity client;
    private @Nullable Permissions permissions;

    /** The permissions, where deliveries have to be checked. */
    private volatile @Nullable Permissions checked;

    private @Nullable Denials denials;
    private @Nullable DropCounts drops;
    private volatile boolean connected;

    /** Its client had gone when other rules came into force. */
    private boolean outdated;

    /** Up to when {@link RetainedBacklog} has used its pace, in milliseconds times that. */
    long lookUpsPaidAt;

    Session(
            String clientId,
            Surroundings surroundings,
            Function<SessionLog.Owner, SessionLog> openLog) {
        this.clientId = clientId;
        this.surroundings = surroundings;
        this.log = openLog.apply(this);
        this.subscriptions = new Subscriptions(this, surroundings, log);
        this.forwarding = new Forwarding(this, surroundings, log);
    }

    /** The Client Identifier. */
    public String clientId() {
        return clientId;
    }

    /** To whom it belongs, or null if it is anybody's. */
    public @Nullable SessionOwner owner() {
        return owner;
    }

    /** Gives it to somebody; kept with the next {@link SessionLog#connected}. */
    void owner(@Nullable SessionOwner newOwner) {
        owner = newOwner;
        log.ownedBy(newOwner);
    }

    /** The shard that it lives on. */
    public Shard home() {
        return surroundings.shard();
    }

    /** Whether it has a connection; from any thread. */
    public boolean isConnected() {
        return connected;
    }

    /** Whether nothing waits for its client, and nothing that was sent is unacknowledged. */
    public boolean isDrained() {
        return forwarding.isDrained();
    }

    /** Whether messages wait for its client to read or acknowledge; from any thread. */
    public boolean isCongested() {
        return forwarding.isCongested();
    }

    /**
     * Whether a message at QoS 1 or 2 would be over a limit of its queue; from any thread.
     *
     * @param wallMillis the wall clock: once the oldest message has expired there is room
     */
    public boolean isFull(long wallMillis) {
        return forwarding.isFull(wallMillis);
    }

    /** Its subscriptions; not to be changed. */
    public Collection<Subscription> subscriptions() {
        return subscriptions.all();
    }

    /** How many messages wait in its queue. */
    public int queued() {
        return forwarding.queued();
    }

    /** What its queue holds, in bytes. */
    public long queuedBytes() {
        return forwarding.queuedBytes();
    }

    /** Its connection as an administrator sees it; null if it has none. */
    public @Nullable ConnectionState connection() {
        return holder == null ? null : holder.look();
    }

    /** How many deliveries are under way. */
    public int inFlight() {
        return forwarding.inFlight();
    }

    /** How many messages it missed for a reason. */
    public long dropped(DropReason reason) {
        return drops == null ? 0 : drops.of(reason);
    }

    SessionLog log() {
        return log;
    }

    /** The connection that it belongs to, also while CONNACK is still to be sent; or null. */
    @Nullable Outbound holder() {
        return holder;
    }

    /** Whether it belongs to a connection. */
    public boolean hasConnection() {
        return holder != null;
    }

    /** Whether it outlives its connection and the process, so that what it gets is stored. */
    public boolean isKept() {
        return log.isKept();
    }

    /** What its client sent at QoS 2. */
    public InboundFlows inbound() {
        InboundFlows flows = inbound;
        if (flows == null) { // most clients send nothing at QoS 2
            flows = new InboundFlows(surroundings.shard(), log);
            inbound = flows;
        }
        return flows;
    }

    /** Does something once all changes are stored that were made so far. */
    public void whenStored(Stored then) {
        if (log.isKept()) {
            surroundings.store().whenStored(then);
        } else {
            then.done(null);
        }
    }

    // --- from the store -------------------------------------------------------------------------

    /** Takes up what the store has kept; before it has a connection. */
    void restore(RecoveredSession recovered) {
        owner = recovered.owner();
        forwarding.startAt(recovered.lastSequence() + 1);
        if (!recovered.unreleased().isEmpty()) {
            inbound().restore(recovered.unreleased());
        }
        recovered.subscriptions().forEach(subscriptions::restore);
    }

    @Override
    public void readable() {
        pump();
    }

    @Override
    public @Nullable Share share(TopicFilter filter) {
        return subscriptions.share(filter);
    }

    @Override
    public void hold(Message message) {
        surroundings.budget().take(message);
    }

    @Override
    public void letGo(Message message) {
        surroundings.budget().letGo(message);
    }

    @Override
    public boolean isMemoryFull() {
        return surroundings.budget().isFull();
    }

    @Override
    public void lost(Delivery delivery) {
        home().counters().unqueued(1, delivery.message().size());
        dropped(DropReason.NOT_STORED, delivery.message().topic());
    }

    @Override
    public void missing(int messages, long bytes) {
        QueueCounts.missing(home().counters(), messages, bytes);
    }

    @Override
    public void returned(Delivery delivery) {
        throw new IllegalStateException("a session hands nothing over: " + delivery);
    }

    // --- what its client may do -----------------------------------------------------------------

    /**
     * What its client may do, as its latest connection has it; null if that is not known: it has
     * not connected since the broker started, or since other rules are in force.
     */
    @Nullable Permissions latestPermissions() {
        return outdated ? null : permissions;
    }

    /** What its client may do; for a session that has a connection. */
    public Permissions permissions() {
        return Objects.requireNonNull(permissions, "no client has connected");
    }

    /**
     * Whether a message on a topic may be delivered; from any thread. As long as nobody knows what
     * the client may do it is queued, and this is asked again when it is sent.
     */
    public boolean mayReceive(TopicName topic) {
        Permissions asked = checked;
        return asked == null || asked.receive(topic).isAllowed();
    }

    /**
     * Gives its client these permissions and takes back the subscriptions that they do not allow.
     *
     * @param identity who the client is
     * @return how many subscriptions that were
     */
    public int authorize(Identity identity, Permissions given) {
        client = identity;
        permissions = given;
        checked = given.receivesAll() ? null : given;
        outdated = false;
        int revoked = 0;
        for (Subscription subscription : List.copyOf(subscriptions.all())) {
            Verdict verdict = given.subscribe(subscription.filter());
            SubscriptionRequest request = subscription.request();
            if (!verdict.isAllowed()) {
                unsubscribe(subscription.filter());
                denials().revoked(subscription.filter(), verdict);
                revoked++;
            } else if (verdict.maximumQos() < request.maximumQos()) {
                subscriptions.make(
                        request.upTo(verdict.maximumQos()), subscription.id(), 0); // replaces it
            }
        }
        return revoked;
    }

    /**
     * Gives its client the permissions that it has by other rules now. One that has gone keeps
     * those that it had for what it is sent, which is asked about again when it comes back, but not
     * for its will.
     *
     * @param dryRun whether only to count
     * @return how many subscriptions are taken back
     */
    public int reauthorize(Authorizer rules, boolean dryRun) {
        Outbound connection = holder;
        Identity identity = client;
        if (connection == null || identity == null) {
            outdated |= !dryRun;
            return 0;
        }
        Permissions given = rules.permissionsOf(identity, connection.origin());
        return dryRun ? wouldRevoke(given) : authorize(identity, given);
    }

    /** How many of its subscriptions permissions do not allow. */
    private int wouldRevoke(Permissions others) {
        int revoked = 0;
        for (Subscription subscription : subscriptions.all()) {
            if (!others.subscribe(subscription.filter()).isAllowed()) {
                revoked++;
            }
        }
        return revoked;
    }

    /** Keeps a message from its client by the rules; that of a share is for another member. */
    void withhold(Message message, @Nullable Share share) {
        Permissions asked = permissions;
        if (share != null) {
            share.takeBack(message);
        } else if (asked != null) {
            TopicName topic = message.topic();
            denials().note(Act.RECEIVE, topic.bytes(), asked.receive(topic));
            dropped(DropReason.NOT_AUTHORIZED, topic);
        }
    }

    /** What its client was refused. */
    public Denials denials() {
        Denials present = denials;
        if (present == null) {
            present =
                    new Denials(
                            clientId,
                            surroundings.shard(),
                            surroundings.log(),
                            surroundings.troubles());
            denials = present;
        }
        return present;
    }

    // --- connection -----------------------------------------------------------------------------

    /** Makes it belong to a connection; {@link #attach} is to follow when CONNACK was sent. */
    public void claim(Outbound connection) {
        holder = connection;
        recorder = connection.recorder();
    }

    /** Sends to the connection that it belongs to: the flows under way, and then the queue. */
    @SuppressWarnings("ReferenceEquality") // each connection is its own
    public void attach() {
        Outbound to = holder;
        log.resume(resumed -> {
            forwarding.takeUp(resumed);
            if (to != null && holder == to) { // it has not closed while flows were read
                start(to);
            }
        });
    }

    private void start(Outbound to) {
        connected = true;
        if (inbound != null) {
            inbound.startConnection();
        }
        forwarding.start(to);
        subscriptions.memberReady();
    }

    /** Takes its connection away. */
    public void detach() {
        holder = null;
        client = null;
        connected = false;
        forwarding.stop();
    }

    /** The packets of its connection are of no interest any more: its client says good-bye. */
    public void forgetPackets() {
        recorder = null;
    }

    /** The packets of its last connection; null if none are noted. */
    @Nullable FlightRecorder recorder() {
        return recorder;
    }

    /** Ends it: subscriptions go, shared messages go to other members, the rest is dropped. */
    void end() {
        subscriptions.end();
        forwarding.end();
        log.deleted();
    }

    // --- subscriptions --------------------------------------------------------------------------

    /**
     * Makes or replaces a subscription; {@link #pump} sends the retained messages that it asks for.
     *
     * @param most how many subscriptions it may have
     * @return the reason code for SUBACK
     */
    public ReasonCode subscribe(SubscriptionRequest request, int subscriptionId, int most) {
        Subscriptions.Made made = subscriptions.make(request, subscriptionId, most);
        if (made == null) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        forwarding.oweRetained(made.subscription(), made.isNew());
        return ReasonCode.granted(request.maximumQos());
    }

    /** Removes a subscription; false if there is none with this very filter. */
    public boolean unsubscribe(TopicFilter filter) {
        forwarding.forgetRetained(filter);
        return subscriptions.remove(filter);
    }

    // --- messages -------------------------------------------------------------------------------

    /**
     * Takes a message that matched (§4.3): sends it at once, queues it, or drops it by a limit,
     * which is counted.
     *
     * @param qos the QoS of this delivery, 0 to 2
     * @param subscriptionIds the identifiers of the subscriptions that matched
     * @param share the shared subscription that chose this session, or null
     * @return whether it has taken charge of the copy; false once it has ended
     */
    public boolean deliver(
            Message message,
            int qos,
            boolean retain,
            int[] subscriptionIds,
            @Nullable Share share) {
        return forwarding.deliver(message, qos, retain, subscriptionIds, share);
    }

    /** Sends what may be sent. */
    public void pump() {
        forwarding.pump();
    }

    /** Counts a message that it misses. */
    void dropped(DropReason reason, TopicName topic) {
        if (drops == null) {
            drops = new DropCounts(clientId, surroundings);
        }
        drops.count(reason, topic);
    }

    /** PUBACK from the client; false if no flow waits for it. */
    public boolean acknowledged(int packetId) {
        return forwarding.acknowledged(packetId);
    }

    /** PUBREC with a failure: the message counts as acknowledged [v5 MQTT-4.4.0-2]. */
    public boolean refused(int packetId) {
        return forwarding.refused(packetId);
    }

    /**
     * PUBREC from the client; the caller sends PUBREL when that is stored.
     *
     * @return false if no flow has this packet identifier
     */
    public boolean received(int packetId) {
        return forwarding.received(packetId);
    }

    /** PUBCOMP from the client; false if no flow waits for it. */
    public boolean completed(int packetId) {
        return forwarding.completed(packetId);
    }
}
