package io.godwit.codec;

/**
 * CONNACK (§3.2). Before version 5 the reason code is one of those that have a Connect Return code,
 * see {@link ReasonCode#connectReturnCode()}.
 */
public record ConnAck(boolean sessionPresent, ReasonCode reasonCode, Properties properties)
        implements Packet {

    /** A CONNACK without properties. */
    public ConnAck(boolean sessionPresent, ReasonCode reasonCode) {
        this(sessionPresent, reasonCode, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
