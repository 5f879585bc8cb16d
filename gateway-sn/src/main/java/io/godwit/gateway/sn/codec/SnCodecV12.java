package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnMessage.Advertise;
import io.godwit.gateway.sn.codec.SnMessage.Auth;
import io.godwit.gateway.sn.codec.SnMessage.ConnAck;
import io.godwit.gateway.sn.codec.SnMessage.Connect;
import io.godwit.gateway.sn.codec.SnMessage.Disconnect;
import io.godwit.gateway.sn.codec.SnMessage.GatewayInfo;
import io.godwit.gateway.sn.codec.SnMessage.PingRequest;
import io.godwit.gateway.sn.codec.SnMessage.PingResponse;
import io.godwit.gateway.sn.codec.SnMessage.Protected;
import io.godwit.gateway.sn.codec.SnMessage.PubAck;
import io.godwit.gateway.sn.codec.SnMessage.PubComp;
import io.godwit.gateway.sn.codec.SnMessage.PubRec;
import io.godwit.gateway.sn.codec.SnMessage.PubRel;
import io.godwit.gateway.sn.codec.SnMessage.Publish;
import io.godwit.gateway.sn.codec.SnMessage.RegAck;
import io.godwit.gateway.sn.codec.SnMessage.Register;
import io.godwit.gateway.sn.codec.SnMessage.SearchGateway;
import io.godwit.gateway.sn.codec.SnMessage.SleepRequest;
import io.godwit.gateway.sn.codec.SnMessage.SleepResponse;
import io.godwit.gateway.sn.codec.SnMessage.SubAck;
import io.godwit.gateway.sn.codec.SnMessage.Subscribe;
import io.godwit.gateway.sn.codec.SnMessage.UnsubAck;
import io.godwit.gateway.sn.codec.SnMessage.Unsubscribe;
import io.godwit.gateway.sn.codec.SnMessage.WakeUp;
import io.godwit.gateway.sn.codec.SnMessage.WillMessage;
import io.godwit.gateway.sn.codec.SnMessage.WillMessageRequest;
import io.godwit.gateway.sn.codec.SnMessage.WillMessageResponse;
import io.godwit.gateway.sn.codec.SnMessage.WillMessageUpdate;
import io.godwit.gateway.sn.codec.SnMessage.WillTopic;
import io.godwit.gateway.sn.codec.SnMessage.WillTopicRequest;
import io.godwit.gateway.sn.codec.SnMessage.WillTopicResponse;
import io.godwit.gateway.sn.codec.SnMessage.WillTopicUpdate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** MQTT-SN 1.2. Sections are those of its specification. */
public final class SnCodecV12 implements SnCodec {

    /** The Protocol Id of CONNECT (§5.3.8). */
    public static final int PROTOCOL_ID = 1;

    static final int ADVERTISE = 0x00;
    static final int SEARCHGW = 0x01;
    static final int GWINFO = 0x02;
    static final int CONNECT = 0x04;
    static final int CONNACK = 0x05;
    static final int WILLTOPICREQ = 0x06;
    static final int WILLTOPIC = 0x07;
    static final int WILLMSGREQ = 0x08;
    static final int WILLMSG = 0x09;
    static final int REGISTER = 0x0A;
    static final int REGACK = 0x0B;
    static final int PUBLISH = 0x0C;
    static final int PUBACK = 0x0D;
    static final int PUBCOMP = 0x0E;
    static final int PUBREC = 0x0F;
    static final int PUBREL = 0x10;
    static final int SUBSCRIBE = 0x12;
    static final int SUBACK = 0x13;
    static final int UNSUBSCRIBE = 0x14;
    static final int UNSUBACK = 0x15;
    static final int PINGREQ = 0x16;
    static final int PINGRESP = 0x17;
    static final int DISCONNECT = 0x18;
    static final int WILLTOPICUPD = 0x1A;
    static final int WILLTOPICRESP = 0x1B;
    static final int WILLMSGUPD = 0x1C;
    static final int WILLMSGRESP = 0x1D;
    static final int ENCAPSULATED = 0xFE;

    /** Return codes (§5.3.10). */
    static final int ACCEPTED = 0;

    static final int CONGESTION = 1;
    static final int INVALID_TOPIC_ID = 2;
    static final int NOT_SUPPORTED = 3;

    /** Length, type and control of a forwarder's header. */
    private static final int ENCAPSULATION = 3;

    /** The one there is: it has no state. */
    public static final SnCodecV12 INSTANCE = new SnCodecV12();

    private SnCodecV12() {}

    // --- decoding -------------------------------------------------------------------------------

    @Override
    public Frame decode(ByteBuffer datagram) throws MalformedDatagram {
        if (datagram.remaining() < SnHeader.SHORT) {
            throw new MalformedDatagram("a datagram of " + datagram.remaining() + " bytes");
        }
        int start = datagram.position();
        if ((datagram.get(start + 1) & 0xFF) != ENCAPSULATED
                || (datagram.get(start) & 0xFF) == SnHeader.LONG_FORM) {
            return new Frame(null, message(datagram));
        }
        int length = datagram.get(start) & 0xFF; // up to the end of the node's name (§5.5)
        if (length <= ENCAPSULATION || length + SnHeader.SHORT > datagram.remaining()) {
            throw new MalformedDatagram("a forwarder's header of " + length + " bytes");
        }
        byte[] node = new byte[length - ENCAPSULATION];
        datagram.get(start + ENCAPSULATION, node);
        datagram.position(start + length);
        return new Frame(new Binary(node), message(datagram));
    }

