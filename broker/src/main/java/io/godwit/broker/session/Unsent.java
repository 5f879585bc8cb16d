package io.godwit.broker.session;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
import io.godwit.broker.spi.Delivery;
import java.util.ArrayDeque;

/**
 * Deliveries that have their packet identifier and may not be sent before it is stored, as QoS 2
 * demands for a session that is kept; and those behind them, which must not overtake. On the
 * session's shard only.
 */
final class Unsent {

    private final Counters counters;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>(0);

    /** How many were ever added, and up to which of them identifiers are stored. */
    private long added;

    private long stored;

    private record Entry(Delivery delivery, int packetId, long place) {}

    Unsent(Counters counters) {
        this.counters = counters;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Adds one behind the others; its place is to be given to {@link #stored}. */
    long add(Delivery delivery, int packetId) {
        entries.addLast(new Entry(delivery, packetId, ++added));
        if (packetId == 0) { // others count as under way
            counters.queued(1, delivery.message().size());
        }
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
        if (first.packetId() == 0) {
            counters.unqueued(1, first.delivery().message().size());
        }
        sender.send(first.delivery(), first.packetId());
    }

    /**
     * The connection is gone, and with it what is at QoS 0; the others are sent again as flows of
     * the session.
     */
    void giveUp() {
        for (Entry entry : entries) {
            if (entry.packetId() == 0) {
                counters.unqueued(1, entry.delivery().message().size());
                counters.increment(Counter.DROPPED_OFFLINE);
            }
        }
        entries.clear();
    }

    /** Sends a delivery. */
    interface Sender {
        void send(Delivery delivery, int packetId);
    }
}
