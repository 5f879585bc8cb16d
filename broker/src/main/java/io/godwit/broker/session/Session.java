package io.godwit.broker.session;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.session.OutboundFlow.AwaitingPubAck;
import io.godwit.broker.session.OutboundFlow.AwaitingPubComp;
import io.godwit.broker.session.OutboundFlow.AwaitingPubRec;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.Share;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Session State (§4.1): subscriptions, flows in both directions and the queue of one client. It
 * lives on its home shard and only that shard's loop touches it, but for {@link #isConnected} and
 * {@link #isCongested}.
 */
public final class Session {

    /** What all sessions of a shard share. */
    record Surroundings(
            Shard shard,
            Limits limits,
            MemoryBudget.Account budget,
            RetainedStore retained,
            Routing routing,
            LogGate log) {}

    private final String clientId;
    private final Surroundings surroundings;
    private final SessionLog log;
    private final SessionQueue queue;
    private final InboundFlows inbound = new InboundFlows();

    private final Subscriptions subscriptions;
    private @Nullable OutboundFlows flows;
    private @Nullable RetainedBacklog backlog;
    private final DropCounts drops;
    private @Nullable Outbound outbound;
    private volatile boolean connected;
    private volatile boolean congested;
    private volatile long fullUntil;
    private boolean ended;
    private boolean pumping;
    private long sequence;

    /** Up to when {@link RetainedBacklog} has used its pace, in milliseconds times that. */
    long lookUpsPaidAt;

    Session(String clientId, Surroundings surroundings, SessionLog log) {
        this.clientId = clientId;
        this.surroundings = surroundings;
        this.log = log;
        this.drops = new DropCounts(clientId, surroundings.shard(), surroundings.log());
        this.subscriptions = new Subscriptions(this, surroundings, log);
        this.queue =
                new SessionQueue(
                        log,
                        surroundings.limits(),
                        surroundings.budget(),
                        surroundings.shard().counters());
    }

    /** The Client Identifier. */
    public String clientId() {
        return clientId;
    }

    /** The shard that it lives on. */
    public Shard home() {
        return surroundings.shard();
    }

    /** Whether it has a connection; from any thread. */
    public boolean isConnected() {
        return connected;
    }

    /** Whether messages wait for its client to read or acknowledge; from any thread. */
    public boolean isCongested() {
        return congested;
    }

    /**
     * Whether a message at QoS 1 or 2 would be over a limit of its queue; from any thread.
     *
     * @param wallMillis the wall clock: once the oldest message has expired there is room
     */
    public boolean isFull(long wallMillis) {
        return wallMillis < fullUntil;
    }

    /** Its subscriptions; not to be changed. */
    public Collection<Subscription> subscriptions() {
        return subscriptions.all();
    }

    /** How many messages wait in its queue. */
    public int queued() {
        return queue.size();
    }

    /** How many deliveries are under way. */
    public int inFlight() {
        return flows == null ? 0 : flows.size();
    }

    /** How many messages it missed for a reason. */
    public long dropped(DropReason reason) {
        return drops.of(reason);
    }

    SessionLog log() {
        return log;
    }

    /** What it sends through, or null while its client is not connected. */
    @Nullable Outbound outbound() {
        return outbound;
    }

    // --- connection -----------------------------------------------------------------------------

    /** Gives it a connection, to which the flows under way and then the queue are sent. */
    public void attach(Outbound newOutbound) {
        outbound = newOutbound;
        connected = true;
        inbound.startConnection();
        if (flows != null) {
            flows.startConnection(quota(newOutbound));
        }
        pump();
        subscriptions.memberReady();
    }

    /** Takes its connection away. */
    public void detach() {
        outbound = null;
        connected = false;
        congested = false;
        if (flows != null) {
            flows.endConnection();
        }
        queue.dropQos0();
        if (backlog != null) {
            backlog.rest();
        }
        noteWaiting(false);
    }

    private int quota(Outbound to) {
        return Math.min(to.receiveMaximum(), surroundings.limits().session().inFlight());
    }

    /** Ends it: subscriptions go, shared messages go to other members, the rest is dropped. */
    void end() {
        ended = true;
        subscriptions.end();
        if (backlog != null) {
            backlog.end();
            backlog = null;
        }
        if (flows != null) {
            flows.inOrder().forEach(this::giveUp);
            flows = null;
        }
        Delivery head;
        while ((head = queue.next(true)) != null) {
            queue.take(head);
            letGo(head);
            if (head.share() != null) {
                head.share().takeBack(head.message());
            } else {
                dropped(head, DropReason.SESSION_ENDED);
            }
        }
        log.deleted();
    }

    private void giveUp(OutboundFlow flow) {
        switch (flow) {
            case AwaitingPubAck(int packetId, Delivery delivery) -> {
                letGo(delivery);
                if (delivery.share() != null) {
                    delivery.share().takeBack(delivery.message());
                }
            }
            // [v5 MQTT-4.8.2-5]: a QoS 2 message that was sent goes to nobody else
            case AwaitingPubRec(int packetId, Delivery delivery) -> letGo(delivery);
            case AwaitingPubComp _ -> {}
        }
    }

    // --- subscriptions --------------------------------------------------------------------------

    /**
     * Makes or replaces a subscription; {@link #pump} sends the retained messages that it asks for.
     *
     * @return the reason code for SUBACK
     */
    public ReasonCode subscribe(SubscriptionRequest request, int subscriptionId) {
        Subscriptions.Made made = subscriptions.make(request, subscriptionId);
        if (made == null) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        oweRetained(made.subscription(), made.isNew());
        return ReasonCode.granted(request.maximumQos());
    }

    /** Removes a subscription; false if there is none with this very filter. */
    public boolean unsubscribe(TopicFilter filter) {
        if (backlog != null) {
            backlog.forget(filter);
        }
        return subscriptions.remove(filter);
    }

    /** Notes whether a subscription is owed retained messages; {@link #pump} sends them. */
    private void oweRetained(Subscription subscription, boolean isNew) {
        if (RetainedBacklog.isOwed(subscription.request(), isNew)) {
            if (backlog == null) {
                backlog = new RetainedBacklog(this, surroundings);
            }
            backlog.ask(subscription);
        }
    }

    // --- delivery -------------------------------------------------------------------------------

    /**
     * Takes a message that matched (§4.3): sends it at once, queues it, or drops it by a limit,
     * which is counted.
     *
     * @param qos the QoS of this delivery, 0 to 2
     * @param subscriptionIds the identifiers of the subscriptions that matched
     * @param share the shared subscription that chose this session, or null
     */
    public void deliver(
            Message message,
            int qos,
            boolean retain,
            int[] subscriptionIds,
            @Nullable Share share) {
        if (ended || qos == 0 && outbound == null) {
            return;
        }
        Delivery delivery = new Delivery(message, qos, retain, subscriptionIds, share, sequence++);
        if (outbound != null && canSendNow(outbound, delivery)) {
            send(outbound, delivery);
            return;
        }
        DropReason refused = queue.offer(delivery, connected, home().wallMillis(), this::dropped);
        if (refused != null) {
            dropped(delivery, refused);
        }
        noteWaiting(refused == DropReason.QUEUE_BYTES);
    }

    /**
     * Tells other threads how full the queue is; volatile fields are written only on a change.
     *
     * @param tooLarge whether a message was just refused for its size
     */
    private void noteWaiting(boolean tooLarge) {
        boolean waits = outbound != null && (backlog != null || !queue.isEmpty());
        if (congested != waits) {
            congested = waits;
        }
        long until = tooLarge || queue.full(0) != null ? queue.fullUntil(outbound == null) : 0;
        if (fullUntil != until) {
            fullUntil = until;
        }
    }

    private boolean canSendNow(Outbound to, Delivery delivery) {
        if (pumping || backlog != null || !to.hasRoom() || queue.next(hasQuota()) != null) {
            return false; // what waits and may be sent goes first [v5 MQTT-3.3.4-10]
        }
        return delivery.qos() == 0
                || hasQuota() && surroundings.budget().holdToSend(delivery.message());
    }

    private boolean hasQuota() {
        return flows == null || flows.hasQuota() && !flows.isResending();
    }

    /** Sends a delivery that is counted in the budget if it is not at QoS 0. */
    private void send(Outbound to, Delivery delivery) {
        int packetId = 0;
        if (delivery.qos() > 0) {
            packetId = startFlow(to, delivery);
        }
        if (!to.publish(delivery, packetId, false)) { // [v5 MQTT-3.1.2-24], [v5 MQTT-3.1.2-25]
            if (packetId != 0 && flows != null) {
                flows.cancel(packetId);
                log.completed(packetId);
                letGo(delivery);
            }
            dropped(delivery, DropReason.PACKET_TOO_LARGE);
        }
    }

    /** Sends a delivery that is not counted yet, or drops it: waiting, it would hold up others. */
    private void sendUncounted(Outbound to, Delivery delivery) {
        if (delivery.qos() == 0 || surroundings.budget().hold(delivery.message())) {
            send(to, delivery);
        } else {
            dropped(delivery, DropReason.MEMORY);
        }
    }

    private int startFlow(Outbound to, Delivery delivery) {
        if (flows == null) {
            flows = new OutboundFlows();
            flows.startConnection(quota(to));
        }
        int packetId = flows.start(delivery);
        log.sent(delivery, packetId);
        return packetId;
    }

    private void letGo(Delivery delivery) {
        if (delivery.qos() > 0) {
            surroundings.budget().letGo(delivery.message());
        }
    }

    /** Sends what may be sent: flows to repeat, retained messages that are owed, then the queue. */
    public void pump() {
        if (pumping || outbound == null) {
            return;
        }
        pumping = true; // publish() may make room or close, never call back into here
        try {
            Outbound to = outbound;
            resend(to);
            sendBacklog(to);
            sendQueue(to);
        } finally {
            pumping = false;
        }
        noteWaiting(false);
    }

    private void resend(Outbound to) {
        OutboundFlow flow;
        while (flows != null && to.hasRoom() && (flow = flows.nextToResend()) != null) {
            switch (flow) {
                case AwaitingPubAck(int packetId, Delivery delivery) ->
                        repeat(to, packetId, delivery);
                case AwaitingPubRec(int packetId, Delivery delivery) ->
                        repeat(to, packetId, delivery);
                case AwaitingPubComp again -> to.release(again.packetId());
            }
        }
    }

    private void repeat(Outbound to, int packetId, Delivery delivery) {
        if (!to.publish(delivery, packetId, true) && flows != null) { // [v5 MQTT-3.3.1-1]
            flows.cancel(packetId);
            log.completed(packetId);
            letGo(delivery);
            dropped(delivery, DropReason.PACKET_TOO_LARGE);
        }
    }

    private void sendBacklog(Outbound to) {
        while (backlog != null && to.hasRoom()) {
            RetainedBacklog.Owed owed = backlog.peek();
            if (owed == null) {
                backlog = backlog.isEmpty() ? null : backlog;
                return;
            }
            Delivery delivery =
                    owed.delivery(surroundings.retained(), home().wallMillis(), sequence++);
            if (delivery != null && delivery.qos() > 0 && !hasQuota()) {
                return;
            }
            backlog.poll();
            if (delivery != null) {
                sendUncounted(to, delivery);
            }
        }
    }

    private void sendQueue(Outbound to) {
        while (backlog == null && to.hasRoom()) {
            Delivery head = queue.next(hasQuota());
            if (head == null) {
                return;
            }
            queue.take(head);
            if (head.message().isExpired(home().wallMillis())) { // [v5 MQTT-3.3.2-5]
                surroundings.budget().letGo(head.message());
                dropped(head, DropReason.EXPIRED);
                continue;
            }
            if (head.qos() == 0) {
                surroundings.budget().letGo(head.message());
            }
            send(to, head);
        }
    }

    private void dropped(Delivery delivery, DropReason reason) {
        dropped(reason, delivery.message().topic());
    }

    /** Counts a message that it misses. */
    void dropped(DropReason reason, TopicName topic) {
        drops.count(reason, topic);
    }

    // --- acknowledgements -----------------------------------------------------------------------

    /** PUBACK from the client; false if no flow waits for it. */
    public boolean acknowledged(int packetId) {
        Delivery delivery = flows == null ? null : flows.acknowledge(packetId);
        return finished(packetId, delivery);
    }

    /** PUBREC with a failure: the message counts as acknowledged [v5 MQTT-4.4.0-2]. */
    public boolean refused(int packetId) {
        Delivery delivery = flows == null ? null : flows.refuse(packetId);
        return finished(packetId, delivery);
    }

    private boolean finished(int packetId, @Nullable Delivery delivery) {
        if (delivery == null) {
            return false;
        }
        letGo(delivery);
        log.completed(packetId);
        pump();
        return true;
    }

    /**
     * PUBREC from the client; the caller sends PUBREL.
     *
     * @return false if no flow has this packet identifier
     */
    public boolean received(int packetId) {
        Delivery delivery = flows == null ? null : flows.receive(packetId);
        if (delivery != null) {
            letGo(delivery);
            log.received(packetId);
            return true;
        }
        return flows != null && flows.get(packetId) instanceof AwaitingPubComp;
    }

    /** PUBCOMP from the client; false if no flow waits for it. */
    public boolean completed(int packetId) {
        if (flows == null || !flows.complete(packetId)) {
            return false;
        }
        log.completed(packetId);
        pump();
        return true;
    }

    // --- what the client sends at QoS 2 ---------------------------------------------------------

    /** Whether a QoS 2 message under this identifier was accepted and not released. */
    public boolean isUnreleased(int packetId) {
        return inbound.isUnreleased(packetId);
    }

    /** How many QoS 2 messages that this connection sent are unreleased. */
    public int unreleased() {
        return inbound.count();
    }

    /** Remembers an accepted QoS 2 message. */
    public void accepted(int packetId) {
        inbound.accept(packetId);
        log.accepted(packetId);
    }

    /** PUBREL from the client; false if the identifier is not in use. */
    public boolean released(int packetId) {
        if (!inbound.release(packetId)) {
            return false;
        }
        log.released(packetId);
        return true;
    }
}