    private static SnMessage message(ByteBuffer in) throws MalformedDatagram {
        return new SnBodyV12(SnReader.open(in)).read();
    }

    // --- encoding -------------------------------------------------------------------------------

    @Override
    public byte[] encode(Frame frame) {
        Binary node = frame.node();
        int header = node == null ? 0 : ENCAPSULATION + node.bytes().length;
        if (header > SnHeader.SHORT_MAXIMUM) {
            throw new IllegalArgumentException(
                    "the name of a node is " + node + ", over what a forwarder's header has");
        }
        if (frame.clientId() != null) {
            throw new IllegalArgumentException("version 1.2 has no connection encapsulation");
        }
        int body = bodySize(frame.message());
        int own = SnHeader.sizeFor(body);
        ByteBuffer out = ByteBuffer.allocate(header + own + body);
        if (node != null) {
            out.put((byte) header).put((byte) ENCAPSULATED).put((byte) 0).put(node.bytes());
        }
        SnHeader.putLength(out, own, body);
        write(frame.message(), out);
        return out.array();
    }

    /** Bytes behind the type. */
    private static int bodySize(SnMessage message) {
        return switch (message) {
            case WillTopicRequest _, WillMessageRequest _, PingResponse _ -> 0;
            case ConnAck _, WillTopicResponse _, WillMessageResponse _ -> 1;
            case PubRec _, PubRel _, PubComp _, UnsubAck _ -> 2;
            case Advertise _ -> 3;
            case RegAck _, PubAck _ -> 5;
            case SubAck _ -> 6;
            case SearchGateway(Binary network) -> network.bytes().length;
            case GatewayInfo(int _, Binary address) -> 1 + address.bytes().length;
            case Connect connect -> 4 + utf8(connect.clientId()).length;
            case WillTopic(int _, boolean _, Binary topic) -> willTopicSize(topic);
            case WillTopicUpdate(int _, boolean _, Binary topic) -> willTopicSize(topic);
            case WillMessage(Binary payload) -> payload.bytes().length;
            case WillMessageUpdate(Binary payload) -> payload.bytes().length;
            case Register(int _, int _, Binary topic) -> 4 + topic.bytes().length;
            case Publish publish -> 5 + publish.data().bytes().length;
            case Subscribe subscribe -> 3 + topicSize(subscribe.topic());
            case Unsubscribe(SnTopic topic, int _) -> 3 + topicSize(topic);
            case PingRequest(int _, @Nullable String clientId) ->
                    clientId == null ? 0 : utf8(clientId).length;
            case Disconnect disconnect -> disconnect.sleep() == 0 ? 0 : 2;
            case Auth _, SleepRequest _, SleepResponse _, WakeUp _, Protected _ ->
                    throw notIn12(message);
        };
    }

    /** A will without topic is the message without body (§5.4.7). */
    private static int willTopicSize(Binary topic) {
        return topic.bytes().length == 0 ? 0 : 1 + topic.bytes().length;
    }

    private static int topicSize(SnTopic topic) {
        return topic instanceof SnTopic.Name(Binary utf8) ? utf8.bytes().length : 2;
    }

    private static void write(SnMessage message, ByteBuffer out) {
        switch (message) {
            case Advertise(int gatewayId, int seconds) ->
                    type(out, ADVERTISE).put((byte) gatewayId).putShort((short) seconds);
            case SearchGateway(Binary network) -> type(out, SEARCHGW).put(network.bytes());
            case GatewayInfo(int gatewayId, Binary address) ->
                    type(out, GWINFO).put((byte) gatewayId).put(address.bytes());
            case Connect connect ->
                    type(out, CONNECT)
                            .put((byte) SnFlags.of(connect.will(), connect.cleanSession()))
                            .put((byte) connect.protocolId())
                            .putShort((short) connect.keepAlive())
                            .put(utf8(connect.clientId()));
            case ConnAck connAck -> code(type(out, CONNACK), connAck.code());
            case WillTopicRequest _ -> type(out, WILLTOPICREQ);
            case WillTopic(int qos, boolean retain, Binary topic) ->
                    writeWillTopic(type(out, WILLTOPIC), qos, retain, topic);
            case WillMessageRequest _ -> type(out, WILLMSGREQ);
            case WillMessage(Binary payload) -> type(out, WILLMSG).put(payload.bytes());
            case WillTopicUpdate(int qos, boolean retain, Binary topic) ->
                    writeWillTopic(type(out, WILLTOPICUPD), qos, retain, topic);
            case WillTopicResponse(ReturnCode code) -> code(type(out, WILLTOPICRESP), code);
            case WillMessageUpdate(Binary payload) -> type(out, WILLMSGUPD).put(payload.bytes());
            case WillMessageResponse(ReturnCode code) -> code(type(out, WILLMSGRESP), code);
            case PingRequest(int _, @Nullable String clientId) ->
                    type(out, PINGREQ).put(clientId == null ? new byte[0] : utf8(clientId));
            case PingResponse _ -> type(out, PINGRESP);
            case Disconnect disconnect -> {
                type(out, DISCONNECT);
                if (disconnect.sleep() != 0) {
                    out.putShort((short) disconnect.sleep());
                }
            }
            case Register _,
                    RegAck _,
                    Publish _,
                    PubAck _,
                    PubRec _,
                    PubRel _,
                    PubComp _,
                    Subscribe _,
                    SubAck _,
                    Unsubscribe _,
                    UnsubAck _ ->
                    writeTopical(message, out);
            case Auth _, SleepRequest _, SleepResponse _, WakeUp _, Protected _ ->
                    throw notIn12(message);
        }
    }

