package io.godwit.codec;

/** AUTH (§3.15), version 5 only. */
public record Auth(ReasonCode reasonCode, Properties properties) implements Packet {

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
