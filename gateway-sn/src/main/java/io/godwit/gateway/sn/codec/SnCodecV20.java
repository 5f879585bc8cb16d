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
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * MQTT-SN 2.0 as Committee Specification Draft 01 has it, of 14 August 2026. Nearly all numbers are
 * others than in version 1.2.
 */
public final class SnCodecV20 implements SnCodec {

    /** The Protocol Version of CONNECT. */
    public static final int PROTOCOL_VERSION = 2;

    static final int CONNECT = 0x01;
    static final int CONNACK = 0x02;
    static final int PUBLISH = 0x03;
    static final int PUBACK = 0x04;
    static final int PUBREC = 0x05;
    static final int PUBREL = 0x06;
    static final int PUBCOMP = 0x07;
    static final int SUBSCRIBE = 0x08;
    static final int SUBACK = 0x09;
    static final int UNSUBSCRIBE = 0x0A;
    static final int UNSUBACK = 0x0B;
    static final int PINGREQ = 0x0C;
    static final int PINGRESP = 0x0D;
    static final int DISCONNECT = 0x0E;
    static final int AUTH = 0x0F;
    static final int REGISTER = 0x10;
    static final int REGACK = 0x11;
    static final int PUBWOS = 0x12;
    static final int SLEEPREQ = 0x13;
    static final int SLEEPRESP = 0x14;
    static final int WAKEUP = 0x15;
    static final int ADVERTISE = 0x16;
    static final int SEARCHGW = 0x17;
    static final int GWINFO = 0x18;
    static final int FORWARDER = 0xFC;
    static final int CONNECTION = 0xFE;
    static final int PROTECTION = 0xFF;

    private static final int LARGEST_NODE = 255;

    /** The one there is: it has no state. */
    public static final SnCodecV20 INSTANCE = new SnCodecV20();

    private SnCodecV20() {}

    // --- decoding -------------------------------------------------------------------------------

    @Override
    public Frame decode(ByteBuffer datagram) throws MalformedDatagram {
        boolean longForm = isLongForm(datagram);
        SnReader in = SnReader.open(datagram);
        if (in.type() != FORWARDER) {
            return ofClient(null, in, longForm);
        }
        int size = in.octet();
        if (size == 0) {
            throw in.malformed("no name of a node");
        }
        Binary node = in.bytes(size);
        boolean longWithin = isLongForm(in.within());
        return ofClient(node, SnReader.open(in.within()), longWithin);
    }

    private static boolean isLongForm(ByteBuffer message) {
        return message.hasRemaining() && message.get(message.position()) == SnHeader.LONG_FORM;
    }

    private static Frame ofClient(@Nullable Binary node, SnReader in, boolean longForm)
            throws MalformedDatagram {
        if (in.type() == PROTECTION) {
            return new Frame(node, protectedPacket(in, longForm));
        }
        if (in.type() != CONNECTION) {
            return new Frame(node, new SnBodyV20(in).read());
        }
        String clientId = in.text(in.number(), "a client identifier");
        if (clientId.isEmpty()) {
            throw in.malformed("no client identifier");
        }
        SnMessage message = new SnBodyV20(SnReader.open(in.within())).read();
        if (!mayBeOfMovedClient(message)) {
            throw in.malformed("a packet that has no client identifier");
        }
        return new Frame(node, clientId, message);
    }

    private static boolean mayBeOfMovedClient(SnMessage message) {
        return switch (message) {
            case Publish publish -> publish.qos() >= 0;
            case Subscribe _,
                    Unsubscribe _,
                    Register _,
                    Disconnect _,
                    SleepRequest _,
                    PingRequest _ ->
                    true;
            default -> false;
        };
    }

    private static SnMessage protectedPacket(SnReader in, boolean longForm)
            throws MalformedDatagram {
        SnEnvelope envelope = SnEnvelope.read(in, longForm);
        int size = in.remaining() - envelope.tagSize();
        if (size < SnHeader.SHORT) {
            throw in.malformed("nothing that it protects");
        }
        return new Protected(envelope, in.bytes(size), in.rest());
    }

    // --- encoding -------------------------------------------------------------------------------

    @Override
    public byte[] encode(Frame frame) {
        byte[] packet = write(frame.message());
        if (frame.clientId() != null) {
            if (!mayBeOfMovedClient(frame.message())) {
                throw new IllegalArgumentException(
                        "no connection encapsulation goes around "
                                + frame.message().getClass().getSimpleName());
            }
            byte[] clientId = SnWriter.utf8(frame.clientId());
            packet =
                    new SnWriter(CONNECTION)
                            .number(clientId.length)
                            .bytes(new Binary(clientId))
                            .bytes(new Binary(packet))
                            .message();
        }
        Binary node = frame.node();
        if (node == null) {
            return packet;
        }
        int size = node.bytes().length;
        if (size == 0 || size > LARGEST_NODE) {
            throw new IllegalArgumentException("the name of a node has " + node);
        }
        return new SnWriter(FORWARDER).octet(size).bytes(node).bytes(new Binary(packet)).message();
    }

