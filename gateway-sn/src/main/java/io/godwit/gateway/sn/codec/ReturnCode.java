package io.godwit.gateway.sn.codec;

import io.godwit.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * How a request has ended, in the words of MQTT-SN 2.0: the reason codes of MQTT 5 and some of its
 * own. What version 1.2 has for each (§5.3.10) is for its codec to say.
 */
public enum ReturnCode {
    ACCEPTED(0x00),
    /** DISCONNECT of a client that wants its will to be published. */
    DISCONNECT_WITH_WILL_MESSAGE(0x04),
    NO_SUBSCRIPTION_EXISTED(0x11),
    /** The topic has a predefined alias, and needs no other. */
    ALIAS_EXISTS(0x1A),
    UNSPECIFIED_ERROR(0x80),
    MALFORMED_PACKET(0x81),
    PROTOCOL_ERROR(0x82),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83),
    UNSUPPORTED_PROTOCOL_VERSION(0x84),
    CLIENT_IDENTIFIER_NOT_VALID(0x85),
    BAD_USER_NAME_OR_PASSWORD(0x86),
    NOT_AUTHORIZED(0x87),
    SERVER_UNAVAILABLE(0x88),
    SERVER_BUSY(0x89),
    BANNED(0x8A),
    SERVER_SHUTTING_DOWN(0x8B),
    BAD_AUTHENTICATION_METHOD(0x8C),
    KEEP_ALIVE_TIMEOUT(0x8D),
    SESSION_TAKEN_OVER(0x8E),
    TOPIC_FILTER_INVALID(0x8F),
    TOPIC_NAME_INVALID(0x90),
    PACKET_IDENTIFIER_IN_USE(0x91),
    PACKET_IDENTIFIER_NOT_FOUND(0x92),
    RECEIVE_MAXIMUM_EXCEEDED(0x93),
    TOPIC_ALIAS_INVALID(0x94),
    PACKET_TOO_LARGE(0x95),
    MESSAGE_RATE_TOO_HIGH(0x96),
    QUOTA_EXCEEDED(0x97),
    ADMINISTRATIVE_ACTION(0x98),
    PAYLOAD_FORMAT_INVALID(0x99),
    RETAIN_NOT_SUPPORTED(0x9A),
    QOS_NOT_SUPPORTED(0x9B),
    USE_ANOTHER_SERVER(0x9C),
    SERVER_MOVED(0x9D),
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E),
    CONNECTION_RATE_EXCEEDED(0x9F),
    MAXIMUM_CONNECT_TIME(0xA0),
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2),
    /** Only what is protected is taken. */
    ONLY_PROTECTED(0xE6),
    /** The scheme of a protection is not known, or not the client's. */
    PROTECTION_SCHEME_INVALID(0xE7),
    /** The sender of something protected is not known, or not who he says. */
    UNKNOWN_SENDER(0xE8),
    /** Nobody has given the topic identifier, which is the alias of a topic in version 2.0. */
    INVALID_TOPIC_ID(0xF0),
    /** The sender is to wait some minutes ({@code T_WAIT}) before it tries again. */
    CONGESTION(0xF1),
    PROTECTION_NOT_SUPPORTED(0xF2),
    FORWARDER_NOT_SUPPORTED(0xF3),
    /** The sender is not connected. */
    NO_VIRTUAL_CONNECTION(0xF4),
    /** All that version 1.2 says of what is refused for good. */
    NOT_SUPPORTED(0x83);

    private static final int LEAST_ERROR = 0x80;

    private static final @Nullable ReturnCode[] BY_VALUE = new ReturnCode[256];

    static {
        for (ReturnCode code : values()) {
            if (code != NOT_SUPPORTED) {
                BY_VALUE[code.value] = code;
            }
        }
    }

    private final int value;

    ReturnCode(int value) {
        this.value = value;
    }

    /** The octet of version 2.0, 0 to 255. */
    public int value() {
        return value;
    }

    /** Whether it reports a failure. */
    public boolean isError() {
        return value >= LEAST_ERROR;
    }

    /**
     * What an octet of version 2.0 says; one that there is not counts as accepted below 0x80, else
     * as an unspecified error.
     *
     * @param value 0 to 255
     */
    public static ReturnCode of(int value) {
        ReturnCode known = BY_VALUE[value];
        if (known != null) {
            return known;
        }
        return value < LEAST_ERROR ? ACCEPTED : UNSPECIFIED_ERROR;
    }

    /** What a reason code of MQTT 5 says. */
    public static ReturnCode of(ReasonCode reason) {
        return of(reason.value());
    }
}
