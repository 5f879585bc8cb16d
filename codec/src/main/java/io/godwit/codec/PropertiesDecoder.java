package io.godwit.codec;

import org.jspecify.annotations.Nullable;

/** Decodes the properties of a packet or a will (§2.2.2). */
final class PropertiesDecoder {

    /** Properties in one packet: decoded, a short one takes twenty times its bytes. */
    static final int MOST = 10_000;

    private PropertiesDecoder() {}

    /** The properties of a packet: their length and so many bytes. */
    static Properties read(WireReader in, PacketType type) throws PacketException {
        return readSection(in, type);
    }

    /** The Will Properties (§3.1.3.2). */
    static Properties readWill(WireReader in) throws PacketException {
        return readSection(in, null);
    }

    /** Reads for a packet of this type, or for a will when it is null. */
    private static Properties readSection(WireReader in, @Nullable PacketType type)
            throws PacketException {
        int length = in.readVariable("property length");
        if (length == 0) {
            return Properties.NONE;
        }
        int whole = in.narrow(length, "property section");
        Properties properties = readAll(in, type);
        in.widen(whole);
        return properties;
    }

    /** Reads to the end of what the reader may read. */
    static Properties readAll(WireReader in, @Nullable PacketType type) throws PacketException {
        Properties.Builder found = Properties.builder();
        int count = 0;
        long seen = 0; // a bit for each identifier, all of which are below 64
        while (in.remaining() > 0) {
            int identifier = in.readVariable("property identifier");
            Property<?> property = Property.of(identifier);
            if (property == null) { // §2.2.2.2
                throw new MalformedPacket("there is no property 0x%02X".formatted(identifier));
            }
            checkPlace(property, type);
            long bit = 1L << identifier;
            boolean mayRepeat =
                    type == null ? property == Property.USER_PROPERTY : property.mayRepeatIn(type);
            if ((seen & bit) != 0 && !mayRepeat) {
                throw new ProtocolError("the " + property + " is there more than once");
            }
            seen |= bit;
            found.addUnchecked(property, value(in, property));
            checkCount(++count);
        }
        Properties properties = found.build();
        checkTogether(properties);
        return properties;
    }

    private static void checkCount(int properties) throws ProtocolError {
        if (properties > MOST) {
            throw new ProtocolError(
                    ReasonCode.QUOTA_EXCEEDED, "it has more than %d properties".formatted(MOST));
        }
    }

    private static void checkPlace(Property<?> property, @Nullable PacketType type)
            throws MalformedPacket {
        if (type == null && !property.isAllowedInWill()) { // §2.2.2.2
            throw new MalformedPacket("a will may not have a " + property);
        }
        if (type != null && !property.isAllowedIn(type)) { // §2.2.2.2
            throw new MalformedPacket("it may not have a " + property);
        }
    }

    private static void checkTogether(Properties properties) throws ProtocolError {
        if (properties.has(Property.AUTHENTICATION_DATA)
                && !properties.has(Property.AUTHENTICATION_METHOD)) { // §3.1.2.11.10
            throw new ProtocolError("there is Authentication Data and no Authentication Method");
        }
    }

    private static Object value(WireReader in, Property<?> property) throws PacketException {
        String name = property.toString();
        return switch (property.encoding()) {
            case BOOLEAN -> bool(in.readByte(name), property);
            case TWO_BYTES -> (int) atLeastMinimum(in.readTwoBytes(name), property);
            case FOUR_BYTES -> atLeastMinimum(in.readFourBytes(name), property);
            case VARIABLE -> (int) atLeastMinimum(in.readVariable(name), property);
            case STRING -> string(in, property);
            case BINARY -> new Binary(in.readBinary(name));
            case STRING_PAIR -> // [v5 MQTT-1.5.7-1]
                    new UserProperty(in.readString(name), in.readString(name));
        };
    }

    private static Boolean bool(int value, Property<?> property) throws ProtocolError {
        if (value > 1) {
            throw new ProtocolError("the " + property + " is " + value + ", not 0 or 1");
        }
        return value == 1;
    }

    private static long atLeastMinimum(long value, Property<?> property) throws ProtocolError {
        if (value >= property.minimum()) {
            return value;
        }
        if (property == Property.TOPIC_ALIAS) { // [v5 MQTT-3.3.2-8]
            throw new ProtocolError(ReasonCode.TOPIC_ALIAS_INVALID, "the Topic Alias is 0");
        }
        throw new ProtocolError("the " + property + " is 0");
    }

    private static String string(WireReader in, Property<?> property) throws PacketException {
        if (property == Property.RESPONSE_TOPIC) { // [v5 MQTT-3.3.2-13], [v5 MQTT-3.3.2-14]
            return TopicName.of(in.readBinary("Response Topic")).toString();
        }
        return in.readString(property.toString());
    }
}
