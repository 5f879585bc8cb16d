package io.godwit.gateway.sn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.codec.Binary;
import io.godwit.codec.RetainHandling;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams of MQTT-SN 2.0 and what they say, written from the layouts of Committee Specification
 * Draft 01; for decoder, encoder and fuzz seeds.
 */
final class SnCasesV20 {

    /**
     * One datagram.
     *
     * @param hex its bytes; spaces between them mean nothing
     */
    record Case(String name, String hex, SnCodec.Frame frame) {

        byte[] bytes() {
            return HexFormat.of().parseHex(hex.replace(" ", ""));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String SENDER = "0102030405060708";

    private SnCasesV20() {}

    private static Binary text(String text) {
        return new Binary(text.getBytes(UTF_8));
    }

    static Binary hex(String hex) {
        return new Binary(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static SnTopic name(String text) {
        return new SnTopic.Name(text(text));
    }

    private static Case of(String name, String hex, SnMessage message) {
        return new Case(name, hex, new SnCodec.Frame(null, message));
    }

    private static Case of(
            String name, String hex, @Nullable String node, @Nullable String clientId) {
        return new Case(
                name,
                hex,
                new SnCodec.Frame(
                        node == null ? null : text(node),
                        clientId,
                        new SnMessage.PingRequest(9, null)));
    }

    static List<Case> all() {
        return Stream.of(
                        connects(),
                        connections(),
                        topics(),
                        messages(),
                        subscriptions(),
                        sleeping(),
                        around())
                .flatMap(List::stream)
                .toList();
    }

    private static SnMessage connect(
            boolean clean, int keepAlive, String clientId, ConnectOptions options) {
        return new SnMessage.Connect(
                options.will() != null, clean, 2, keepAlive, clientId, options);
    }

    private static List<Case> connects() {
        return List.of(
                of(
                        "CONNECT",
                        "0c 01 01 0009 02 003c 0000 6331",
                        connect(true, 60, "c1", options(9, 0))),
                of(
                        "CONNECT without an identifier, with the least packet size",
                        "0a 01 00 0001 02 0001 000a",
                        connect(false, 1, "", options(1, 10))),
                of(
                        "CONNECT with all that there is",
                        "3f 01 7e 1b 0009 02 003c 0100 05 ffffffff 0001 77 0003 627965"
                                + " 0a 4d5154542d4241534943 0006 0001 75 0001 70 "
                                + hexOf("client-identifier-12"),
                        connect(
                                false,
                                60,
                                "client-identifier-12",
                                new ConnectOptions(
                                        9,
                                        256,
                                        5,
                                        0xFFFF_FFFFL,
                                        new ConnectOptions.Will(name("w"), 2, true, text("bye")),
                                        new SnAuthentication("MQTT-BASIC", hex("0001 75 0001 70")),
                                        true,
                                        true))),
                of(
                        "CONNECT with a will on a predefined alias",
                        "10 01 02 05 0009 02 003c 0000 0007 0000 63",
                        connect(
                                false,
                                60,
                                "c",
                                new ConnectOptions(
                                        9,
                                        0,
                                        null,
                                        null,
                                        new ConnectOptions.Will(
                                                new SnTopic.Predefined(7), 1, false, text("")),
                                        null,
                                        false,
                                        false))));
    }

    private static List<Case> connections() {
        return List.of(
                of("CONNACK", "06 02 00 0009 00", new SnMessage.ConnAck(ReturnCode.ACCEPTED, 9)),
                of(
                        "CONNACK that refuses",
                        "06 02 00 0009 86",
                        new SnMessage.ConnAck(ReturnCode.BAD_USER_NAME_OR_PASSWORD, 9)),
                of(
                        "CONNACK with all that there is",
                        "13 02 0f 0009 00 0000003c 0010 01 6d 0001 64 6964",
                        new SnMessage.ConnAck(
                                ReturnCode.ACCEPTED,
                                9,
                                true,
                                60L,
                                16,
                                new SnAuthentication("m", text("d")),
                                "id")),
                of(
                        "AUTH",
                        "08 0f 0009 82 01 6d 64",
                        new SnMessage.Auth(
                                9,
                                ReturnCode.PROTOCOL_ERROR,
                                new SnAuthentication("m", text("d")))),
                of("PINGREQ", "04 0c 0009", new SnMessage.PingRequest(9, null)),
                of("PINGRESP", "04 0d 0009", new SnMessage.PingResponse(9, null)),
                of("PINGRESP with a number", "05 0d 0009 ff", new SnMessage.PingResponse(9, 255)),
                of("DISCONNECT", "03 0e 00", new SnMessage.Disconnect(0)),
                of(
                        "DISCONNECT with a reason",
                        "04 0e 04 f4",
                        new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION)),
                of(
                        "DISCONNECT with all that there is",
                        "0d 0e 07 0009 00000e10 04 627965",
                        new SnMessage.Disconnect(
                                0, 9, 3_600L, ReturnCode.DISCONNECT_WITH_WILL_MESSAGE, "bye")));
    }

    private static String hexOf(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    private static ConnectOptions options(int messageId, int maximumPacketSize) {
        return new ConnectOptions(
                messageId, maximumPacketSize, null, null, null, null, false, false);
    }

    private static List<Case> topics() {
        return List.of(
                of("REGISTER", "08 10 00 0102 612f62", new SnMessage.Register(0, 258, text("a/b"))),
                of(
                        "REGISTER of the server",
                        "0a 10 01 0102 0007 612f62",
                        new SnMessage.Register(7, 258, text("a/b"))),
                of(
                        "REGACK",
                        "07 11 04 0102 0007",
                        new SnMessage.RegAck(7, 258, ReturnCode.ACCEPTED)),
                of(
                        "REGACK of a predefined topic",
                        "08 11 05 0102 0007 1a",
                        new SnMessage.RegAck(7, true, 258, ReturnCode.ALIAS_EXISTS)),
                of(
                        "REGACK that refuses",
                        "06 11 00 0102 90",
                        new SnMessage.RegAck(0, 258, ReturnCode.TOPIC_NAME_INVALID)),
                of("ADVERTISE", "05 16 07 0384", new SnMessage.Advertise(7, 900)),
                of("SEARCHGW", "02 17", new SnMessage.SearchGateway(text(""))),
                of("SEARCHGW of a network", "04 17 0102", new SnMessage.SearchGateway(hex("0102"))),
                of("GWINFO", "03 18 07", new SnMessage.GatewayInfo(7, text(""))),
                of(
                        "GWINFO of a client",
                        "05 18 07 7f01",
                        new SnMessage.GatewayInfo(7, hex("7f01"))));
    }

    private static List<Case> messages() {
        return List.of(
                of(
                        "PUBLISH at QoS 0",
                        "07 03 10 0005 6869",
                        new SnMessage.Publish(
                                false, 0, true, new SnTopic.Normal(5), 0, text("hi"))),
                of(
                        "PUBLISH at QoS 1",
                        "07 03 21 0009 0005",
                        new SnMessage.Publish(
                                false, 1, false, new SnTopic.Predefined(5), 9, text(""))),
                of(
                        "PUBLISH at QoS 2, again, with a name",
                        "0b 03 c3 0009 0003 612f62 78",
                        new SnMessage.Publish(true, 2, false, name("a/b"), 9, text("x"))),
                of(
                        "PUBWOS",
                        "06 12 11 0005 78",
                        new SnMessage.Publish(
                                false, -1, true, new SnTopic.Predefined(5), 0, text("x"))),
                of(
                        "PUBWOS with a name",
                        "07 12 03 0001 61 78",
                        new SnMessage.Publish(false, -1, false, name("a"), 0, text("x"))),
                of("PUBACK", "04 04 0009", new SnMessage.PubAck(0, 9, ReturnCode.ACCEPTED)),
                of(
                        "PUBACK that refuses",
                        "05 04 0009 f0",
                        new SnMessage.PubAck(0, 9, ReturnCode.INVALID_TOPIC_ID)),
                of("PUBREC", "04 05 0009", new SnMessage.PubRec(9)),
                of(
                        "PUBREC that refuses",
                        "05 05 0009 87",
                        new SnMessage.PubRec(9, ReturnCode.NOT_AUTHORIZED)),
                of("PUBREL", "04 06 0009", new SnMessage.PubRel(9)),
                of(
                        "PUBREL of nothing",
                        "05 06 0009 92",
                        new SnMessage.PubRel(9, ReturnCode.PACKET_IDENTIFIER_NOT_FOUND)),
                of("PUBCOMP", "04 07 0009", new SnMessage.PubComp(9)),
                of(
                        "PUBCOMP of nothing",
                        "05 07 0009 92",
                        new SnMessage.PubComp(9, ReturnCode.PACKET_IDENTIFIER_NOT_FOUND)));
    }

    private static List<Case> subscriptions() {
        return List.of(
                of(
                        "SUBSCRIBE",
                        "08 08 23 0009 612f23",
                        new SnMessage.Subscribe(false, 1, name("a/#"), 9)),
                of(
                        "SUBSCRIBE with all options, to a predefined alias",
                        "07 08 d9 0009 0005",
                        new SnMessage.Subscribe(
                                false,
                                2,
                                new SnTopic.Predefined(5),
                                9,
                                true,
                                true,
                                RetainHandling.DO_NOT_SEND)),
                of(
                        "SUBSCRIBE to an alias",
                        "07 08 04 0009 0005",
                        new SnMessage.Subscribe(
                                false,
                                0,
                                new SnTopic.Normal(5),
                                9,
                                false,
                                false,
                                RetainHandling.SEND_IF_NEW)),
                of(
                        "SUBACK",
                        "08 09 04 0009 0005 02",
                        new SnMessage.SubAck(2, 5, 9, ReturnCode.ACCEPTED)),
                of(
                        "SUBACK for wildcards",
                        "05 09 00 0009",
                        new SnMessage.SubAck(0, 0, 9, ReturnCode.ACCEPTED)),
                of(
                        "SUBACK for a predefined alias",
                        "07 09 05 0009 0005",
                        new SnMessage.SubAck(0, 5, true, 9, ReturnCode.ACCEPTED)),
                of(
                        "SUBACK that refuses",
                        "06 09 00 0009 8f",
                        new SnMessage.SubAck(0, 0, 9, ReturnCode.TOPIC_FILTER_INVALID)),
                of("UNSUBSCRIBE", "06 0a 03 0009 61", new SnMessage.Unsubscribe(name("a"), 9)),
                of(
                        "UNSUBSCRIBE from a predefined alias",
                        "07 0a 01 0009 0005",
                        new SnMessage.Unsubscribe(new SnTopic.Predefined(5), 9)),
                of("UNSUBACK", "04 0b 0009", new SnMessage.UnsubAck(9)),
                of(
                        "UNSUBACK of nothing",
                        "05 0b 0009 11",
                        new SnMessage.UnsubAck(9, ReturnCode.NO_SUBSCRIPTION_EXISTED)));
    }

    private static List<Case> sleeping() {
        return List.of(
                of(
                        "SLEEPREQ",
                        "09 13 00 0009 00000e10",
                        new SnMessage.SleepRequest(false, 9, 3_600)),
                of(
                        "SLEEPREQ that keeps aliases",
                        "09 13 01 0009 ffffffff",
                        new SnMessage.SleepRequest(true, 9, 0xFFFF_FFFFL)),
                of(
                        "SLEEPRESP",
                        "05 14 00 0009",
                        new SnMessage.SleepResponse(9, null, ReturnCode.ACCEPTED)),
                of(
                        "SLEEPRESP with another time",
                        "09 14 01 0009 0000003c",
                        new SnMessage.SleepResponse(9, 60L, ReturnCode.ACCEPTED)),
                of(
                        "SLEEPRESP that refuses",
                        "06 14 00 0009 f4",
                        new SnMessage.SleepResponse(9, null, ReturnCode.NO_VIRTUAL_CONNECTION)),
                of("WAKEUP", "02 15", new SnMessage.WakeUp()));
    }

    private static List<Case> around() {
        String tag = "aa".repeat(32);
        return List.of(
                of("through a forwarder", "09 fc 02 6e31 04 0c 0009", "n1", null),
                of("of a client elsewhere", "0a fe 0002 6331 04 0c 0009", null, "c1"),
                of(
                        "of a client elsewhere, through a forwarder",
                        "0e fc 01 6e 0a fe 0002 6331 04 0c 0009",
                        "n",
                        "c1"),
                of(
                        "HMAC-SHA256",
                        "34 ff 10 00 " + SENDER + " 0a0b0c0d 04 0c 0009 " + tag,
                        new SnMessage.Protected(
                                envelope(SnScheme.HMAC_SHA256, 32, "", 0, 0),
                                hex("04 0c 0009"),
                                hex(tag))),
                of(
                        "HMAC-SHA256, half of it, with a counter",
                        "28 ff 82 00 "
                                + SENDER
                                + " 0a0b0c0d 00000007 04 0c 0009 "
                                + tag.substring(32),
                        new SnMessage.Protected(
                                envelope(SnScheme.HMAC_SHA256, 16, "", 4, 7),
                                hex("04 0c 0009"),
                                hex(tag.substring(32)))),
                of(
                        "AES-GCM with material for keys and a short counter",
                        "28 ff 15 46 "
                                + SENDER
                                + " 0a0b0c0d 0102 0007 01020304 "
                                + tag.substring(32),
                        new SnMessage.Protected(
                                envelope(SnScheme.AES_GCM_128, 16, "0102", 2, 7),
                                hex("01020304"),
                                hex(tag.substring(32)))));
    }

    static SnEnvelope envelope(
            SnScheme scheme, int tagSize, String material, int counterSize, long counter) {
        return new SnEnvelope(
                false,
                scheme,
                tagSize,
                hex(SENDER),
                hex("0a0b0c0d"),
                hex(material),
                counterSize,
                counter);
    }
}
