package io.godwit.codec;

/** Decodes PUBLISH (§3.3) and the packets that acknowledge it (§3.4 to §3.7). */
final class PublishDecoder {

    private PublishDecoder() {}

    static Publish publish(
            WireReader in,
            int flags,
            ProtocolVersion version,
            boolean fromClient,
            TopicCache topics)
            throws PacketException {
        int qos = flags >> 1 & 3;
        boolean dup = (flags & 0b1000) != 0 && qos > 0; // 3.1 gives it no meaning at QoS 0
        TopicName topic = in.readTopic(topics); // [v5 MQTT-3.3.2-1], [v3 MQTT-3.3.2-1]
        int packetId = qos == 0 ? 0 : in.readPacketId(); // [v5 MQTT-2.2.1-2], [v3 MQTT-2.3.1-5]
        Properties properties = Properties.NONE;
        if (version.isV5()) {
            properties = PropertiesDecoder.read(in, PacketType.PUBLISH);
            check(properties, topic, fromClient);
        } else if (topic == TopicName.EMPTY) { // [v3 MQTT-4.7.3-1]
            throw new MalformedPacket("the topic name is empty");
        }
        boolean retain = (flags & 1) != 0;
        return new Publish(dup, qos, retain, topic, packetId, properties, in.readRest());
    }

    private static void check(Properties properties, TopicName topic, boolean fromClient)
            throws ProtocolError {
        if (topic == TopicName.EMPTY && !properties.has(Property.TOPIC_ALIAS)) { // §3.3.2.1
            throw new ProtocolError("the topic name is empty and there is no Topic Alias");
        }
        if (fromClient && properties.has(Property.SUBSCRIPTION_IDENTIFIER)) {
            // [v5 MQTT-3.3.4-6]
            throw new ProtocolError("a client sent a Subscription Identifier");
        }
    }

    static PubAck pubAck(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        ReasonCode reasonCode = reasonCode(in, version, PacketType.PUBACK);
        return new PubAck(packetId, reasonCode, properties(in, PacketType.PUBACK));
    }

    static PubRec pubRec(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        ReasonCode reasonCode = reasonCode(in, version, PacketType.PUBREC);
        return new PubRec(packetId, reasonCode, properties(in, PacketType.PUBREC));
    }

    static PubRel pubRel(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        ReasonCode reasonCode = reasonCode(in, version, PacketType.PUBREL);
        return new PubRel(packetId, reasonCode, properties(in, PacketType.PUBREL));
    }

    static PubComp pubComp(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        ReasonCode reasonCode = reasonCode(in, version, PacketType.PUBCOMP);
        return new PubComp(packetId, reasonCode, properties(in, PacketType.PUBCOMP));
    }

    /** Success where the packet ends behind its identifier (§3.4.2.1), as it does before v5. */
    private static ReasonCode reasonCode(WireReader in, ProtocolVersion version, PacketType type)
            throws PacketException {
        if (in.remaining() == 0) {
            return ReasonCode.SUCCESS;
        }
        if (!version.isV5()) {
            in.expectEnd();
        }
        return ConnectionDecoder.reasonCode(in, type);
    }

    /** None where the packet ends behind its reason code (§3.4.2.2.1). */
    private static Properties properties(WireReader in, PacketType type) throws PacketException {
        return in.remaining() == 0 ? Properties.NONE : PropertiesDecoder.read(in, type);
    }
}
