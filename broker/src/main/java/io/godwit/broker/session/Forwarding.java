package io.godwit.broker.session;

import io.godwit.broker.session.OutboundFlow.AwaitingPubAck;
import io.godwit.broker.session.OutboundFlow.AwaitingPubComp;
import io.godwit.broker.session.OutboundFlow.AwaitingPubRec;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.Share;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session forwards to its client (§4.3): flows to repeat, retained messages that it is owed,
 * the queue, and what comes in while nothing waits. On the session's shard only, but for {@link
 * #isCongested} and {@link #isFull}.
 */
final class Forwarding {

    private final Session session;
    private final Session.Surroundings surroundings;
    private final SessionLog log;
    private final SessionQueue queue;
    private @Nullable OutboundFlows flows;
    private @Nullable RetainedBacklog backlog;
    private @Nullable Unsent unsent;
    private @Nullable Outbound outbound;
    private volatile boolean congested;
    private volatile long fullUntil;
    private boolean ended;
    private boolean pumping;
    private long sequence;

    /** The sequence of retained messages for new subscriptions, which go ahead of the queue. */
    private long ahead = Delivery.AHEAD;

    Forwarding(Session session, Session.Surroundings surroundings, SessionLog log) {
        this.session = session;
        this.surroundings = surroundings;
        this.log = log;
        this.queue =
                new SessionQueue(
                        log,
                        surroundings.limits(),
                        surroundings.budget(),
                        surroundings.shard().counters());
    }

    private Shard home() {
        return surroundings.shard();
    }

    /** Whether messages wait for the client to read or acknowledge; from any thread. */
    boolean isCongested() {
        return congested;
    }

    /** Whether a message at QoS 1 or 2 would be over a limit of the queue; from any thread. */
    boolean isFull(long wallMillis) {
        return wallMillis < fullUntil;
    }

    /** Whether nothing waits, and no flow is under way. */
    boolean isDrained() {
        return backlog == null && unsent == null && inFlight() == 0 && queue.isEmpty();
    }

    /** How many messages wait in the queue. */
    int queued() {
        return queue.size();
    }

    /** What the queue holds, in bytes. */
    long queuedBytes() {
        return queue.bytes();
    }

    /** How many deliveries are under way. */
    int inFlight() {
        return flows == null ? 0 : flows.size();
    }

    // --- connection -----------------------------------------------------------------------------

    /** Goes on behind what an earlier process has delivered. */
    void startAt(long newSequence) {
        sequence = newSequence;
    }

    /** Takes up flows of an earlier process. */
    void takeUp(List<SessionLog.Flow> resumed) {
        if (!resumed.isEmpty()) {
            flows = OutboundFlows.resumed(resumed, home().counters());
            for (SessionLog.Flow flow : resumed) {
                if (flow.sequence() >= Delivery.AHEAD) {
                    ahead = Math.max(ahead, flow.sequence() + 1);
                } else {
                    sequence = Math.max(sequence, flow.sequence() + 1);
                }
            }
        }
    }

    /** Sends to a connection from now on. */
    void start(Outbound to) {
        outbound = to;
        if (flows != null) {
            flows.startConnection(to.receiveMaximum());
        }
        pump();
    }

