package io.godwit.codec;

/** PINGRESP (§3.13). */
public record PingResp() implements Packet {

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
