package io.godwit.gateway.sn.codec;

/** The return codes of MQTT-SN 1.2 (§5.3.10), in the order of their numbers. */
public enum ReturnCode {
    ACCEPTED,
    /** The sender is to wait some minutes ({@code T_WAIT}) before it tries again. */
    CONGESTION,
    INVALID_TOPIC_ID,
    NOT_SUPPORTED;

    private static final ReturnCode[] BY_VALUE = values();

    /** The octet on the wire, 0 to 3. */
    public int value() {
        return ordinal();
    }

    /** What an octet says; the reserved ones, which some clients send, count as not supported. */
    public static ReturnCode of(int value) {
        return value < BY_VALUE.length ? BY_VALUE[value] : NOT_SUPPORTED;
    }
}