    /** The connection is gone. */
    void stop() {
        outbound = null;
        if (unsent != null) {
            unsent.giveUp();
            unsent = null;
        }
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

    /** Shared messages go to other members, the rest is dropped. */
    void end() {
        ended = true;
        if (backlog != null) {
            backlog.end();
            backlog = null;
        }
        if (flows != null) {
            flows.giveUp().forEach(this::giveUp);
            flows = null;
        }
        Delivery head;
        while ((head = queue.next(true)) != null) {
            queue.take(head);
            queue.giveUp(head);
            if (head.share() != null) {
                head.share().takeBack(head.message());
            } else {
                dropped(head, DropReason.SESSION_ENDED);
            }
        }
        int unread = log.queued();
        home().counters().add(DropReason.SESSION_ENDED.counter(), unread);
        home().counters().unqueued(unread, log.queuedBytes());
    }

    private void giveUp(OutboundFlow flow) {
        switch (flow) {
            case AwaitingPubAck(int packetId, Delivery delivery) -> {
                letGo(delivery);
                if (delivery.share() != null) {
                    delivery.share().takeBack(delivery.message());
                } else {
                    home().counters().add(DropReason.SESSION_ENDED.counter(), 1);
                }
            }
            // [v5 MQTT-4.8.2-5]: a QoS 2 message that was sent goes to nobody else
            case AwaitingPubRec(int packetId, Delivery delivery) -> {
                letGo(delivery);
                home().counters().add(DropReason.SESSION_ENDED.counter(), 1);
            }
            case AwaitingPubComp _ -> {}
        }
    }

    // --- retained messages that are owed --------------------------------------------------------

    /** Notes whether a subscription is owed retained messages; {@link #pump} sends them. */
    void oweRetained(Subscription subscription, boolean isNew) {
        if (RetainedBacklog.isOwed(subscription.request(), isNew)) {
            if (backlog == null) {
                backlog = new RetainedBacklog(session, surroundings);
            }
            backlog.ask(subscription);
        }
    }

    /** A subscription has ended, and is owed nothing. */
    void forgetRetained(TopicFilter filter) {
        if (backlog != null) {
            backlog.forget(filter);
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
     * @return false once the session has ended: then it is no copy
     */
    boolean deliver(
            Message message,
            int qos,
            boolean retain,
            int[] subscriptionIds,
            @Nullable Share share) {
        if (ended) {
            return false;
        }
        if (qos == 0 && outbound == null) {
            home().counters().increment(Counter.DROPPED_OFFLINE);
            return true;
        }
        if (!session.mayReceive(message.topic())) {
            session.withhold(message, share);
            return true;
        }
        Delivery delivery = new Delivery(message, qos, retain, subscriptionIds, share, sequence++);
        if (outbound != null && canSendNow(outbound, delivery)) {
            send(outbound, delivery);
            return true;
        }
        DropReason refused =
                queue.offer(delivery, outbound != null, home().wallMillis(), this::dropped);
        if (refused != null) {
            dropped(delivery, refused);
        }
        noteWaiting(refused == DropReason.QUEUE_BYTES);
        return true;
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
        if (delivery.qos() == 0) {
            return unsent == null;
        }
        boolean storedFirst = delivery.qos() == 2 && log.isKept();
        return !storedFirst
                && !queue.hasAcknowledged()
                && hasQuota()
                && surroundings.budget().holdToSend(delivery.message());
    }

    private boolean hasQuota() {
        return flows == null || flows.hasQuota() && !flows.isResending();
    }

    /** Sends a delivery that is counted in the budget if it is not at QoS 0. */
    private void send(Outbound to, Delivery delivery) {
        int packetId = delivery.qos() > 0 ? startFlow(to, delivery) : 0;
        if (unsent == null && (delivery.qos() < 2 || !log.isKept())) {
            publish(to, delivery, packetId, false);
            return;
        }
        if (unsent == null) {
            unsent = new Unsent(home().counters());
        }
        Unsent waiting = unsent;
        long place = waiting.add(delivery, packetId);
        session.whenStored(failure -> sendStored(waiting, place, failure));
    }

    /** Sends what waited for its packet identifiers, up to a place, to be stored. */
    @SuppressWarnings("ReferenceEquality") // those of another connection are not this one's
    private void sendStored(Unsent waiting, long place, @Nullable StoreFailure failure) {
        Outbound to = outbound;
        if (to == null || unsent != waiting) {
            return;
        }
        if (failure != null) {
            to.close(failure.reasonCode(), "its packet identifiers: " + failure.why());
            return;
        }
        waiting.stored(place);
        while (waiting.isReady() && unsent == waiting) {
            waiting.sendFirst((delivery, packetId) -> publish(to, delivery, packetId, false));
        }
        if (waiting.isEmpty() && unsent == waiting) {
            unsent = null;
            pump();
        }
    }

    private void publish(Outbound to, Delivery delivery, int packetId, boolean dup) {
        if (!to.publish(delivery, packetId, dup)) { // [v5 MQTT-3.1.2-24], [v5 MQTT-3.1.2-25]
            if (packetId != 0) {
                cancel(delivery, packetId);
            }
            dropped(delivery, DropReason.PACKET_TOO_LARGE);
        }
    }

    private void cancel(Delivery delivery, int packetId) {
        if (flows != null) {
            flows.cancel(packetId);
            log.completed(packetId);
            letGo(delivery);
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
            flows = new OutboundFlows(home().counters());
            flows.startConnection(to.receiveMaximum());
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
    void pump() {
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
                // [v5 MQTT-3.3.1-1]
                case AwaitingPubAck(int packetId, Delivery delivery) ->
                        resend(to, delivery, packetId);
                case AwaitingPubRec(int packetId, Delivery delivery) ->
                        resend(to, delivery, packetId);
                case AwaitingPubComp again -> to.release(again.packetId());
            }
        }
    }

    private void resend(Outbound to, Delivery delivery, int packetId) {
        if (session.mayReceive(delivery.message().topic())) {
            publish(to, delivery, packetId, true);
        } else {
            cancel(delivery, packetId);
            // at QoS 2 it goes to nobody else [v5 MQTT-4.8.2-5]
            session.withhold(delivery.message(), delivery.qos() == 1 ? delivery.share() : null);
        }
    }

    private void sendBacklog(Outbound to) {
        while (backlog != null && to.hasRoom()) {
            RetainedBacklog.Owed owed = backlog.peek();
            if (owed == null) {
                backlog = backlog.isEmpty() ? null : backlog;
                return;
            }
            Delivery delivery = owed.delivery(surroundings.retained(), home().wallMillis(), ahead);
            if (delivery != null && delivery.qos() > 0 && !hasQuota()) {
                return;
            }
            backlog.poll();
            if (delivery == null) {
                continue;
            }
            home().counters().add(Counter.COPIES_RETAINED, 1);
            if (!session.mayReceive(owed.topic())) {
                session.withhold(delivery.message(), null);
            } else {
                ahead++;
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
            if (hasExpired(head.message())) { // [v5 MQTT-3.3.2-5]
                queue.giveUp(head);
                dropped(head, DropReason.EXPIRED);
                continue;
            }
            if (!session.mayReceive(head.message().topic())) {
                queue.giveUp(head);
                session.withhold(head.message(), head.share());
                continue;
            }
            if (head.qos() == 0) {
                surroundings.budget().letGo(head.message());
            }
            send(to, head);
        }
    }

    /** Asks the clock, which costs more than the rest, only for a message that may expire. */
    private boolean hasExpired(Message message) {
        return message.expiresAt() != Message.NEVER && message.isExpired(home().wallMillis());
    }

    private void dropped(Delivery delivery, DropReason reason) {
        session.dropped(reason, delivery.message().topic());
    }

    /** PUBACK from the client; false if no flow waits for it. */
    boolean acknowledged(int packetId) {
        return finished(packetId, flows == null ? null : flows.acknowledge(packetId));
    }

    /** PUBREC with a failure: the message counts as acknowledged [v5 MQTT-4.4.0-2]. */
    boolean refused(int packetId) {
        return finished(packetId, flows == null ? null : flows.refuse(packetId));
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
    boolean received(int packetId) {
        Delivery delivery = flows == null ? null : flows.receive(packetId);
        if (delivery != null) {
            letGo(delivery);
            log.received(packetId);
            return true;
        }
        return flows != null && flows.get(packetId) instanceof AwaitingPubComp;
    }

    /** PUBCOMP from the client; false if no flow waits for it. */
    boolean completed(int packetId) {
        if (flows == null || !flows.complete(packetId)) {
            return false;
        }
        log.completed(packetId);
        pump();
        return true;
    }
}
