package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import io.godwit.codec.RetainHandling;

/** What stands behind the type of a packet of MQTT-SN 2.0, read once. */
final class SnBodyV20 {

    private static final RetainHandling[] RETAIN_HANDLING = RetainHandling.values();

    private final SnReader in;

    SnBodyV20(SnReader in) {
        this.in = in;
    }

    SnMessage read() throws MalformedDatagram {
        SnMessage message =
                switch (in.type()) {
                    case SnCodecV20.CONNECT -> connect();
                    case SnCodecV20.CONNACK -> connAck();
                    case SnCodecV20.AUTH ->
                            new SnMessage.Auth(
                                    in.number(), code(), new SnAuthentication(method(), in.rest()));
                    case SnCodecV20.PINGREQ -> new SnMessage.PingRequest(in.number(), null);
                    case SnCodecV20.PINGRESP ->
                            new SnMessage.PingResponse(
                                    in.number(), in.hasMore() ? in.octet() : null);
                    case SnCodecV20.DISCONNECT -> disconnect();
                    case SnCodecV20.SLEEPREQ -> sleepRequest();
                    case SnCodecV20.SLEEPRESP -> sleepResponse();
                    case SnCodecV20.WAKEUP -> new SnMessage.WakeUp();
                    case SnCodecV20.ADVERTISE -> new SnMessage.Advertise(in.octet(), in.number());
                    case SnCodecV20.SEARCHGW -> new SnMessage.SearchGateway(in.rest());
                    case SnCodecV20.GWINFO -> new SnMessage.GatewayInfo(in.octet(), in.rest());
                    default -> topical();
                };
        in.exactly(0);
        return message;
    }

    /** What is about topics and messages. */
    private SnMessage topical() throws MalformedDatagram {
        return switch (in.type()) {
            case SnCodecV20.REGISTER -> register();
            case SnCodecV20.REGACK -> regAck();
            case SnCodecV20.PUBLISH -> publish();
            case SnCodecV20.PUBWOS -> publishWithoutSession();
            case SnCodecV20.PUBACK -> new SnMessage.PubAck(0, in.number(), optionalCode());
            case SnCodecV20.PUBREC -> new SnMessage.PubRec(in.number(), optionalCode());
            case SnCodecV20.PUBREL -> new SnMessage.PubRel(in.number(), optionalCode());
            case SnCodecV20.PUBCOMP -> new SnMessage.PubComp(in.number(), optionalCode());
            case SnCodecV20.SUBSCRIBE -> subscribe();
            case SnCodecV20.SUBACK -> subAck();
            case SnCodecV20.UNSUBSCRIBE -> {
                int flags = flags(SnFlagsV20.TOPIC);
                int messageId = in.number();
                yield new SnMessage.Unsubscribe(filter(flags), messageId);
            }
            case SnCodecV20.UNSUBACK -> new SnMessage.UnsubAck(in.number(), optionalCode());
            default ->
                    throw new MalformedDatagram(
                            "type 0x%02X, which there is not".formatted(in.type()));
        };
    }

    // --- connections ----------------------------------------------------------------------------

