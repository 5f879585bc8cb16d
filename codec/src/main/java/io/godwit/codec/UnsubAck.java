package io.godwit.codec;

import java.util.List;

/**
 * UNSUBACK (§3.11): a reason code for each filter, in the same order. Before version 5 only the
 * packet identifier is on the wire, and a decoded one has no reason codes.
 */
public record UnsubAck(int packetId, List<ReasonCode> reasonCodes, Properties properties)
        implements Packet {

    /** Keeps an unmodifiable copy of the reason codes. */
    public UnsubAck {
        reasonCodes = List.copyOf(reasonCodes);
    }

    /** An UNSUBACK without properties. */
    public UnsubAck(int packetId, List<ReasonCode> reasonCodes) {
        this(packetId, reasonCodes, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
