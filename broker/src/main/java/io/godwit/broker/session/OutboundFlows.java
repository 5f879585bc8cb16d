package io.godwit.broker.session;

import io.godwit.broker.session.OutboundFlow.AwaitingPubAck;
import io.godwit.broker.session.OutboundFlow.AwaitingPubComp;
import io.godwit.broker.session.OutboundFlow.AwaitingPubRec;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.SessionLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a session that are under way, with their packet identifiers and the send quota
 * (§4.9). On the session's shard only.
 */
final class OutboundFlows {

    private static final int LARGEST_ID = 65_535;

    /** A ring by packet identifier: an identifier is free when its place is. */
    private @Nullable OutboundFlow[] places = new OutboundFlow[8];

    /** When the flow of each place was started, counted in flows. */
    private long[] startedAt = new long[8];

    private long started;

    private final Counters counters;
    private final ArrayDeque<OutboundFlow> toResend = new ArrayDeque<>(0);
    private int size;
    private int lastId;
    private int counted;
    private int quota;

    /** None, to be counted there. */
    OutboundFlows(Counters counters) {
        this.counters = counters;
    }

    /** Those that the store has kept, in the order in which they were started. */
    static OutboundFlows resumed(List<SessionLog.Flow> kept, Counters counters) {
        OutboundFlows flows = new OutboundFlows(counters);
        counters.add(Counter.COPIES_RECOVERED, kept.size());
        counters.add(Counter.FLOWS_STARTED, kept.size());
        while (flows.collide(kept)) {
            flows.places = new OutboundFlow[flows.places.length * 2];
            flows.startedAt = new long[flows.places.length];
        }
        for (SessionLog.Flow flow : kept) {
            flows.put(of(flow), flows.started++);
            flows.lastId = Math.max(flows.lastId, flow.packetId());
        }
        flows.size = kept.size();
        return flows;
    }

    private static OutboundFlow of(SessionLog.Flow flow) {
        Delivery delivery = flow.delivery();
        if (delivery == null) {
            return new AwaitingPubComp(flow.packetId(), flow.sequence(), false);
        }
        return delivery.qos() == 1
                ? new AwaitingPubAck(flow.packetId(), delivery)
                : new AwaitingPubRec(flow.packetId(), delivery);
    }

    /** Whether two packet identifiers would have the same place, or nearly all places be taken. */
    private boolean collide(List<SessionLog.Flow> kept) {
        BitSet taken = new BitSet();
        for (SessionLog.Flow flow : kept) {
            int place = flow.packetId() & (places.length - 1);
            if (taken.get(place)) {
                return true;
            }
            taken.set(place);
        }
        return kept.size() * 2 > places.length && places.length <= LARGEST_ID;
    }

    /** The send quota that a new connection starts with: the most flows it may have under way. */
    void startConnection(int newQuota) {
        quota = newQuota;
        counted = 0;
        toResend.clear();
        toResend.addAll(inOrder()); // [v5 MQTT-4.4.0-1], [v5 MQTT-4.6.0-1]
    }

    /** Whether a new PUBLISH may be sent now [v5 MQTT-3.3.4-9], [v5 MQTT-4.9.0-2]. */
    boolean hasQuota() {
        return counted < quota && size < LARGEST_ID;
    }

    /** How many flows are under way. */
    int size() {
        return size;
    }

    /** Starts the flow of a delivery under a packet identifier that is not in use. */
    int start(Delivery delivery) {
        int id = freeId(); // [v5 MQTT-2.2.1-4], [v5 MQTT-4.3.2-1], [v5 MQTT-4.3.3-1]
        put(
                delivery.qos() == 1
                        ? new AwaitingPubAck(id, delivery)
                        : new AwaitingPubRec(id, delivery),
                started++);
        size++;
        counted++;
        counters.increment(Counter.FLOWS_STARTED);
        return id;
    }

    /** Ends a flow that {@link #start} began and whose PUBLISH turned out too large to send. */
    void cancel(int packetId) {
        end(packetId);
        counted--;
        counters.increment(Counter.FLOWS_GIVEN_UP);
    }

    /**
     * Ends all of them with their session; returns them in the order in which they were started.
     */
    List<OutboundFlow> giveUp() {
        List<OutboundFlow> all = inOrder();
        for (OutboundFlow flow : all) {
            boolean clientHasIt = flow instanceof AwaitingPubComp;
            counters.increment(clientHasIt ? Counter.FLOWS_COMPLETED : Counter.FLOWS_GIVEN_UP);
        }
        return all;
    }