    private static byte[] write(SnMessage message) {
        return switch (message) {
            case Protected whole -> protectedPacket(whole);
            case Connect connect -> connect(connect).message();
            case ConnAck connAck -> connAck(connAck).message();
            case Auth(int messageId, ReturnCode code, SnAuthentication authentication) ->
                    method(answer(AUTH, messageId).octet(code.value()), authentication)
                            .bytes(authentication.data())
                            .message();
            case PingRequest ping -> answer(PINGREQ, ping.messageId()).message();
            case PingResponse(int messageId, @Nullable Integer remaining) -> {
                SnWriter out = answer(PINGRESP, messageId);
                yield (remaining == null ? out : out.octet(remaining)).message();
            }
            case Disconnect disconnect -> disconnect(disconnect).message();
            case SleepRequest(boolean keepAliases, int messageId, long seconds) ->
                    new SnWriter(SLEEPREQ)
                            .octet(keepAliases ? SnFlagsV20.KEEP_ALIASES : 0)
                            .number(messageId)
                            .four(seconds)
                            .message();
            case SleepResponse(int messageId, @Nullable Long seconds, ReturnCode code) -> {
                SnWriter out =
                        new SnWriter(SLEEPRESP)
                                .octet(seconds != null ? SnFlagsV20.SLEEP_DURATION : 0)
                                .number(messageId);
                yield reason(seconds != null ? out.four(seconds) : out, code).message();
            }
            case WakeUp _ -> new SnWriter(WAKEUP).message();
            case Advertise(int gatewayId, int seconds) ->
                    new SnWriter(ADVERTISE).octet(gatewayId).number(seconds).message();
            case SearchGateway(Binary network) -> new SnWriter(SEARCHGW).bytes(network).message();
            case GatewayInfo(int gatewayId, Binary address) ->
                    new SnWriter(GWINFO).octet(gatewayId).bytes(address).message();
            default -> topical(message).message();
        };
    }

    /** What is about topics and messages. */
    private static SnWriter topical(SnMessage message) {
        return switch (message) {
            case Register(int topicId, int messageId, Binary topic) -> {
                SnWriter out =
                        new SnWriter(REGISTER)
                                .octet(topicId != 0 ? SnFlagsV20.REGISTER_ALIAS : 0)
                                .number(messageId);
                yield (topicId != 0 ? out.number(topicId) : out).bytes(topic);
            }
            case RegAck(int topicId, boolean predefined, int messageId, ReturnCode code) ->
                    reason(aliased(REGACK, topicId, predefined, messageId), code);
            case Publish publish -> publish(publish);
            case PubAck(int _, int messageId, ReturnCode code) ->
                    reason(answer(PUBACK, messageId), code);
            case PubRec(int messageId, ReturnCode code) -> reason(answer(PUBREC, messageId), code);
            case PubRel(int messageId, ReturnCode code) -> reason(answer(PUBREL, messageId), code);
            case PubComp(int messageId, ReturnCode code) ->
                    reason(answer(PUBCOMP, messageId), code);
            case Subscribe subscribe ->
                    filter(
                            new SnWriter(SUBSCRIBE)
                                    .octet(SnFlagsV20.of(subscribe))
                                    .number(subscribe.messageId()),
                            subscribe.topic());
            case SubAck(int qos, int topicId, boolean predefined, int id, ReturnCode code) -> {
                SnWriter out = aliased(SUBACK, topicId, predefined, id);
                yield code == ReturnCode.ACCEPTED && qos > 0 ? out.octet(qos) : reason(out, code);
            }
            case Unsubscribe(SnTopic topic, int messageId) ->
                    filter(
                            new SnWriter(UNSUBSCRIBE)
                                    .octet(SnFlagsV20.typeOf(topic))
                                    .number(messageId),
                            topic);
            case UnsubAck(int messageId, ReturnCode code) ->
                    reason(answer(UNSUBACK, messageId), code);
            default ->
                    throw new IllegalArgumentException(
                            "version 2.0 has no " + message.getClass().getSimpleName());
        };
    }

