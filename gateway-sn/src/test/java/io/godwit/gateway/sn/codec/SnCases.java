package io.godwit.gateway.sn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.codec.Binary;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Datagrams of MQTT-SN 1.2 and what they say; for decoder, encoder and fuzz seeds. */
final class SnCases {

    /**
     * One datagram.
     *
     * @param hex its bytes; spaces between them mean nothing
     */
    record Case(String name, String hex, @Nullable Binary node, SnMessage message) {

        byte[] bytes() {
            return HexFormat.of().parseHex(hex.replace(" ", ""));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private SnCases() {}

    private static Binary text(String text) {
        return new Binary(text.getBytes(UTF_8));
    }

    private static Case of(String name, String hex, SnMessage message) {
        return new Case(name, hex, null, message);
    }

    static List<Case> all() {
        return Stream.of(untilPublish(), fromReceived()).flatMap(List::stream).toList();
    }

    private static List<Case> untilPublish() {
        return List.of(
                of("ADVERTISE", "05 00 07 0384", new SnMessage.Advertise(7, 900)),
                of("SEARCHGW", "03 01 02", new SnMessage.SearchGateway(2)),
                of("GWINFO", "03 02 07", new SnMessage.GatewayInfo(7, text(""))),
                of(
                        "GWINFO of a client",
                        "08 02 07 04 7f000001",
                        new SnMessage.GatewayInfo(7, new Binary(new byte[] {4, 127, 0, 0, 1}))),
                of(
                        "CONNECT",
                        "08 04 04 01 003c 6331",
                        new SnMessage.Connect(false, true, 1, 60, "c1")),
                of(
                        "CONNECT with a will",
                        "07 04 08 01 ffff 61",
                        new SnMessage.Connect(true, false, 1, 65_535, "a")),
                of(
                        "CONNECT without an identifier",
                        "06 04 00 02 0000",
                        new SnMessage.Connect(false, false, 2, 0, "")),
                of("CONNACK", "03 05 01", new SnMessage.ConnAck(ReturnCode.CONGESTION)),
                of("WILLTOPICREQ", "02 06", new SnMessage.WillTopicRequest()),
                of("WILLTOPIC", "04 07 30 77", new SnMessage.WillTopic(1, true, text("w"))),
                of("no WILLTOPIC", "02 07", new SnMessage.WillTopic(0, false, text(""))),
                of("WILLMSGREQ", "02 08", new SnMessage.WillMessageRequest()),
                of("WILLMSG", "05 09 627965", new SnMessage.WillMessage(text("bye"))),
                of("no WILLMSG", "02 09", new SnMessage.WillMessage(text(""))),
                of(
                        "REGISTER",
                        "09 0a 0000 0102 612f62",
                        new SnMessage.Register(0, 258, text("a/b"))),
                of(
                        "REGACK",
                        "07 0b 0001 0102 00",
                        new SnMessage.RegAck(1, 258, ReturnCode.ACCEPTED)),
                of(
                        "PUBLISH at QoS 0",
                        "09 0c 10 0005 0000 6869",
                        new SnMessage.Publish(
                                false, 0, true, new SnTopic.Normal(5), 0, text("hi"))),
                of(
                        "PUBLISH at QoS 1, again",
                        "07 0c a1 0005 0009",
                        new SnMessage.Publish(
                                true, 1, false, new SnTopic.Predefined(5), 9, text(""))),
                of(
                        "PUBLISH at QoS 2",
                        "08 0c 42 6162 0009 78",
                        new SnMessage.Publish(
                                false, 2, false, new SnTopic.Short(0x6162), 9, text("x"))),
                of(
                        "PUBLISH at QoS -1",
                        "08 0c 62 6162 0000 78",
                        new SnMessage.Publish(
                                false, -1, false, new SnTopic.Short(0x6162), 0, text("x"))),
                of(
                        "PUBACK",
                        "07 0d 0005 0009 02",
                        new SnMessage.PubAck(5, 9, ReturnCode.INVALID_TOPIC_ID)),
                of("PUBCOMP", "04 0e 0009", new SnMessage.PubComp(9)));
    }

    private static List<Case> fromReceived() {
        return List.of(
                of("PUBREC", "04 0f 0009", new SnMessage.PubRec(9)),
                of("PUBREL", "04 10 0009", new SnMessage.PubRel(9)),
                of(
                        "SUBSCRIBE to a name",
                        "08 12 20 0009 612f23",
                        new SnMessage.Subscribe(false, 1, new SnTopic.Name(text("a/#")), 9)),
                of(
                        "SUBSCRIBE to a predefined topic, again",
                        "07 12 c1 0009 0005",
                        new SnMessage.Subscribe(true, 2, new SnTopic.Predefined(5), 9)),
                of(
                        "SUBSCRIBE to a short name",
                        "07 12 02 0009 6162",
                        new SnMessage.Subscribe(false, 0, new SnTopic.Short(0x6162), 9)),
                of(
                        "SUBACK",
                        "08 13 40 0005 0009 00",
                        new SnMessage.SubAck(2, 5, 9, ReturnCode.ACCEPTED)),
                of(
                        "UNSUBSCRIBE",
                        "06 14 00 0009 61",
                        new SnMessage.Unsubscribe(new SnTopic.Name(text("a")), 9)),
                of(
                        "UNSUBSCRIBE from a predefined topic",
                        "07 14 01 0009 0005",
                        new SnMessage.Unsubscribe(new SnTopic.Predefined(5), 9)),
                of("UNSUBACK", "04 15 0009", new SnMessage.UnsubAck(9)),
                of("PINGREQ", "02 16", new SnMessage.PingRequest(null)),
                of("PINGREQ of a sleeper", "04 16 6331", new SnMessage.PingRequest("c1")),
                of("PINGRESP", "02 17", new SnMessage.PingResponse()),
                of("DISCONNECT", "02 18", new SnMessage.Disconnect(0)),
                of("DISCONNECT to sleep", "04 18 0e10", new SnMessage.Disconnect(3_600)),
                of(
                        "WILLTOPICUPD",
                        "04 1a 50 77",
                        new SnMessage.WillTopicUpdate(2, true, text("w"))),
                of("no WILLTOPICUPD", "02 1a", new SnMessage.WillTopicUpdate(0, false, text(""))),
                of(
                        "WILLTOPICRESP",
                        "03 1b 03",
                        new SnMessage.WillTopicResponse(ReturnCode.NOT_SUPPORTED)),
                of("WILLMSGUPD", "03 1c 78", new SnMessage.WillMessageUpdate(text("x"))),
                of(
                        "WILLMSGRESP",
                        "03 1d 00",
                        new SnMessage.WillMessageResponse(ReturnCode.ACCEPTED)),
                new Case(
                        "PINGREQ through a forwarder",
                        "05 fe 00 0a0b 02 16",
                        new Binary(new byte[] {10, 11}),
                        new SnMessage.PingRequest(null)));
    }
}