    /** The flow of a packet identifier, or null. */
    @Nullable OutboundFlow get(int packetId) {
        OutboundFlow flow = places[packetId & (places.length - 1)];
        return flow != null && flow.packetId() == packetId ? flow : null;
    }

    /** PUBACK: the flow has ended; null if there was none that waits for it. */
    @Nullable Delivery acknowledge(int packetId) {
        if (get(packetId) instanceof AwaitingPubAck flow) {
            complete(flow);
            finishCount(flow);
            return flow.delivery();
        }
        return null;
    }

    /** PUBREC that refuses: the flow has ended; null if there was none that waits for it. */
    @Nullable Delivery refuse(int packetId) {
        if (get(packetId) instanceof AwaitingPubRec flow) {
            complete(flow);
            finishCount(flow);
            return flow.delivery();
        }
        return null;
    }

    /** PUBREC: the message is the client's; null if no flow waits for it. */
    @Nullable Delivery receive(int packetId) {
        if (get(packetId) instanceof AwaitingPubRec flow) {
            boolean wasCounted = !toResend.remove(flow);
            replace(new AwaitingPubComp(packetId, flow.sequence(), wasCounted));
            return flow.delivery();
        }
        return null;
    }

    /** PUBCOMP: the flow has ended; false if there was none that waits for it. */
    boolean complete(int packetId) {
        if (get(packetId) instanceof AwaitingPubComp flow) {
            complete(flow);
            toResend.remove(flow);
            if (flow.counted() && counted > 0) {
                counted--;
            }
            return true;
        }
        return false;
    }

    /** The next flow that this connection has to send again and may, or null. */
    @Nullable OutboundFlow nextToResend() {
        OutboundFlow next = toResend.peekFirst();
        if (next == null || !(next instanceof AwaitingPubComp) && counted >= quota) {
            return null;
        }
        toResend.pollFirst();
        if (!(next instanceof AwaitingPubComp)) {
            counted++;
        }
        return next;
    }

    /** Whether flows wait to be sent again, so that nothing new may go before them. */
    boolean isResending() {
        return !toResend.isEmpty();
    }

    /** All flows in the order in which they were started. */
    List<OutboundFlow> inOrder() {
        List<OutboundFlow> flows = new ArrayList<>(size);
        for (OutboundFlow flow : places) {
            if (flow != null) {
                flows.add(flow);
            }
        }
        flows.sort(Comparator.comparingLong(flow -> startedAt[placeOf(flow)]));
        return flows;
    }

    /** PUBREL flows that a new connection takes over no longer count against its quota. */
    void endConnection() {
        counted = 0;
        toResend.clear();
        for (int i = 0; i < places.length; i++) {
            if (places[i] instanceof AwaitingPubComp flow && flow.counted()) {
                places[i] = new AwaitingPubComp(flow.packetId(), flow.sequence(), false);
            }
        }
    }

    private void complete(OutboundFlow flow) {
        end(flow.packetId());
        counters.increment(Counter.FLOWS_COMPLETED);
    }

    private void finishCount(OutboundFlow flow) {
        if (!toResend.remove(flow)) {
            counted--;
        }
    }

    private int freeId() {
        if (size * 2 >= places.length && places.length <= LARGEST_ID) {
            grow();
        }
        int mask = places.length - 1;
        int id = lastId;
        do {
            id = id == LARGEST_ID ? 1 : id + 1;
        } while (places[id & mask] != null);
        lastId = id;
        return id;
    }

    private void grow() {
        OutboundFlow[] old = Arrays.copyOf(places, places.length, OutboundFlow[].class);
        long[] oldStartedAt = startedAt;
        places = new OutboundFlow[old.length * 2];
        startedAt = new long[places.length];
        for (int i = 0; i < old.length; i++) {
            OutboundFlow flow = old[i];
            if (flow != null) {
                put(flow, oldStartedAt[i]);
            }
        }
    }

    private int placeOf(OutboundFlow flow) {
        return flow.packetId() & (places.length - 1);
    }

    private void put(OutboundFlow flow, long when) {
        places[placeOf(flow)] = flow;
        startedAt[placeOf(flow)] = when;
    }

    /** Puts the next state of a flow in the place of the one before. */
    private void replace(OutboundFlow flow) {
        places[placeOf(flow)] = flow;
    }

    private void end(int packetId) {
        places[packetId & (places.length - 1)] = null;
        size--;
    }
}
