package io.godwit.codec;

import static io.godwit.codec.PacketType.AUTH;
import static io.godwit.codec.PacketType.CONNACK;
import static io.godwit.codec.PacketType.DISCONNECT;
import static io.godwit.codec.PacketType.PUBACK;
import static io.godwit.codec.PacketType.PUBCOMP;
import static io.godwit.codec.PacketType.PUBREC;
import static io.godwit.codec.PacketType.PUBREL;
import static io.godwit.codec.PacketType.SUBACK;
import static io.godwit.codec.PacketType.UNSUBACK;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reason codes of MQTT 5 (§2.4) with the packets that may carry each; the return codes of
 * earlier versions are derived from them.
 */
public enum ReasonCode {
    /** Also Normal disconnection (DISCONNECT) and Granted QoS 0 (SUBACK). */
    SUCCESS(0x00, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    GRANTED_QOS_1(0x01, SUBACK),
    GRANTED_QOS_2(0x02, SUBACK),
    DISCONNECT_WITH_WILL_MESSAGE(0x04, DISCONNECT),
    NO_MATCHING_SUBSCRIBERS(0x10, PUBACK, PUBREC),
    NO_SUBSCRIPTION_EXISTED(0x11, UNSUBACK),
    CONTINUE_AUTHENTICATION(0x18, AUTH),
    RE_AUTHENTICATE(0x19, AUTH),
    UNSPECIFIED_ERROR(0x80, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    MALFORMED_PACKET(0x81, CONNACK, DISCONNECT),
    PROTOCOL_ERROR(0x82, CONNACK, DISCONNECT),
    IMPLEMENTATION_SPECIFIC_ERROR(0x83, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    UNSUPPORTED_PROTOCOL_VERSION(0x84, CONNACK),
    CLIENT_IDENTIFIER_NOT_VALID(0x85, CONNACK),
    BAD_USER_NAME_OR_PASSWORD(0x86, CONNACK),
    NOT_AUTHORIZED(0x87, CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK, DISCONNECT),
    SERVER_UNAVAILABLE(0x88, CONNACK),
    SERVER_BUSY(0x89, CONNACK, DISCONNECT),
    BANNED(0x8A, CONNACK),
    SERVER_SHUTTING_DOWN(0x8B, DISCONNECT),
    BAD_AUTHENTICATION_METHOD(0x8C, CONNACK, DISCONNECT),
    KEEP_ALIVE_TIMEOUT(0x8D, DISCONNECT),
    SESSION_TAKEN_OVER(0x8E, DISCONNECT),
    TOPIC_FILTER_INVALID(0x8F, SUBACK, UNSUBACK, DISCONNECT),
    TOPIC_NAME_INVALID(0x90, CONNACK, PUBACK, PUBREC, DISCONNECT),
    PACKET_IDENTIFIER_IN_USE(0x91, PUBACK, PUBREC, SUBACK, UNSUBACK),
    PACKET_IDENTIFIER_NOT_FOUND(0x92, PUBREL, PUBCOMP),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, DISCONNECT),
    TOPIC_ALIAS_INVALID(0x94, DISCONNECT),
    PACKET_TOO_LARGE(0x95, CONNACK, DISCONNECT),
    MESSAGE_RATE_TOO_HIGH(0x96, DISCONNECT),
    QUOTA_EXCEEDED(0x97, CONNACK, PUBACK, PUBREC, SUBACK, DISCONNECT),
    ADMINISTRATIVE_ACTION(0x98, DISCONNECT),
    PAYLOAD_FORMAT_INVALID(0x99, CONNACK, PUBACK, PUBREC, DISCONNECT),
    RETAIN_NOT_SUPPORTED(0x9A, CONNACK, DISCONNECT),
    QOS_NOT_SUPPORTED(0x9B, CONNACK, DISCONNECT),
    USE_ANOTHER_SERVER(0x9C, CONNACK, DISCONNECT),
    SERVER_MOVED(0x9D, CONNACK, DISCONNECT),
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E, SUBACK, DISCONNECT),
    CONNECTION_RATE_EXCEEDED(0x9F, CONNACK, DISCONNECT),
    MAXIMUM_CONNECT_TIME(0xA0, DISCONNECT),
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1, SUBACK, DISCONNECT),
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2, SUBACK, DISCONNECT);

    /** A v3 Connect Return code that does not exist: close without CONNACK. */
    public static final int NO_RETURN_CODE = -1;

    private static final @Nullable ReasonCode[] BY_VALUE = new ReasonCode[256];

    static {
        for (ReasonCode code : values()) {
            BY_VALUE[code.value] = code;
        }
    }

    private final int value;
    private final Set<PacketType> packets;

    ReasonCode(int value, PacketType... packets) {
        this.value = value;
        this.packets = EnumSet.copyOf(List.of(packets));
    }

    /** The byte on the wire, 0x00 to 0xFF. */
    public int value() {
        return value;
    }

    /** Whether the code reports a failure: 0x80 and above. */
    public boolean isError() {
        return value >= 0x80;
    }

    /** Whether packets of this type may carry the code. */
    public boolean isAllowedIn(PacketType type) {
        return packets.contains(type);
    }

    /**
     * The code with this value if packets of this type may carry it, otherwise null.
     *
     * @param value 0 to 255
     */
    public static @Nullable ReasonCode of(int value, PacketType type) {
        ReasonCode code = BY_VALUE[value];
        return code != null && code.isAllowedIn(type) ? code : null;
    }

    /** The code that grants this QoS in a SUBACK. */
    public static ReasonCode granted(int qos) {
        return switch (qos) {
            case 0 -> SUCCESS;
            case 1 -> GRANTED_QOS_1;
            default -> GRANTED_QOS_2;
        };
    }

    /**
     * The Connect Return code before version 5 (3.1.1 §3.2.2.3), or {@link #NO_RETURN_CODE} where
     * none fits and the connection closes without CONNACK [v3 MQTT-3.2.2-6].
     */
    public int connectReturnCode() {
        return switch (this) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case SERVER_UNAVAILABLE, SERVER_BUSY, QUOTA_EXCEEDED, CONNECTION_RATE_EXCEEDED -> 3;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED, BANNED -> 5;
            default -> NO_RETURN_CODE;
        };
    }

    /** The reason code that stands for a Connect Return code (0 to 5), null for any other. */
    public static @Nullable ReasonCode ofConnectReturnCode(int returnCode) {
        return switch (returnCode) {
            case 0 -> SUCCESS;
            case 1 -> UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> SERVER_UNAVAILABLE;
            case 4 -> BAD_USER_NAME_OR_PASSWORD;
            case 5 -> NOT_AUTHORIZED;
            default -> null;
        };
    }

    /** The name in words with its value: {@code packet too large (0x95)}. */
    @Override
    public String toString() {
        return "%s (0x%02X)".formatted(name().toLowerCase(Locale.ROOT).replace('_', ' '), value);
    }
}
