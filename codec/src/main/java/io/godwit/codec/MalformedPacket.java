package io.godwit.codec;

/** A packet that cannot be parsed according to the specification (§1.2, Malformed Packet). */
public final class MalformedPacket extends PacketException {

    private static final long serialVersionUID = 1L;

    /** A Malformed Packet, reason code 0x81; the message says in words what is wrong. */
    public MalformedPacket(String message) {
        super(ReasonCode.MALFORMED_PACKET, message);
    }

    @Override
    PacketException in(PacketType packet) {
        return new MalformedPacket(packet + ": " + getMessage());
    }
}
