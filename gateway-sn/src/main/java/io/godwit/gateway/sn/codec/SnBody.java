package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What stands behind the type of a message of MQTT-SN 1.2 (§5.4), read once. */
final class SnBody {

    private final ByteBuffer in;
    private final int type;

    /**
     * A body.
     *
     * @param in from behind the type to the end of the message
     */
    SnBody(ByteBuffer in, int type) {
        this.in = in;
        this.type = type;
    }

    SnMessage read() throws MalformedDatagram {
        return switch (type) {
            case SnCodecV12.ADVERTISE -> {
                exactly(3);
                yield new SnMessage.Advertise(octet(), number());
            }
            case SnCodecV12.SEARCHGW -> {
                exactly(1);
                yield new SnMessage.SearchGateway(octet());
            }
            case SnCodecV12.GWINFO -> {
                atLeast(1);
                yield new SnMessage.GatewayInfo(octet(), rest());
            }
            case SnCodecV12.CONNECT -> connect();
            case SnCodecV12.CONNACK -> new SnMessage.ConnAck(onlyCode());
            case SnCodecV12.WILLTOPICREQ -> {
                exactly(0);
                yield new SnMessage.WillTopicRequest();
            }
            case SnCodecV12.WILLTOPIC -> {
                int flags = willFlags();
                yield new SnMessage.WillTopic(SnFlags.qos(flags), SnFlags.retain(flags), rest());
            }
            case SnCodecV12.WILLMSGREQ -> {
                exactly(0);
                yield new SnMessage.WillMessageRequest();
            }
            case SnCodecV12.WILLMSG -> new SnMessage.WillMessage(rest());
            case SnCodecV12.WILLTOPICUPD -> {
                int flags = willFlags();
                yield new SnMessage.WillTopicUpdate(
                        SnFlags.qos(flags), SnFlags.retain(flags), rest());
            }
            case SnCodecV12.WILLTOPICRESP -> new SnMessage.WillTopicResponse(onlyCode());
            case SnCodecV12.WILLMSGUPD -> new SnMessage.WillMessageUpdate(rest());
            case SnCodecV12.WILLMSGRESP -> new SnMessage.WillMessageResponse(onlyCode());
            case SnCodecV12.PINGREQ ->
                    new SnMessage.PingRequest(in.hasRemaining() ? clientId() : null);
            case SnCodecV12.PINGRESP -> {
                exactly(0);
                yield new SnMessage.PingResponse();
            }
            case SnCodecV12.DISCONNECT -> disconnect();
            default -> topical();
        };
    }

    /** What is about topics and messages. */
    private SnMessage topical() throws MalformedDatagram {
        return switch (type) {
            case SnCodecV12.REGISTER -> {
                atLeast(5);
                yield new SnMessage.Register(number(), number(), rest());
            }
            case SnCodecV12.REGACK -> {
                exactly(5);
                yield new SnMessage.RegAck(number(), number(), code());
            }
            case SnCodecV12.PUBLISH -> publish();
            case SnCodecV12.PUBACK -> {
                exactly(5);
                yield new SnMessage.PubAck(number(), number(), code());
            }
            case SnCodecV12.PUBREC -> new SnMessage.PubRec(onlyNumber());
            case SnCodecV12.PUBREL -> new SnMessage.PubRel(onlyNumber());
            case SnCodecV12.PUBCOMP -> new SnMessage.PubComp(onlyNumber());
            case SnCodecV12.SUBSCRIBE -> subscribe();
            case SnCodecV12.SUBACK -> {
                exactly(6);
                int qos = SnFlags.qos(octet());
                yield new SnMessage.SubAck(Math.max(0, qos), number(), number(), code());
            }
            case SnCodecV12.UNSUBSCRIBE -> {
                atLeast(4);
                int flags = octet();
                int messageId = number();
                yield new SnMessage.Unsubscribe(filter(flags), messageId);
            }
            case SnCodecV12.UNSUBACK -> new SnMessage.UnsubAck(onlyNumber());
            default ->
                    throw new MalformedDatagram("type 0x%02X, which there is not".formatted(type));
        };
    }

