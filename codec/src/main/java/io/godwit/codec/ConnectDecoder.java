package io.godwit.codec;

import static io.godwit.codec.ProtocolVersion.V3_1;

import org.jspecify.annotations.Nullable;

/** Decodes what stands in a CONNECT behind the protocol name and level (§3.1.2.3 and on). */
final class ConnectDecoder {

    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    private ConnectDecoder() {}

    static Connect decode(WireReader in, ProtocolVersion version) throws PacketException {
        int flags = in.readByte("connect flags");
        checkFlags(flags, version);
        int keepAlive = in.readTwoBytes("keep alive");
        Properties properties =
                version.isV5() ? PropertiesDecoder.read(in, PacketType.CONNECT) : Properties.NONE;
        // [v5 MQTT-3.1.3-1], [v3 MQTT-3.1.3-1]: the order of the payload's fields
        String clientId = in.readString("client identifier");
        Will will = has(flags, WILL) ? will(in, flags, version) : null;
        String userName =
                isThere(in, flags, USER_NAME, version) ? in.readString("user name") : null;
        byte @Nullable [] password =
                isThere(in, flags, PASSWORD, version) ? in.readBinary("password") : null;
        return new Connect(
                version,
                clientId,
                has(flags, CLEAN_START),
                keepAlive,
                will,
                userName,
                password,
                properties);
    }

    private static void checkFlags(int flags, ProtocolVersion version) throws MalformedPacket {
        if (!version.isV5() && has(flags, PASSWORD) && !has(flags, USER_NAME)) {
            // [v3 MQTT-3.1.2-22]
            throw new MalformedPacket("it has a password and no user name");
        }
        int willQos = flags >> WILL_QOS_SHIFT & 3;
        if (has(flags, WILL) && willQos == 3) { // [v5 MQTT-3.1.2-12], [v3 MQTT-3.1.2-14]
            throw new MalformedPacket("its Will QoS is 3");
        }
        if (version == V3_1) { // which reserves bits without a word on their value
            return;
        }
        if (has(flags, RESERVED)) { // [v5 MQTT-3.1.2-3], [v3 MQTT-3.1.2-3]
            throw new MalformedPacket("its reserved connect flag is set");
        }
        if (!has(flags, WILL) && willQos != 0) { // [v5 MQTT-3.1.2-11], [v3 MQTT-3.1.2-13]
            throw new MalformedPacket("it has a Will QoS and no will");
        }
        if (!has(flags, WILL) && has(flags, WILL_RETAIN)) {
            // [v5 MQTT-3.1.2-13], [v3 MQTT-3.1.2-15]
            throw new MalformedPacket("it has Will Retain set and no will");
        }
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }

    /** In 3.1 the Remaining Length takes precedence over the flags (3.1 §3.1, User Name). */
    private static boolean isThere(WireReader in, int flags, int flag, ProtocolVersion version) {
        return has(flags, flag) && !(version == V3_1 && in.remaining() == 0);
    }

    private static Will will(WireReader in, int flags, ProtocolVersion version)
            throws PacketException {
        Properties properties = version.isV5() ? PropertiesDecoder.readWill(in) : Properties.NONE;
        TopicName topic = TopicName.of(in.readBinary("will topic"));
        byte[] payload = in.readBinary("will payload");
        return new Will(
                topic, payload, flags >> WILL_QOS_SHIFT & 3, has(flags, WILL_RETAIN), properties);
    }
}
