package io.godwit.codec;

import static io.godwit.codec.PacketType.AUTH;
import static io.godwit.codec.PacketType.CONNACK;
import static io.godwit.codec.PacketType.CONNECT;
import static io.godwit.codec.PacketType.DISCONNECT;
import static io.godwit.codec.PacketType.PUBACK;
import static io.godwit.codec.PacketType.PUBCOMP;
import static io.godwit.codec.PacketType.PUBLISH;
import static io.godwit.codec.PacketType.PUBREC;
import static io.godwit.codec.PacketType.PUBREL;
import static io.godwit.codec.PacketType.SUBACK;
import static io.godwit.codec.PacketType.SUBSCRIBE;
import static io.godwit.codec.PacketType.UNSUBACK;
import static io.godwit.codec.PacketType.UNSUBSCRIBE;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A property of MQTT 5 (§2.2.2.2) with its identifier, the packets that may carry it, its encoding
 * and its range.
 *
 * @param <T> the Java type of its value: {@code Long} for integers of four bytes, {@code Integer}
 *     for shorter and variable ones, {@code Boolean} for a byte that is 0 or 1, {@code String},
 *     {@link Binary} or {@link UserProperty}
 */
public final class Property<T> {

    /** How a value stands on the wire (§1.5). */
    enum Encoding {
        /** One byte that may only be 0 or 1. */
        BOOLEAN,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        STRING,
        BINARY,
        STRING_PAIR
    }

    private static final @Nullable Property<?>[] BY_IDENTIFIER = new Property<?>[43];

    /** 1 when the payload is UTF-8 text; true is 1. */
    public static final Property<Boolean> PAYLOAD_FORMAT_INDICATOR =
            bool(0x01, "Payload Format Indicator", true, PUBLISH);

    /** Seconds, 0 to 4,294,967,295. */
    public static final Property<Long> MESSAGE_EXPIRY_INTERVAL =
            fourBytes(0x02, "Message Expiry Interval", true, 0, PUBLISH);

    public static final Property<String> CONTENT_TYPE = string(0x03, "Content Type", true, PUBLISH);

    /** A Topic Name, without wildcards. */
    public static final Property<String> RESPONSE_TOPIC =
            string(0x08, "Response Topic", true, PUBLISH);

    public static final Property<Binary> CORRELATION_DATA =
            binary(0x09, "Correlation Data", true, PUBLISH);

    /** 1 to 268,435,455; several in a PUBLISH, one in a SUBSCRIBE. */
    public static final Property<Integer> SUBSCRIPTION_IDENTIFIER =
            new Property<>(
                    0x0B,
                    "Subscription Identifier",
                    Encoding.VARIABLE,
                    1,
                    false,
                    PUBLISH,
                    SUBSCRIBE);

    /** Seconds, 0 to 4,294,967,295; the last means never. */
    public static final Property<Long> SESSION_EXPIRY_INTERVAL =
            fourBytes(0x11, "Session Expiry Interval", false, 0, CONNECT, CONNACK, DISCONNECT);

    public static final Property<String> ASSIGNED_CLIENT_IDENTIFIER =
            string(0x12, "Assigned Client Identifier", false, CONNACK);

    /** Seconds, 0 to 65,535. */
    public static final Property<Integer> SERVER_KEEP_ALIVE =
            twoBytes(0x13, "Server Keep Alive", 0, CONNACK);

    public static final Property<String> AUTHENTICATION_METHOD =
            string(0x15, "Authentication Method", false, CONNECT, CONNACK, AUTH);

    public static final Property<Binary> AUTHENTICATION_DATA =
            binary(0x16, "Authentication Data", false, CONNECT, CONNACK, AUTH);

    public static final Property<Boolean> REQUEST_PROBLEM_INFORMATION =
            bool(0x17, "Request Problem Information", false, CONNECT);

    /** Seconds, 0 to 4,294,967,295; in Will Properties only. */
    public static final Property<Long> WILL_DELAY_INTERVAL =
            fourBytes(0x18, "Will Delay Interval", true, 0);

    public static final Property<Boolean> REQUEST_RESPONSE_INFORMATION =
            bool(0x19, "Request Response Information", false, CONNECT);

    public static final Property<String> RESPONSE_INFORMATION =
            string(0x1A, "Response Information", false, CONNACK);

    public static final Property<String> SERVER_REFERENCE =
            string(0x1C, "Server Reference", false, CONNACK, DISCONNECT);

    public static final Property<String> REASON_STRING =
            string(
                    0x1F,
                    "Reason String",
                    false,
                    CONNACK,
                    PUBACK,
                    PUBREC,
                    PUBREL,
                    PUBCOMP,
                    SUBACK,
                    UNSUBACK,
                    DISCONNECT,
                    AUTH);

