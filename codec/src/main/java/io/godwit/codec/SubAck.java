package io.godwit.codec;

import java.util.List;

/**
 * SUBACK (§3.9): a reason code for each request, in the same order. Before version 5 every failure
 * is 0x80 on the wire.
 */
public record SubAck(int packetId, List<ReasonCode> reasonCodes, Properties properties)
        implements Packet {

    /** Keeps an unmodifiable copy of the reason codes. */
    public SubAck {
        reasonCodes = List.copyOf(reasonCodes);
    }

    /** A SUBACK without properties. */
    public SubAck(int packetId, List<ReasonCode> reasonCodes) {
        this(packetId, reasonCodes, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
