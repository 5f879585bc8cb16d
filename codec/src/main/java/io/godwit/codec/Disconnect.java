package io.godwit.codec;

/** DISCONNECT (§3.14). Before version 5 only a client sends it, without a reason code. */
public record Disconnect(ReasonCode reasonCode, Properties properties) implements Packet {

    /** A DISCONNECT without properties. */
    public Disconnect(ReasonCode reasonCode) {
        this(reasonCode, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
