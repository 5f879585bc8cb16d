package io.godwit.gateway.sn.codec;

/** What stands behind the type of a message of MQTT-SN 1.2 (§5.4), read once. */
final class SnBodyV12 {

    private final SnReader in;

    SnBodyV12(SnReader in) {
        this.in = in;
    }

    SnMessage read() throws MalformedDatagram {
        return switch (in.type()) {
            case SnCodecV12.ADVERTISE -> {
                in.exactly(3);
                yield new SnMessage.Advertise(in.octet(), in.number());
            }
            case SnCodecV12.SEARCHGW -> {
                in.exactly(1);
                yield new SnMessage.SearchGateway(in.rest());
            }
            case SnCodecV12.GWINFO -> {
                in.atLeast(1);
                yield new SnMessage.GatewayInfo(in.octet(), in.rest());
            }
            case SnCodecV12.CONNECT -> connect();
            case SnCodecV12.CONNACK -> new SnMessage.ConnAck(onlyCode());
            case SnCodecV12.WILLTOPICREQ -> {
                in.exactly(0);
                yield new SnMessage.WillTopicRequest();
            }
            case SnCodecV12.WILLTOPIC -> {
                int flags = willFlags();
                yield new SnMessage.WillTopic(SnFlags.qos(flags), SnFlags.retain(flags), in.rest());
            }
            case SnCodecV12.WILLMSGREQ -> {
                in.exactly(0);
                yield new SnMessage.WillMessageRequest();
            }
            case SnCodecV12.WILLMSG -> new SnMessage.WillMessage(in.rest());
            case SnCodecV12.WILLTOPICUPD -> {
                int flags = willFlags();
                yield new SnMessage.WillTopicUpdate(
                        SnFlags.qos(flags), SnFlags.retain(flags), in.rest());
            }
            case SnCodecV12.WILLTOPICRESP -> new SnMessage.WillTopicResponse(onlyCode());
            case SnCodecV12.WILLMSGUPD -> new SnMessage.WillMessageUpdate(in.rest());
            case SnCodecV12.WILLMSGRESP -> new SnMessage.WillMessageResponse(onlyCode());
            case SnCodecV12.PINGREQ ->
                    new SnMessage.PingRequest(in.hasMore() ? in.clientId() : null);
            case SnCodecV12.PINGRESP -> {
                in.exactly(0);
                yield new SnMessage.PingResponse();
            }
            case SnCodecV12.DISCONNECT -> disconnect();
            default -> topical();
        };
    }

    /** What is about topics and messages. */
    private SnMessage topical() throws MalformedDatagram {
        return switch (in.type()) {
            case SnCodecV12.REGISTER -> {
                in.atLeast(5);
                yield new SnMessage.Register(in.number(), in.number(), in.rest());
            }
            case SnCodecV12.REGACK -> {
                in.exactly(5);
                yield new SnMessage.RegAck(in.number(), in.number(), code());
            }
            case SnCodecV12.PUBLISH -> publish();
            case SnCodecV12.PUBACK -> {
                in.exactly(5);
                yield new SnMessage.PubAck(in.number(), in.number(), code());
            }
            case SnCodecV12.PUBREC -> new SnMessage.PubRec(onlyNumber());
            case SnCodecV12.PUBREL -> new SnMessage.PubRel(onlyNumber());
            case SnCodecV12.PUBCOMP -> new SnMessage.PubComp(onlyNumber());
            case SnCodecV12.SUBSCRIBE -> subscribe();
            case SnCodecV12.SUBACK -> {
                in.exactly(6);
                int qos = SnFlags.qos(in.octet());
                yield new SnMessage.SubAck(Math.max(0, qos), in.number(), in.number(), code());
            }
            case SnCodecV12.UNSUBSCRIBE -> {
                in.atLeast(4);
                int flags = in.octet();
                int messageId = in.number();
                yield new SnMessage.Unsubscribe(filter(flags), messageId);
            }
            case SnCodecV12.UNSUBACK -> new SnMessage.UnsubAck(onlyNumber());
            default ->
                    throw new MalformedDatagram(
                            "type 0x%02X, which there is not".formatted(in.type()));
        };
    }

    private SnMessage connect() throws MalformedDatagram {
        in.atLeast(4);
        int flags = in.octet();
        int protocolId = in.octet();
        int keepAlive = in.number();
        return new SnMessage.Connect(
                SnFlags.will(flags),
                SnFlags.cleanSession(flags),
                protocolId,
                keepAlive,
                in.clientId());
    }

    private SnMessage disconnect() throws MalformedDatagram {
        if (!in.hasMore()) {
            return new SnMessage.Disconnect(0);
        }
        return new SnMessage.Disconnect(onlyNumber());
    }

    private SnMessage publish() throws MalformedDatagram {
        in.atLeast(5);
        int flags = in.octet();
        int topic = in.number();
        int messageId = in.number();
        return new SnMessage.Publish(
                SnFlags.dup(flags),
                SnFlags.qos(flags),
                SnFlags.retain(flags),
                topic(flags, topic),
                messageId,
                in.rest());
    }

    private SnMessage subscribe() throws MalformedDatagram {
        in.atLeast(4);
        int flags = in.octet();
        int messageId = in.number();
        if (SnFlags.qos(flags) < 0) {
            throw in.malformed("QoS -1, at which nobody can subscribe");
        }
        return new SnMessage.Subscribe(
                SnFlags.dup(flags), SnFlags.qos(flags), filter(flags), messageId);
    }

    /** Nothing at all says that there is no will (§5.4.7). */
    private int willFlags() throws MalformedDatagram {
        if (!in.hasMore()) {
            return 0;
        }
        int flags = in.octet();
        if (SnFlags.qos(flags) < 0) {
            throw in.malformed("QoS -1, which no will has");
        }
        return flags;
    }

    private SnTopic topic(int flags, int octets) throws MalformedDatagram {
        return switch (SnFlags.topicType(flags)) {
            case 0b00 -> new SnTopic.Normal(octets);
            case 0b01 -> new SnTopic.Predefined(octets);
            case 0b10 -> new SnTopic.Short(octets);
            default -> throw in.malformed("a topic of the reserved type");
        };
    }

    private SnTopic filter(int flags) throws MalformedDatagram {
        if (SnFlags.topicType(flags) == 0) {
            return new SnTopic.Name(in.rest());
        }
        in.exactly(2);
        return topic(flags, in.number());
    }

    private ReturnCode onlyCode() throws MalformedDatagram {
        in.exactly(1);
        return code();
    }

    /** The reserved ones, which some clients send, count as not supported. */
    private ReturnCode code() throws MalformedDatagram {
        return switch (in.octet()) {
            case SnCodecV12.ACCEPTED -> ReturnCode.ACCEPTED;
            case SnCodecV12.CONGESTION -> ReturnCode.CONGESTION;
            case SnCodecV12.INVALID_TOPIC_ID -> ReturnCode.INVALID_TOPIC_ID;
            default -> ReturnCode.NOT_SUPPORTED;
        };
    }

    private int onlyNumber() throws MalformedDatagram {
        in.exactly(2);
        return in.number();
    }
}
