package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.codec.PacketType;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages that come: who gets them, and how they are acknowledged. Under the lock. */
final class Inbound {

    /** Messages that handlers may have before them, and their bytes, before nothing is read. */
    static final int MOST_HELD = 1_000;

    static final long MOST_HELD_BYTES = 16L << 20;

    /** As many times that, of QoS 1 and 2 before version 5, end the connection. */
    static final int PATIENCE = 16;

    /** Messages that are not acknowledged, at most: as many as there are Packet Identifiers. */
    private static final int MOST_OPEN = 65_535;

    private final Engine engine;
    private final Journal journal;
    private final Tally tally;

    /** Of QoS 1 and 2 by this connection, not acknowledged, in the order in which they came. */
    private final ArrayDeque<Delivery> order = new ArrayDeque<>();

    /** Of this session, by Packet Identifier, not acknowledged. */
    private final Map<Integer, Delivery> open = new HashMap<>();

    /** Packet Identifiers of QoS 2 messages that were taken and not released. */
    private final BitSet taken = new BitSet();

    private @Nullable Connection connection;
    private int session;
    private int failures;
    private int held;
    private long heldBytes;

    Inbound(Engine engine, Journal journal, Tally tally) {
        this.engine = engine;
        this.journal = journal;
        this.tally = tally;
    }

    void recover(Collection<Integer> packetIds) {
        packetIds.forEach(taken::set);
    }

    void online(Connection now) {
        connection = now;
    }

    /** The connection has ended: the server sends again what was not acknowledged. */
    void offline() {
        connection = null;
        failures = 0;
        for (Delivery delivery : order) {
            if (delivery.isManual() || delivery.failed) {
                open.remove(delivery.packetId(), delivery);
            }
        }
        order.clear();
    }

    void sessionLost() {
        session++;
        open.clear();
        taken.clear();
    }

    /** Whether handlers have as much before them as they may. */
    boolean isFull() {
        return held >= MOST_HELD || heldBytes >= MOST_HELD_BYTES;
    }

    /** Whether it is so much that even an answer is not waited for. */
    private boolean isOverfull() {
        return held >= PATIENCE * MOST_HELD || heldBytes >= PATIENCE * MOST_HELD_BYTES;
    }

    /** A QoS 0 message finds no room. */
    void drop() {
        tally.received++;
        tally.droppedIncoming++;
    }

    /** A message has come, its alias resolved. */
    void receive(Connection from, Publish publish) throws ProtocolError {
        tally.received++;
        if (publish.qos() > 0 && isKnown(from, publish)) {
            advance();
            return;
        }
        List<Receiver> receivers = engine.subscriptions.receivers(publish);
        Delivery delivery = new Delivery(this, publish, receivers, from, session);
        if (publish.qos() > 0) {
            checkRoom(from);
            order.add(delivery);
            open.put(publish.packetId(), delivery);
        }
        if (receivers.isEmpty()) {
            tally.unhandled++;
            answer(delivery, ReasonCode.SUCCESS);
            return;
        }
        held++;
        heldBytes += delivery.bytes();
        receivers.forEach(receiver -> receiver.take(delivery));
    }

    private void checkRoom(Connection from) throws ProtocolError {
        boolean v5 = engine.settings.version().isV5();
        if (v5 && order.size() + failures >= engine.settings.receiveMaximum()) {
            throw new ProtocolError(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "PUBLISH: more than %d messages are not acknowledged"
                            .formatted(engine.settings.receiveMaximum()));
        }
        if (!v5 && (isOverfull() || order.size() >= MOST_OPEN)) {
            from.end(
                    new ConnectionLost(
                            "handlers are so slow that %d messages wait for them"
                                    .formatted(Math.max(held, order.size())),
                            null),
                    null);
        }
    }

