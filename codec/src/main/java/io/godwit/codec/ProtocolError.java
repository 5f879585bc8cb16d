package io.godwit.codec;

/** A packet that parses and that the protocol does not allow here (§1.2, Protocol Error). */
public final class ProtocolError extends PacketException {

    private static final long serialVersionUID = 1L;

    /** A Protocol Error, reason code 0x82. */
    public ProtocolError(String message) {
        super(ReasonCode.PROTOCOL_ERROR, message);
    }

    /** A Protocol Error for which the specification names a reason code of its own. */
    public ProtocolError(ReasonCode reasonCode, String message) {
        super(reasonCode, message);
    }

    @Override
    PacketException in(PacketType packet) {
        return new ProtocolError(reasonCode(), packet + ": " + getMessage());
    }
}