    /** 1 to 65,535. */
    public static final Property<Integer> RECEIVE_MAXIMUM =
            twoBytes(0x21, "Receive Maximum", 1, CONNECT, CONNACK);

    /** 0 to 65,535. */
    public static final Property<Integer> TOPIC_ALIAS_MAXIMUM =
            twoBytes(0x22, "Topic Alias Maximum", 0, CONNECT, CONNACK);

    /** 1 to 65,535; a 0 on the wire is a Protocol Error with reason code 0x94. */
    public static final Property<Integer> TOPIC_ALIAS = twoBytes(0x23, "Topic Alias", 1, PUBLISH);

    /** QoS 0 or 1: true is 1. */
    public static final Property<Boolean> MAXIMUM_QOS = bool(0x24, "Maximum QoS", false, CONNACK);

    public static final Property<Boolean> RETAIN_AVAILABLE =
            bool(0x25, "Retain Available", false, CONNACK);

    /** Any number of times, in every packet that has properties; order is kept. */
    public static final Property<UserProperty> USER_PROPERTY =
            new Property<>(
                    0x26,
                    "User Property",
                    Encoding.STRING_PAIR,
                    0,
                    true,
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
                    DISCONNECT,
                    AUTH);

    /** Bytes, 1 to 4,294,967,295. */
    public static final Property<Long> MAXIMUM_PACKET_SIZE =
            fourBytes(0x27, "Maximum Packet Size", false, 1, CONNECT, CONNACK);

    public static final Property<Boolean> WILDCARD_SUBSCRIPTION_AVAILABLE =
            bool(0x28, "Wildcard Subscription Available", false, CONNACK);

    public static final Property<Boolean> SUBSCRIPTION_IDENTIFIER_AVAILABLE =
            bool(0x29, "Subscription Identifier Available", false, CONNACK);

    public static final Property<Boolean> SHARED_SUBSCRIPTION_AVAILABLE =
            bool(0x2A, "Shared Subscription Available", false, CONNACK);

    private final int identifier;
    private final String name;
    private final Encoding encoding;
    private final long minimum;
    private final boolean inWill;
    private final Set<PacketType> packets;

    private Property(
            int identifier,
            String name,
            Encoding encoding,
            long minimum,
            boolean inWill,
            PacketType... packets) {
        this.identifier = identifier;
        this.name = name;
        this.encoding = encoding;
        this.minimum = minimum;
        this.inWill = inWill;
        this.packets = EnumSet.noneOf(PacketType.class);
        this.packets.addAll(List.of(packets));
        BY_IDENTIFIER[identifier] = this;
    }

    private static Property<Boolean> bool(
            int identifier, String name, boolean inWill, PacketType... packets) {
        return new Property<>(identifier, name, Encoding.BOOLEAN, 0, inWill, packets);
    }

    private static Property<Integer> twoBytes(
            int identifier, String name, long minimum, PacketType... packets) {
        return new Property<>(identifier, name, Encoding.TWO_BYTES, minimum, false, packets);
    }

    private static Property<Long> fourBytes(
            int identifier, String name, boolean inWill, long minimum, PacketType... packets) {
        return new Property<>(identifier, name, Encoding.FOUR_BYTES, minimum, inWill, packets);
    }

    private static Property<String> string(
            int identifier, String name, boolean inWill, PacketType... packets) {
        return new Property<>(identifier, name, Encoding.STRING, 0, inWill, packets);
    }

    private static Property<Binary> binary(
            int identifier, String name, boolean inWill, PacketType... packets) {
        return new Property<>(identifier, name, Encoding.BINARY, 0, inWill, packets);
    }

    /** The property with this identifier, or null when the specification has none. */
    static @Nullable Property<?> of(int identifier) {
        return identifier >= 0 && identifier < BY_IDENTIFIER.length
                ? BY_IDENTIFIER[identifier]
                : null;
    }

    /** The identifier on the wire, 0x01 to 0x2A. */
    public int identifier() {
        return identifier;
    }

    Encoding encoding() {
        return encoding;
    }

    /** The least value that an integer may have. */
    long minimum() {
        return minimum;
    }

    /** Whether packets of this type may carry it. */
    public boolean isAllowedIn(PacketType type) {
        return packets.contains(type);
    }

    /** Whether Will Properties may carry it (§3.1.3.2). */
    public boolean isAllowedInWill() {
        return inWill;
    }

    /** Whether it may stand more than once in a packet of this type. */
    public boolean mayRepeatIn(PacketType type) {
        return this == USER_PROPERTY || this == SUBSCRIPTION_IDENTIFIER && type == PUBLISH;
    }

    /** The name as the specification writes it. */
    @Override
    public String toString() {
        return name;
    }
}