    /** Whether it is a message that somebody has or had already; then it only is acknowledged. */
    private boolean isKnown(Connection from, Publish publish) throws ProtocolError {
        int packetId = publish.packetId();
        if (publish.qos() == 2 && taken.get(packetId)) { // [v5 MQTT-4.3.3-10]
            checkRoom(from);
            Delivery again = new Delivery(this, publish, List.of(), from, session);
            open.remove(packetId);
            again.answer = ReasonCode.SUCCESS;
            order.add(again);
            return true;
        }
        Delivery before = open.get(packetId);
        if (before == null || before.qos() != publish.qos()) {
            return false;
        }
        if (before.connection == from) { // only QoS 2 forbids a second one under the identifier
            return publish.qos() == 2;
        }
        if (!publish.dup()) {
            return false;
        }
        before.connection = from; // who has it goes on, and it is acknowledged here
        order.add(before);
        return true;
    }

    /** As {@link io.godwit.client.ReceivedMessage#acknowledge}; any thread. */
    void acknowledge(Delivery delivery, ReasonCode code) {
        boolean known = code.isAllowedIn(PacketType.PUBACK) && code.isAllowedIn(PacketType.PUBREC);
        if (!known) {
            throw new IllegalArgumentException("PUBACK and PUBREC have no reason code " + code);
        }
        engine.lock.lock();
        try {
            if (delivery.connection == connection || !delivery.isManual()) {
                answer(delivery, engine.settings.version().isV5() ? code : ReasonCode.SUCCESS);
            }
        } finally {
            engine.lock.unlock();
        }
    }

    /** Somebody is done with a message; any thread. */
    void finished(Delivery delivery, boolean failed) {
        engine.lock.lock();
        try {
            delivery.failed |= failed;
            delivery.open--;
            if (delivery.open > 0) {
                return;
            }
            held--;
            heldBytes -= delivery.bytes();
            engine.room.signalAll();
            if (!delivery.isManual() && !delivery.failed) {
                answer(delivery, ReasonCode.SUCCESS);
            } else if (delivery.failed) {
                advance();
                checkFailures();
            }
        } finally {
            engine.lock.unlock();
        }
    }

    private void answer(Delivery delivery, ReasonCode code) {
        boolean over = engine.isClosed() || delivery.session() != session;
        if (delivery.qos() == 0 || delivery.answer != null || over) {
            return;
        }
        delivery.answer = code;
        if (delivery.qos() == 2 && !code.isError()) {
            taken.set(delivery.packetId());
            journal.took(delivery.packetId());
        }
        advance();
    }

    /** Acknowledges what is to be, in the order in which it came [v5 MQTT-4.6.0-2]. */
    private void advance() {
        Connection to = connection;
        if (to == null) {
            return;
        }
        for (Delivery head = order.peek(); head != null; head = order.peek()) {
            boolean given = head.failed && head.open == 0 && !head.isManual();
            ReasonCode code = head.answer;
            if (code == null && !given) {
                return;
            }
            order.remove();
            open.remove(head.packetId(), head);
            if (code == null) { // the server sends it again by another connection
                failures++;
            } else {
                to.send(
                        head.qos() == 1
                                ? new PubAck(head.packetId(), code)
                                : new PubRec(head.packetId(), code));
            }
        }
    }

    /** Where nothing more can come since handlers threw at everything, it begins anew. */
    private void checkFailures() {
        Connection from = connection;
        if (from != null && failures >= engine.settings.receiveMaximum()) {
            from.end(
                    new ConnectionLost(
                            "handlers have thrown exceptions at %d messages, as many as may be unacknowledged; by a new connection they come again"
                                    .formatted(failures),
                            null),
                    null);
        }
    }

    /** PUBREL has come [v5 MQTT-4.3.3-11]. */
    void release(Connection from, PubRel packet) {
        int packetId = packet.packetId();
        boolean known = taken.get(packetId);
        if (known) {
            taken.clear(packetId);
            journal.released(packetId);
        }
        from.send(
                new PubComp(
                        packetId,
                        known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                        Properties.NONE));
    }
}