    private SnMessage connect() throws MalformedDatagram {
        atLeast(4);
        int flags = octet();
        int protocolId = octet();
        int keepAlive = number();
        return new SnMessage.Connect(
                SnFlags.will(flags),
                SnFlags.cleanSession(flags),
                protocolId,
                keepAlive,
                clientId());
    }

    private SnMessage disconnect() throws MalformedDatagram {
        if (!in.hasRemaining()) {
            return new SnMessage.Disconnect(0);
        }
        return new SnMessage.Disconnect(onlyNumber());
    }

    private SnMessage publish() throws MalformedDatagram {
        atLeast(5);
        int flags = octet();
        int topic = number();
        int messageId = number();
        return new SnMessage.Publish(
                SnFlags.dup(flags),
                SnFlags.qos(flags),
                SnFlags.retain(flags),
                topic(flags, topic),
                messageId,
                rest());
    }

    private SnMessage subscribe() throws MalformedDatagram {
        atLeast(4);
        int flags = octet();
        int messageId = number();
        if (SnFlags.qos(flags) < 0) {
            throw malformed("QoS -1, at which nobody can subscribe");
        }
        return new SnMessage.Subscribe(
                SnFlags.dup(flags), SnFlags.qos(flags), filter(flags), messageId);
    }

    /** Nothing at all says that there is no will (§5.4.7). */
    private int willFlags() throws MalformedDatagram {
        if (!in.hasRemaining()) {
            return 0;
        }
        int flags = octet();
        if (SnFlags.qos(flags) < 0) {
            throw malformed("QoS -1, which no will has");
        }
        return flags;
    }

    private SnTopic topic(int flags, int octets) throws MalformedDatagram {
        return switch (SnFlags.topicType(flags)) {
            case 0b00 -> new SnTopic.Normal(octets);
            case 0b01 -> new SnTopic.Predefined(octets);
            case 0b10 -> new SnTopic.Short(octets);
            default -> throw malformed("a topic of the reserved type");
        };
    }

    private SnTopic filter(int flags) throws MalformedDatagram {
        if (SnFlags.topicType(flags) == 0) {
            return new SnTopic.Name(rest());
        }
        exactly(2);
        return topic(flags, number());
    }

    private String clientId() throws MalformedDatagram {
        try {
            String clientId = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
            if (clientId.indexOf('\0') >= 0) {
                throw malformed("a client identifier with U+0000");
            }
            return clientId;
        } catch (CharacterCodingException notUtf8) {
            throw malformed("a client identifier that is not UTF-8");
        }
    }

    static byte[] utf8(String clientId) {
        return clientId.getBytes(StandardCharsets.UTF_8);
    }

    private ReturnCode onlyCode() throws MalformedDatagram {
        exactly(1);
        return code();
    }

    private ReturnCode code() {
        return ReturnCode.of(octet());
    }

    private int onlyNumber() throws MalformedDatagram {
        exactly(2);
        return number();
    }

    private int octet() {
        return in.get() & 0xFF;
    }

    private int number() {
        return in.getShort() & 0xFFFF;
    }

    private Binary rest() {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return new Binary(rest);
    }

    private void exactly(int bytes) throws MalformedDatagram {
        if (in.remaining() != bytes) {
            throw malformed("%d bytes where %d belong".formatted(in.remaining(), bytes));
        }
    }

    private void atLeast(int bytes) throws MalformedDatagram {
        if (in.remaining() < bytes) {
            throw malformed("%d bytes where %d belong".formatted(in.remaining(), bytes));
        }
    }

    private MalformedDatagram malformed(String what) {
        return new MalformedDatagram("type 0x%02X: it has %s".formatted(type, what));
    }
}
