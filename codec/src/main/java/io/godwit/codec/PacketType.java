package io.godwit.codec;

/** The MQTT Control Packet types (§2.1.2), in the order of their numbers: CONNECT is 1. */
public enum PacketType {
    CONNECT,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH;

    private static final PacketType[] BY_NUMBER = values();

    /** The four bits that stand in the fixed header, 1 to 15. */
    public int number() {
        return ordinal() + 1;
    }

    /**
     * The type with this number.
     *
     * @param number 1 to 15
     */
    public static PacketType of(int number) {
        return BY_NUMBER[number - 1];
    }
}
