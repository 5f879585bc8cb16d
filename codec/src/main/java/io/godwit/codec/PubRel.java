package io.godwit.codec;

/**
 * PUBREL (§3.6). {@code packetId} is 1 to 65,535; before version 5 only the packet identifier is on
 * the wire and the reason code is {@link ReasonCode#SUCCESS}.
 */
public record PubRel(int packetId, ReasonCode reasonCode, Properties properties)
        implements Acknowledgement {

    /** The plain acknowledgement: success, no properties. */
    public PubRel(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    /** An acknowledgement with a reason code and no properties. */
    public PubRel(int packetId, ReasonCode reasonCode) {
        this(packetId, reasonCode, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREL;
    }
}
