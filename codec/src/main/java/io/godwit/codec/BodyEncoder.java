package io.godwit.codec;

import static io.godwit.codec.ProtocolVersion.V3_1;

import java.util.List;

/** Encodes what follows the fixed header of a packet (§3). */
final class BodyEncoder {

    private static final int FAILURE_V3 = 0x80;

    private BodyEncoder() {}

    static void write(Packet packet, ProtocolVersion version, WireWriter out) {
        switch (packet.type()) {
            case CONNECT -> ConnectEncoder.write((Connect) packet, version, out);
            case CONNACK -> connAck((ConnAck) packet, version, out);
            case PUBLISH -> publish((Publish) packet, version, out);
            case PUBACK, PUBREC, PUBREL, PUBCOMP ->
                    acknowledgement((Acknowledgement) packet, version, out);
            case SUBSCRIBE -> subscribe((Subscribe) packet, version, out);
            case SUBACK -> subAck((SubAck) packet, version, out);
            case UNSUBSCRIBE -> unsubscribe((Unsubscribe) packet, version, out);
            case UNSUBACK -> unsubAck((UnsubAck) packet, version, out);
            case DISCONNECT -> disconnect((Disconnect) packet, version, out);
            case AUTH -> auth((Auth) packet, version, out);
            case PINGREQ, PINGRESP -> {}
        }
    }

    private static void connAck(ConnAck connAck, ProtocolVersion version, WireWriter out) {
        out.writeByte(connAck.sessionPresent() && version != V3_1 ? 1 : 0);
        if (version.isV5()) {
            writeReasonCode(connAck.reasonCode(), PacketType.CONNACK, out);
            PropertiesEncoder.write(out, connAck.properties(), PacketType.CONNACK);
            return;
        }
        int returnCode = connAck.reasonCode().connectReturnCode();
        if (returnCode == ReasonCode.NO_RETURN_CODE) {
            throw new IllegalArgumentException(
                    "no Connect Return code stands for " + connAck.reasonCode());
        }
        out.writeByte(returnCode);
    }

    private static void publish(Publish publish, ProtocolVersion version, WireWriter out) {
        Properties properties = publish.properties();
        boolean aliased = version.isV5() && properties.has(Property.TOPIC_ALIAS);
        if (publish.topic().equals(TopicName.EMPTY) && !aliased) { // §3.3.2.1
            throw new IllegalArgumentException("the topic name is empty, without a Topic Alias");
        }
        out.writeBinary(publish.topic().bytes(), "topic name");
        PublishWriter.checkFlags(publish.qos(), publish.dup());
        PublishWriter.checkPacketId(publish.qos(), publish.packetId());
        if (publish.qos() > 0) { // [v5 MQTT-2.2.1-2], [v3 MQTT-2.3.1-5]
            out.writePacketId(publish.packetId());
        }
        if (version.isV5()) {
            PropertiesEncoder.write(out, properties, PacketType.PUBLISH);
        }
        out.writeRaw(publish.payload());
    }

    private static void acknowledgement(
            Acknowledgement packet, ProtocolVersion version, WireWriter out) {
        out.writePacketId(packet.packetId());
        if (PacketEncoder.isShort(packet, version)) {
            return;
        }
        writeReasonCode(packet.reasonCode(), packet.type(), out);
        writeUnlessEmpty(packet.properties(), packet.type(), out);
    }

    private static void subscribe(Subscribe subscribe, ProtocolVersion version, WireWriter out) {
        out.writePacketId(subscribe.packetId());
        if (version.isV5()) {
            PropertiesEncoder.write(out, subscribe.properties(), PacketType.SUBSCRIBE);
        }
        expectSome(subscribe.requests(), PacketType.SUBSCRIBE);
        for (SubscriptionRequest request : subscribe.requests()) {
            out.writeBinary(request.filter().wireBytes(), "topic filter");
            int options = request.maximumQos();
            WireWriter.checkRange(options, 0, 2, "maximum QoS");
            if (version.isV5()) {
                if (request.noLocal() && request.filter().isShared()) { // [v5 MQTT-3.8.3-4]
                    throw new IllegalArgumentException("No Local on a shared subscription");
                }
                options |= request.noLocal() ? 0b0100 : 0;
                options |= request.retainAsPublished() ? 0b1000 : 0;
                options |= request.retainHandling().ordinal() << 4;
            }
            out.writeByte(options);
        }
    }

