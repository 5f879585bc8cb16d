package io.godwit.codec;

/** A packet that ends the connection (§4.13), with the reason code that the specification names. */
public abstract sealed class PacketException extends Exception
        permits MalformedPacket, ProtocolError {

    private static final long serialVersionUID = 1L;

    private final ReasonCode reasonCode;

    PacketException(ReasonCode reasonCode, String message) {
        super(message, null, false, false);
        this.reasonCode = reasonCode;
    }

    /** The same error with the name of the packet in front of its message. */
    abstract PacketException in(PacketType packet);

    /** What DISCONNECT or CONNACK says of it. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }
}