    private SnMessage connect() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.ALL_OF_CONNECT);
        boolean hasWill = (flags & SnFlagsV20.WILL) != 0;
        int willFlags = hasWill ? flags(SnFlagsV20.ALL_OF_WILL) : 0;
        int messageId = in.number();
        int protocol = in.octet();
        int keepAlive = in.number();
        int maximumPacketSize = in.number();
        Integer awakeMessages = (flags & SnFlagsV20.AWAKE_MESSAGES) != 0 ? in.octet() : null;
        Long expiry = (flags & SnFlagsV20.EXPIRY_IN_CONNECT) != 0 ? in.four() : null;
        ConnectOptions.Will will = hasWill ? will(willFlags) : null;
        SnAuthentication authentication =
                (flags & SnFlagsV20.AUTHENTICATION_IN_CONNECT) != 0 ? authentication() : null;
        return new SnMessage.Connect(
                hasWill,
                (flags & SnFlagsV20.CLEAN_START) != 0,
                protocol,
                keepAlive,
                in.clientId(),
                new ConnectOptions(
                        messageId,
                        maximumPacketSize,
                        awakeMessages,
                        expiry,
                        will,
                        authentication,
                        (flags & SnFlagsV20.ADDRESS_MAY_CHANGE) != 0,
                        (flags & SnFlagsV20.SERVER_SUGGESTED) != 0));
    }

    private ConnectOptions.Will will(int flags) throws MalformedDatagram {
        SnTopic topic = topic(flags);
        int qos = qos(flags >> SnFlagsV20.WILL_QOS_SHIFT);
        boolean retain = (flags & SnFlagsV20.RETAIN) != 0;
        return new ConnectOptions.Will(topic, qos, retain, in.bytes(in.number()));
    }

    private SnAuthentication authentication() throws MalformedDatagram {
        String method = method();
        return new SnAuthentication(method, in.bytes(in.number()));
    }

    private String method() throws MalformedDatagram {
        String method = in.text(in.octet(), "an authentication method");
        if (method.isEmpty()) {
            throw in.malformed("no authentication method");
        }
        return method;
    }

    private SnMessage connAck() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.ALL_OF_CONNACK);
        int messageId = in.number();
        ReturnCode code = code();
        Long expiry = (flags & SnFlagsV20.EXPIRY_IN_CONNACK) != 0 ? in.four() : null;
        Integer keepAlive = (flags & SnFlagsV20.SERVER_KEEP_ALIVE) != 0 ? in.number() : null;
        SnAuthentication authentication =
                (flags & SnFlagsV20.AUTHENTICATION_IN_CONNACK) != 0 ? authentication() : null;
        return new SnMessage.ConnAck(
                code,
                messageId,
                (flags & SnFlagsV20.SESSION_PRESENT) != 0,
                expiry,
                keepAlive,
                authentication,
                in.clientId());
    }

    private SnMessage disconnect() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.ALL_OF_DISCONNECT);
        int messageId = (flags & SnFlagsV20.DISCONNECT_ID) != 0 ? given(in.number()) : 0;
        Long expiry = (flags & SnFlagsV20.DISCONNECT_EXPIRY) != 0 ? in.four() : null;
        ReturnCode code =
                (flags & SnFlagsV20.DISCONNECT_REASON) != 0 ? code() : ReturnCode.ACCEPTED;
        return new SnMessage.Disconnect(
                0, messageId, expiry, code, in.text(in.remaining(), "a reason"));
    }

    private SnMessage sleepRequest() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.KEEP_ALIASES);
        int messageId = in.number();
        long seconds = in.four();
        if (seconds == 0) {
            throw in.malformed("a sleep of no time");
        }
        return new SnMessage.SleepRequest(flags != 0, messageId, seconds);
    }

    private SnMessage sleepResponse() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.SLEEP_DURATION);
        int messageId = in.number();
        return new SnMessage.SleepResponse(
                messageId, flags != 0 ? in.four() : null, optionalCode());
    }

    // --- topics and messages --------------------------------------------------------------------

    private SnMessage register() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.REGISTER_ALIAS);
        int messageId = in.number();
        int alias = flags != 0 ? given(in.number()) : 0;
        return new SnMessage.Register(alias, messageId, name(in.remaining()));
    }

    private SnMessage regAck() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.ALIAS | SnFlagsV20.TOPIC);
        int messageId = in.number();
        int alias = alias(flags);
        boolean predefined = isPredefined(flags, alias);
        return new SnMessage.RegAck(alias, predefined, messageId, optionalCode());
    }

    private SnMessage publish() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.ALL_OF_PUBLISH);
        int qos = qos(flags >> SnFlagsV20.QOS_SHIFT);
        boolean dup = (flags & SnFlagsV20.DUP) != 0;
        if (dup && qos != 2) {
            throw in.malformed("DUP, which only QoS 2 has");
        }
        int messageId = qos > 0 ? in.number() : 0;
        SnTopic topic = topic(flags);
        boolean retain = (flags & SnFlagsV20.RETAIN) != 0;
        return new SnMessage.Publish(dup, qos, retain, topic, messageId, in.rest());
    }

    private SnMessage publishWithoutSession() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.RETAIN | SnFlagsV20.TOPIC);
        SnTopic topic = topic(flags);
        if (topic instanceof SnTopic.Normal) {
            throw in.malformed("an alias, which belongs to a session");
        }
        boolean retain = (flags & SnFlagsV20.RETAIN) != 0;
        return new SnMessage.Publish(false, -1, retain, topic, 0, in.rest());
    }

    private SnMessage subscribe() throws MalformedDatagram {
        int flags = in.octet();
        int messageId = in.number();
        int handling = flags >> SnFlagsV20.RETAIN_HANDLING_SHIFT & 0b11;
        if (handling >= RETAIN_HANDLING.length) {
            throw in.malformed("a Retain Handling of 3");
        }
        return new SnMessage.Subscribe(
                false,
                qos(flags >> SnFlagsV20.QOS_SHIFT),
                filter(flags),
                messageId,
                (flags & SnFlagsV20.NO_LOCAL) != 0,
                (flags & SnFlagsV20.RETAIN_AS_PUBLISHED) != 0,
                RETAIN_HANDLING[handling]);
    }

    private SnMessage subAck() throws MalformedDatagram {
        int flags = flags(SnFlagsV20.ALIAS | SnFlagsV20.TOPIC);
        int messageId = in.number();
        int alias = alias(flags);
        boolean predefined = isPredefined(flags, alias);
        int reason = in.hasMore() ? in.octet() : 0;
        boolean isGranted = reason <= 2;
        return new SnMessage.SubAck(
                isGranted ? reason : 0,
                alias,
                predefined,
                messageId,
                isGranted ? ReturnCode.ACCEPTED : ReturnCode.of(reason));
    }

    private int alias(int flags) throws MalformedDatagram {
        return (flags & SnFlagsV20.ALIAS) != 0 ? given(in.number()) : 0;
    }

    /** Whether an alias is a predefined one; without one the type says nothing. */
    private boolean isPredefined(int flags, int alias) throws MalformedDatagram {
        int type = flags & SnFlagsV20.TOPIC;
        if (alias != 0 && type != SnFlagsV20.SESSION_ALIAS && type != SnFlagsV20.PREDEFINED_ALIAS) {
            throw in.malformed("an alias that is none");
        }
        return alias != 0 && type == SnFlagsV20.PREDEFINED_ALIAS;
    }

    /** What stands where an alias or the length of a name is followed by something else. */
    private SnTopic topic(int flags) throws MalformedDatagram {
        int number = in.number();
        return switch (flags & SnFlagsV20.TOPIC) {
            case SnFlagsV20.SESSION_ALIAS -> new SnTopic.Normal(number);
            case SnFlagsV20.PREDEFINED_ALIAS -> new SnTopic.Predefined(number);
            case SnFlagsV20.NAME -> new SnTopic.Name(name(number));
            default -> throw in.malformed("a topic of the reserved type");
        };
    }

    /** What stands at the end. */
    private SnTopic filter(int flags) throws MalformedDatagram {
        return switch (flags & SnFlagsV20.TOPIC) {
            case SnFlagsV20.SESSION_ALIAS -> new SnTopic.Normal(in.number());
            case SnFlagsV20.PREDEFINED_ALIAS -> new SnTopic.Predefined(in.number());
            case SnFlagsV20.NAME -> new SnTopic.Name(name(in.remaining()));
            default -> throw in.malformed("a topic of the reserved type");
        };
    }

    private Binary name(int bytes) throws MalformedDatagram {
        if (bytes == 0) {
            throw in.malformed("a topic without a name");
        }
        return in.bytes(bytes);
    }

    // --- parts ----------------------------------------------------------------------------------

    /** Flags, of which no other than the allowed ones may be set. */
    private int flags(int allowed) throws MalformedDatagram {
        int flags = in.octet();
        if ((flags & ~allowed) != 0) {
            throw in.malformed("flags 0x%02X, of which some are reserved".formatted(flags));
        }
        return flags;
    }

    private int qos(int bits) throws MalformedDatagram {
        int qos = bits & 0b11;
        if (qos > 2) {
            throw in.malformed("a QoS of 3");
        }
        return qos;
    }

    /** An identifier that is said to be there. */
    private int given(int id) throws MalformedDatagram {
        if (id == 0) {
            throw in.malformed("an identifier of 0");
        }
        return id;
    }

    private ReturnCode code() throws MalformedDatagram {
        return ReturnCode.of(in.octet());
    }

    private ReturnCode optionalCode() throws MalformedDatagram {
        return in.hasMore() ? code() : ReturnCode.ACCEPTED;
    }
}