    private static void subAck(SubAck subAck, ProtocolVersion version, WireWriter out) {
        out.writePacketId(subAck.packetId());
        if (version.isV5()) {
            PropertiesEncoder.write(out, subAck.properties(), PacketType.SUBACK);
        }
        expectSome(subAck.reasonCodes(), PacketType.SUBACK);
        for (ReasonCode code : subAck.reasonCodes()) {
            if (code.isError() && !version.isV5()) { // [v3 MQTT-3.9.3-2]
                out.writeByte(FAILURE_V3);
            } else {
                writeReasonCode(code, PacketType.SUBACK, out);
            }
        }
    }

    private static void unsubscribe(
            Unsubscribe unsubscribe, ProtocolVersion version, WireWriter out) {
        out.writePacketId(unsubscribe.packetId());
        if (version.isV5()) {
            PropertiesEncoder.write(out, unsubscribe.properties(), PacketType.UNSUBSCRIBE);
        }
        expectSome(unsubscribe.filters(), PacketType.UNSUBSCRIBE);
        for (TopicFilter filter : unsubscribe.filters()) {
            out.writeBinary(filter.wireBytes(), "topic filter");
        }
    }

    private static void unsubAck(UnsubAck unsubAck, ProtocolVersion version, WireWriter out) {
        out.writePacketId(unsubAck.packetId());
        if (!version.isV5()) {
            return;
        }
        PropertiesEncoder.write(out, unsubAck.properties(), PacketType.UNSUBACK);
        expectSome(unsubAck.reasonCodes(), PacketType.UNSUBACK);
        for (ReasonCode code : unsubAck.reasonCodes()) {
            writeReasonCode(code, PacketType.UNSUBACK, out);
        }
    }

    private static void disconnect(Disconnect disconnect, ProtocolVersion version, WireWriter out) {
        boolean success = disconnect.reasonCode() == ReasonCode.SUCCESS;
        if (!version.isV5() || success && disconnect.properties().isEmpty()) { // §3.14.2.1
            return;
        }
        writeReasonCode(disconnect.reasonCode(), PacketType.DISCONNECT, out);
        writeUnlessEmpty(disconnect.properties(), PacketType.DISCONNECT, out);
    }

    private static void auth(Auth auth, ProtocolVersion version, WireWriter out) {
        if (!version.isV5()) {
            throw new IllegalArgumentException("there is no AUTH before version 5");
        }
        if (auth.reasonCode() == ReasonCode.SUCCESS && auth.properties().isEmpty()) {
            return; // §3.15.2.1
        }
        writeReasonCode(auth.reasonCode(), PacketType.AUTH, out);
        PropertiesEncoder.write(out, auth.properties(), PacketType.AUTH);
    }

    private static void writeReasonCode(ReasonCode code, PacketType type, WireWriter out) {
        if (!code.isAllowedIn(type)) {
            throw new IllegalArgumentException(type + " may not have the reason code " + code);
        }
        out.writeByte(code.value());
    }

    /** Leaves the property length out where the packet may end before it (§3.4.2.2.1). */
    private static void writeUnlessEmpty(Properties properties, PacketType type, WireWriter out) {
        if (!properties.isEmpty()) {
            PropertiesEncoder.write(out, properties, type);
        }
    }

    private static void expectSome(List<?> entries, PacketType type) {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("the payload of " + type + " is empty");
        }
    }
}
