package io.godwit.broker.session;

import io.godwit.broker.spi.Delivery;

/** The state of one QoS 1 or QoS 2 delivery to a client (§4.3), by what it waits for. */
public sealed interface OutboundFlow {

    /** The packet identifier that is in use for it. */
    int packetId();

    /** The sequence of its delivery. */
    long sequence();

    /** A QoS 1 PUBLISH was sent (§4.3.2). */
    record AwaitingPubAck(int packetId, Delivery delivery) implements OutboundFlow {
        @Override
        public long sequence() {
            return delivery.sequence();
        }
    }

    /** A QoS 2 PUBLISH was sent (§4.3.3). */
    record AwaitingPubRec(int packetId, Delivery delivery) implements OutboundFlow {
        @Override
        public long sequence() {
            return delivery.sequence();
        }
    }

    /**
     * PUBREC was received and PUBREL sent (§4.3.3).
     *
     * @param counted whether the PUBLISH was sent on the present connection, so that its PUBCOMP
     *     gives back send quota
     */
    record AwaitingPubComp(int packetId, long sequence, boolean counted) implements OutboundFlow {}
}
