package io.godwit.codec;

/** Encodes what follows the fixed header of a CONNECT (§3.1). */
final class ConnectEncoder {

    private ConnectEncoder() {}

    static void write(Connect connect, ProtocolVersion version, WireWriter out) {
        if (connect.version() != version) {
            throw new IllegalArgumentException(
                    "the CONNECT is of version %s, not %s".formatted(connect.version(), version));
        }
        out.writeString(version.protocolName(), "protocol name");
        out.writeByte(version.level());
        out.writeByte(flags(connect));
        out.writeTwoBytes(connect.keepAlive(), "keep alive");
        if (version.isV5()) {
            PropertiesEncoder.write(out, connect.properties(), PacketType.CONNECT);
        }
        out.writeString(connect.clientId(), "client identifier");
        Will will = connect.will();
        if (will != null) {
            if (version.isV5()) {
                PropertiesEncoder.writeWill(out, will.properties());
            }
            out.writeBinary(will.topic().bytes(), "will topic");
            out.writeBinary(will.payload(), "will payload");
        }
        if (connect.userName() != null) {
            out.writeString(connect.userName(), "user name");
        }
        if (connect.password() != null) {
            out.writeBinary(connect.password(), "password");
        }
    }

    private static int flags(Connect connect) {
        boolean named = connect.userName() != null;
        boolean password = connect.password() != null;
        if (password && !named && !connect.version().isV5()) { // [v3 MQTT-3.1.2-22]
            throw new IllegalArgumentException("there is a password and no user name");
        }
        int flags = (named ? 0x80 : 0) | (password ? 0x40 : 0) | (connect.cleanStart() ? 0x02 : 0);
        Will will = connect.will();
        if (will == null) {
            return flags;
        }
        if (will.topic().equals(TopicName.EMPTY)) { // [v5 MQTT-4.7.3-1]
            throw new IllegalArgumentException("the will topic is empty");
        }
        WireWriter.checkRange(will.qos(), 0, 2, "Will QoS");
        return flags | 0x04 | will.qos() << 3 | (will.retain() ? 0x20 : 0);
    }
}
