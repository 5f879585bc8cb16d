package io.godwit.codec;

import static io.godwit.codec.ProtocolVersion.V3_1;

import org.jspecify.annotations.Nullable;

/** What the first byte of a packet may be (§2.1.2, §2.1.3). */
final class FixedHeader {

    private static final int QOS_BITS = 0b0110;

    private FixedHeader() {}

    /**
     * Checks the type, which also must be one that the peer sends, and the flags.
     *
     * @param version null before the CONNECT of a client
     */
    static void check(int first, boolean fromClient, @Nullable ProtocolVersion version)
            throws PacketException {
        int number = first >> 4;
        int flags = first & 0x0F;
        if (number == 0) {
            throw new MalformedPacket("packet type 0 is reserved");
        }
        PacketType type = PacketType.of(number);
        if (version == null) {
            if (type != PacketType.CONNECT) { // [v5 MQTT-3.1.0-1], [v3 MQTT-3.1.0-1]
                throw new ProtocolError(type + ": the first packet must be CONNECT");
            }
            return; // the flags are judged when the version is known
        }
        switch (type) {
            case PUBLISH -> checkPublish(flags, version);
            case PUBACK, PUBREC, PUBCOMP -> expectNone(type, flags, version);
            case PUBREL -> expectQoS1(type, flags, version);
            case SUBSCRIBE, UNSUBSCRIBE -> {
                expectSender(type, fromClient, true);
                expectQoS1(type, flags, version);
            }
            case PINGREQ -> {
                expectSender(type, fromClient, true);
                expectNone(type, flags, version);
            }
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> {
                expectSender(type, fromClient, false);
                expectNone(type, flags, version);
            }
            case CONNECT -> { // [v5 MQTT-3.1.0-2], [v3 MQTT-3.1.0-2]
                expectSender(type, fromClient, true);
                throw new ProtocolError("CONNECT: it was sent a second time");
            }
            case DISCONNECT -> {
                if (!version.isV5()) { // 3.1.1 §3.14
                    expectSender(type, fromClient, true);
                }
                expectNone(type, flags, version);
            }
            case AUTH -> {
                if (!version.isV5()) { // 3.1.1 §2.2.1
                    throw new MalformedPacket("packet type 15 is reserved before version 5");
                }
                expectNone(type, flags, version);
            }
        }
    }

    private static void checkPublish(int flags, ProtocolVersion version) throws MalformedPacket {
        int qos = flags & QOS_BITS;
        if (qos == QOS_BITS) { // [v5 MQTT-3.3.1-4], [v3 MQTT-3.3.1-4]
            throw new MalformedPacket("PUBLISH: its QoS is 3");
        }
        if (flags >= 0b1000 && qos == 0 && version != V3_1) {
            // [v5 MQTT-3.3.1-2], [v3 MQTT-3.3.1-2]
            throw new MalformedPacket("PUBLISH: DUP is set at QoS 0");
        }
    }

    /** Flags 0000; 3.1 does not use them. */
    private static void expectNone(PacketType type, int flags, ProtocolVersion version)
            throws PacketException {
        if (flags != 0 && version != V3_1) { // [v5 MQTT-2.1.3-1], [v3 MQTT-2.2.2-2]
            throw reserved(flags).in(type);
        }
    }

    /** Flags 0010; in 3.1 that is QoS 1, DUP may be set and RETAIN is not used. */
    private static void expectQoS1(PacketType type, int flags, ProtocolVersion version)
            throws PacketException {
        int judged = version == V3_1 ? flags & QOS_BITS : flags;
        if (judged != 0b0010) { // [v5 MQTT-2.1.3-1], [v3 MQTT-2.2.2-2]
            throw reserved(flags).in(type);
        }
    }

    private static void expectSender(PacketType type, boolean fromClient, boolean client)
            throws ProtocolError {
        if (fromClient != client) {
            throw new ProtocolError(
                    type + ": only a " + (client ? "client" : "server") + " may send it");
        }
    }

    static MalformedPacket reserved(int flags) {
        return new MalformedPacket(
                "the flags of its fixed header are 0x%X, which is reserved".formatted(flags));
    }
}