    private static byte[] protectedPacket(Protected whole) {
        byte[] head = whole.envelope().head(whole.packet().bytes().length);
        if (whole.tag().bytes().length != whole.envelope().tagSize()) {
            throw new IllegalArgumentException("a tag of " + whole.tag());
        }
        return ByteBuffer.allocate(
                        head.length + whole.packet().bytes().length + whole.tag().bytes().length)
                .put(head)
                .put(whole.packet().bytes())
                .put(whole.tag().bytes())
                .array();
    }

    private static SnWriter connect(Connect connect) {
        ConnectOptions options = connect.options();
        ConnectOptions.Will will = options.will();
        SnAuthentication authentication = options.authentication();
        SnWriter out = new SnWriter(CONNECT).octet(SnFlagsV20.of(connect));
        if (will != null) {
            out.octet(SnFlagsV20.of(will));
        }
        out.number(options.messageId())
                .octet(connect.protocolId())
                .number(connect.keepAlive())
                .number(options.maximumPacketSize());
        if (options.awakeMessages() != null) {
            out.octet(options.awakeMessages());
        }
        if (options.sessionExpiry() != null) {
            out.four(options.sessionExpiry());
        }
        if (will != null) {
            topic(out, will.topic()).number(will.payload().bytes().length).bytes(will.payload());
        }
        if (authentication != null) {
            authentication(out, authentication);
        }
        return out.text(connect.clientId());
    }

    private static SnWriter connAck(ConnAck connAck) {
        SnWriter out =
                new SnWriter(CONNACK)
                        .octet(SnFlagsV20.of(connAck))
                        .number(connAck.messageId())
                        .octet(connAck.code().value());
        if (connAck.sessionExpiry() != null) {
            out.four(connAck.sessionExpiry());
        }
        if (connAck.keepAlive() != null) {
            out.number(connAck.keepAlive());
        }
        if (connAck.authentication() != null) {
            authentication(out, connAck.authentication());
        }
        return out.text(connAck.assignedClientId());
    }

    private static void authentication(SnWriter out, SnAuthentication authentication) {
        method(out, authentication)
                .number(authentication.data().bytes().length)
                .bytes(authentication.data());
    }

    private static SnWriter method(SnWriter out, SnAuthentication authentication) {
        byte[] method = SnWriter.utf8(authentication.method());
        return out.octet(method.length).bytes(new Binary(method));
    }

    private static SnWriter disconnect(Disconnect disconnect) {
        SnWriter out = new SnWriter(DISCONNECT).octet(SnFlagsV20.of(disconnect));
        if (disconnect.messageId() != 0) {
            out.number(disconnect.messageId());
        }
        if (disconnect.sessionExpiry() != null) {
            out.four(disconnect.sessionExpiry());
        }
        if (SnFlagsV20.hasReason(disconnect)) {
            out.octet(disconnect.code().value());
        }
        return out.text(disconnect.reason());
    }

    private static SnWriter publish(Publish publish) {
        boolean withoutSession = publish.qos() < 0;
        if (withoutSession && publish.topic() instanceof SnTopic.Normal) {
            throw new IllegalArgumentException("PUBWOS has no alias of a session");
        }
        SnWriter out =
                new SnWriter(withoutSession ? PUBWOS : PUBLISH).octet(SnFlagsV20.of(publish));
        if (publish.qos() > 0) {
            out.number(publish.messageId());
        }
        return topic(out, publish.topic()).bytes(publish.data());
    }

    private static SnWriter answer(int type, int messageId) {
        return new SnWriter(type).number(messageId);
    }

    private static SnWriter aliased(int type, int alias, boolean predefined, int messageId) {
        SnWriter out =
                new SnWriter(type).octet(SnFlagsV20.ofAlias(alias, predefined)).number(messageId);
        return alias != 0 ? out.number(alias) : out;
    }

    /** A reason that is not said is success. */
    private static SnWriter reason(SnWriter out, ReturnCode code) {
        return code == ReturnCode.ACCEPTED ? out : out.octet(code.value());
    }

    /** An alias, or the length of a name and the name. */
    private static SnWriter topic(SnWriter out, SnTopic topic) {
        return topic instanceof SnTopic.Name(Binary utf8)
                ? out.number(utf8.bytes().length).bytes(utf8)
                : filter(out, topic);
    }

    /** An alias, or a name that ends with the packet. */
    private static SnWriter filter(SnWriter out, SnTopic topic) {
        return switch (topic) {
            case SnTopic.Normal(int alias) -> out.number(alias);
            case SnTopic.Predefined(int alias) -> out.number(alias);
            case SnTopic.Name(Binary utf8) -> out.bytes(utf8);
            case SnTopic.Short _ ->
                    throw new IllegalArgumentException("version 2.0 has no short topic names");
        };
    }
}
