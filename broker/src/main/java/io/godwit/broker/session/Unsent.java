package io.godwit.broker.session;

import io.godwit.broker.spi.Delivery;
import java.util.ArrayDeque;

/**
 * Deliveries that have their packet identifier and may not be sent before it is stored, as QoS 2
 * demands for a session that is kept; and those behind them, which must not overtake. On the
 * session's shard only.
 */
final class Unsent {

    private final ArrayDeque<Entry> entries = new ArrayDeque<>(0);

    /** How many were ever added, and up to which of them identifiers are stored. */
    private long added;

    private long stored;

    private record Entry(Delivery delivery, int packetId, long place) {}

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Adds one behind the others; its place is to be given to {@link #stored}. */
    long add(Delivery delivery, int packetId) {
        entries.addLast(new Entry(delivery, packetId, ++added));
        return added;
    }

    /** The identifiers up to this place are stored. */
    void stored(long place) {
        stored = Math.max(stored, place);
    }

    /** Whether the first one may be sent. */
    boolean isReady() {
        Entry first = entries.peekFirst();
        return first != null && first.place() <= stored;
    }

    /** Takes the first one. */
    void sendFirst(Sender sender) {
        Entry first = entries.removeFirst();
        sender.send(first.delivery(), first.packetId());
    }

    /** Forgets them: they are sent again as flows of the session. */
    void clear() {
        entries.clear();
    }

    /** Sends a delivery. */
    interface Sender {
        void send(Delivery delivery, int packetId);
    }
}
