package io.godwit.codec;

/** PINGREQ (§3.12). */
public record PingReq() implements Packet {

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