    private static IllegalArgumentException notIn12(SnMessage message) {
        return new IllegalArgumentException(
                "version 1.2 has no " + message.getClass().getSimpleName());
    }

    /** What is about topics and messages. */
    private static void writeTopical(SnMessage message, ByteBuffer out) {
        switch (message) {
            case Register(int topicId, int messageId, Binary topic) ->
                    ids(type(out, REGISTER), topicId, messageId).put(topic.bytes());
            case RegAck(int topicId, boolean _, int messageId, ReturnCode code) ->
                    code(ids(type(out, REGACK), topicId, messageId), code);
            case Publish publish ->
                    ids(
                                    type(out, PUBLISH).put((byte) SnFlags.of(publish)),
                                    idOf(publish.topic()),
                                    publish.messageId())
                            .put(publish.data().bytes());
            case PubAck(int topicId, int messageId, ReturnCode code) ->
                    code(ids(type(out, PUBACK), topicId, messageId), code);
            case PubRec(int messageId, ReturnCode _) ->
                    type(out, PUBREC).putShort((short) messageId);
            case PubRel(int messageId, ReturnCode _) ->
                    type(out, PUBREL).putShort((short) messageId);
            case PubComp(int messageId, ReturnCode _) ->
                    type(out, PUBCOMP).putShort((short) messageId);
            case Subscribe subscribe ->
                    writeTopic(
                            subscribe.topic(),
                            type(out, SUBSCRIBE)
                                    .put((byte) SnFlags.of(subscribe))
                                    .putShort((short) subscribe.messageId()));
            case SubAck(int qos, int topicId, boolean _, int messageId, ReturnCode code) ->
                    code(
                            ids(type(out, SUBACK).put((byte) SnFlags.of(qos)), topicId, messageId),
                            code);
            case Unsubscribe(SnTopic topic, int messageId) ->
                    writeTopic(
                            topic,
                            type(out, UNSUBSCRIBE)
                                    .put((byte) SnFlags.of(false, 0, false, topic))
                                    .putShort((short) messageId));
            case UnsubAck(int messageId, ReturnCode _) ->
                    type(out, UNSUBACK).putShort((short) messageId);
            default -> throw new IllegalStateException(message + " is about no topic");
        }
    }

    private static ByteBuffer type(ByteBuffer out, int type) {
        return out.put((byte) type);
    }

    private static ByteBuffer code(ByteBuffer out, ReturnCode code) {
        return out.put((byte) octet(code));
    }

    /** Which of the four return codes says best how it ended (§5.3.10). */
    static int octet(ReturnCode code) {
        if (!code.isError()) {
            return ACCEPTED;
        }
        return switch (code) {
            case CONGESTION,
                    QUOTA_EXCEEDED,
                    SERVER_BUSY,
                    SERVER_UNAVAILABLE,
                    CONNECTION_RATE_EXCEEDED,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    UNSPECIFIED_ERROR ->
                    CONGESTION;
            case INVALID_TOPIC_ID -> INVALID_TOPIC_ID;
            default -> NOT_SUPPORTED;
        };
    }

    private static byte[] utf8(String clientId) {
        return clientId.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer ids(ByteBuffer out, int topicId, int messageId) {
        return out.putShort((short) topicId).putShort((short) messageId);
    }

    private static void writeWillTopic(ByteBuffer out, int qos, boolean retain, Binary topic) {
        if (topic.bytes().length > 0) {
            out.put((byte) SnFlags.of(qos, retain)).put(topic.bytes());
        }
    }

    private static void writeTopic(SnTopic topic, ByteBuffer out) {
        if (topic instanceof SnTopic.Name(Binary utf8)) {
            out.put(utf8.bytes());
        } else {
            out.putShort((short) idOf(topic));
        }
    }

    /** The two octets that name a topic. */
    private static int idOf(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int id) -> id;
            case SnTopic.Predefined(int id) -> id;
            case SnTopic.Short(int octets) -> octets;
            case SnTopic.Name _ ->
                    throw new IllegalArgumentException("PUBLISH names its topic in two octets");
        };
    }
}
