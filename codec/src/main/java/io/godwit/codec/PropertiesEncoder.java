package io.godwit.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Encodes the properties of a packet or a will (§2.2.2). */
final class PropertiesEncoder {

    private PropertiesEncoder() {}

    /** The length of a packet's properties and the properties. */
    static void write(WireWriter out, Properties properties, PacketType type) {
        writeSection(out, properties, type);
    }

    /** The length of a will's properties and the properties. */
    static void writeWill(WireWriter out, Properties properties) {
        writeSection(out, properties, null);
    }

    /** The properties of a PUBLISH without their length. */
    static byte[] publishProperties(Properties properties) {
        if (properties.isEmpty()) {
            return new byte[0];
        }
        WireWriter counted = new WireWriter(null);
        writeAll(counted, properties, PacketType.PUBLISH);
        byte[] bytes = new byte[counted.count()];
        writeAll(new WireWriter(ByteBuffer.wrap(bytes)), properties, PacketType.PUBLISH);
        return bytes;
    }

    private static void writeSection(
            WireWriter out, Properties properties, @Nullable PacketType type) {
        if (properties.isEmpty()) { // [v5 MQTT-2.2.2-1]
            out.writeByte(0);
            return;
        }
        WireWriter counted = new WireWriter(null);
        writeAll(counted, properties, type);
        out.writeVariable(counted.count(), "property length");
        writeAll(out, properties, type);
    }

    private static void writeAll(WireWriter out, Properties properties, @Nullable PacketType type) {
        long seen = 0; // a bit for each identifier, all of which are below 64
        for (int i = 0; i < properties.size(); i++) {
            Property<?> property = properties.key(i);
            boolean allowed =
                    type == null ? property.isAllowedInWill() : property.isAllowedIn(type);
            if (!allowed) {
                throw new IllegalArgumentException(
                        (type == null ? "a will" : type) + " may not have a " + property);
            }
            long bit = 1L << property.identifier();
            boolean mayRepeat =
                    type == null ? property == Property.USER_PROPERTY : property.mayRepeatIn(type);
            if ((seen & bit) != 0 && !mayRepeat) {
                throw new IllegalArgumentException("the " + property + " is there twice");
            }
            seen |= bit;
            out.writeByte(property.identifier());
            writeValue(out, property, properties.value(i));
        }
    }

    private static void writeValue(WireWriter out, Property<?> property, Object value) {
        String name = property.toString();
        if (value instanceof Number number && number.longValue() < property.minimum()) {
            throw new IllegalArgumentException("the " + property + " is " + value);
        }
        switch (property.encoding()) {
            case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
            case TWO_BYTES -> out.writeTwoBytes((Integer) value, name);
            case FOUR_BYTES -> out.writeFourBytes((Long) value, name);
            case VARIABLE -> out.writeVariable((Integer) value, name);
            case STRING -> out.writeString((String) value, name);
            case BINARY -> out.writeBinary(((Binary) value).bytes(), name);
            case STRING_PAIR -> {
                UserProperty pair = (UserProperty) value;
                out.writeString(pair.name(), name);
                out.writeString(pair.value(), name);
            }
        }
    }
}
