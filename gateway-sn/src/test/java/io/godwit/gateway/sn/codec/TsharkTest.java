package io.godwit.gateway.sn.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.Binary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the encoder writes, as {@code tshark}, which nobody here wrote, reads it. */
class TsharkTest {

    private static final List<String> FIELDS =
            List.of(
                    "mqttsn.msg.len",
                    "mqttsn.msg.type",
                    "mqttsn.dup",
                    "mqttsn.qos",
                    "mqttsn.retain",
                    "mqttsn.will",
                    "mqttsn.clean.session",
                    "mqttsn.topic.id",
                    "mqttsn.topic",
                    "mqttsn.topic.name.or.id",
                    "mqttsn.msg.id",
                    "mqttsn.return.code",
                    "mqttsn.gw.id",
                    "mqttsn.adv.interv",
                    "mqttsn.radius",
                    "mqttsn.protocol.id",
                    "mqttsn.keep.alive",
                    "mqttsn.client.id",
                    "mqttsn.sleep.timer",
                    "mqttsn.will.topic",
                    "mqttsn.will.msg",
                    "mqttsn.pub.msg",
                    "_ws.malformed");

    private static final int PORT = 1_884;

    @TempDir private Path directory = Path.of("");

    /** But for a will without topic, which it takes for malformed, and behind forwarders. */
    @Test
    void readsWhatWeWrite() throws Exception {
        List<SnCases.Case> cases =
                SnCases.all().stream()
                        .filter(it -> it.node() == null && !it.name().startsWith("no WILLTOPIC"))
                        .toList();
        List<byte[]> datagrams = new ArrayList<>();
        cases.forEach(it -> datagrams.add(SnCodecV12.INSTANCE.encode(null, it.message())));
        List<Map<String, String>> read = read(datagrams);
        for (int i = 0; i < cases.size(); i++) {
            Map<String, String> fields = read.get(i);
            byte[] datagram = datagrams.get(i);
            assertThat(fields)
                    .as(cases.get(i).name())
                    .doesNotContainKey("_ws.malformed")
                    .containsEntry("mqttsn.msg.len", "" + datagram.length)
                    .containsEntry("mqttsn.msg.type", "0x%02x".formatted(datagram[1]))
                    .containsAllEntriesOf(expected(cases.get(i).message()));
        }
    }

    @Test
    void readsTheLongForm() throws Exception {
        String text = "x".repeat(300);
        SnMessage message =
                new SnMessage.Publish(
                        false,
                        0,
                        false,
                        new SnTopic.Normal(5),
                        0,
                        new Binary(text.getBytes(UTF_8)));
        byte[] datagram = SnCodecV12.INSTANCE.encode(null, message);
        assertThat(read(List.of(datagram)).getFirst())
                .doesNotContainKey("_ws.malformed")
                .containsEntry("mqttsn.msg.len", "309")
                .containsEntry("mqttsn.topic.id", "5")
                .containsEntry("mqttsn.pub.msg", text);
    }

    /** What it should say of a message; where a text is empty it says nothing. */
    private static Map<String, String> expected(SnMessage message) {
        return switch (message) {
            case SnMessage.Advertise(int gateway, int seconds) ->
                    fields("gw.id", gateway, "adv.interv", seconds);
            case SnMessage.SearchGateway(Binary radius) -> fields("radius", radius.bytes()[0]);
            case SnMessage.GatewayInfo(int gateway, Binary _) -> fields("gw.id", gateway);
            case SnMessage.Connect connect ->
                    fields(
                            "will",
                            connect.will() ? 1 : 0,
                            "clean.session",
                            connect.cleanSession() ? 1 : 0,
                            "protocol.id",
                            hex(connect.protocolId()),
                            "keep.alive",
                            connect.keepAlive(),
                            "client.id",
                            connect.clientId());
            case SnMessage.ConnAck connAck -> fields("return.code", octet(connAck.code()));
            case SnMessage.WillTopic(int _, boolean _, Binary topic) ->
                    fields("will.topic", text(topic));
            case SnMessage.WillTopicUpdate(int _, boolean _, Binary topic) ->
                    fields("will.topic", text(topic));
            case SnMessage.WillMessage(Binary payload) -> fields("will.msg", text(payload));
            case SnMessage.WillMessageUpdate(Binary payload) -> fields("will.msg", text(payload));
            case SnMessage.PingRequest(int _, @Nullable String clientId) ->
                    fields("client.id", clientId == null ? "" : clientId);
            case SnMessage.Disconnect(int sleep, int _, var _, var _, var _) ->
                    fields("sleep.timer", sleep == 0 ? "" : sleep);
            case SnMessage.WillTopicResponse(ReturnCode code) -> fields("return.code", octet(code));
            case SnMessage.WillMessageResponse(ReturnCode code) ->
                    fields("return.code", octet(code));
            case SnMessage.WillTopicRequest _,
                    SnMessage.WillMessageRequest _,
                    SnMessage.PingResponse _ ->
                    Map.of();
            default -> expectedOfTopic(message);
        };
    }

    private static Map<String, String> expectedOfTopic(SnMessage message) {
        return switch (message) {
            case SnMessage.Register(int id, int messageId, Binary topic) ->
                    fields("topic.id", id, "msg.id", messageId, "topic", text(topic));
            case SnMessage.RegAck(int id, boolean _, int messageId, ReturnCode code) ->
                    fields("topic.id", id, "msg.id", messageId, "return.code", octet(code));
            case SnMessage.Publish publish ->
                    fields(
                            "dup",
                            publish.dup() ? 1 : 0,
                            "qos",
                            hex(publish.qos() < 0 ? 3 : publish.qos()),
                            "retain",
                            publish.retain() ? 1 : 0,
                            "msg.id",
                            publish.messageId(),
                            "pub.msg",
                            text(publish.data()));
            case SnMessage.PubAck(int id, int messageId, ReturnCode code) ->
                    fields("topic.id", id, "msg.id", messageId, "return.code", octet(code));
            case SnMessage.PubRec(int messageId, var _) -> fields("msg.id", messageId);
            case SnMessage.PubRel(int messageId, var _) -> fields("msg.id", messageId);
            case SnMessage.PubComp(int messageId, var _) -> fields("msg.id", messageId);
            case SnMessage.Subscribe subscribe ->
                    fields(
                            "msg.id",
                            subscribe.messageId(),
                            "topic.name.or.id",
                            text(subscribe.topic()));
            case SnMessage.SubAck(int _, int id, boolean _, int messageId, ReturnCode code) ->
                    fields("topic.id", id, "msg.id", messageId, "return.code", octet(code));
            case SnMessage.Unsubscribe(SnTopic topic, int messageId) ->
                    fields("msg.id", messageId, "topic.name.or.id", text(topic));
            case SnMessage.UnsubAck(int messageId, var _) -> fields("msg.id", messageId);
            default -> throw new AssertionError("tshark knows version 1.2 only");
        };
    }

    private static String octet(ReturnCode code) {
        return hex(SnCodecV12.octet(code));
    }

    private static Map<String, String> fields(Object... namesAndValues) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = String.valueOf(namesAndValues[i + 1]);
            if (!value.isEmpty()) {
                fields.put("mqttsn." + namesAndValues[i], value);
            }
        }
        return fields;
    }

    private static String hex(int octet) {
        return "0x%02x".formatted(octet);
    }

    private static String text(Binary bytes) {
        return new String(bytes.bytes(), UTF_8);
    }

    /** Identifiers it shows elsewhere. */
    private static String text(SnTopic topic) {
        return switch (topic) {
            case SnTopic.Name(Binary utf8) -> text(utf8);
            case SnTopic.Short name -> new String(name.name(), UTF_8);
            case SnTopic.Normal _, SnTopic.Predefined _ -> "";
        };
    }

    private List<Map<String, String>> read(List<byte[]> datagrams) throws Exception {
        Path file = directory.resolve("datagrams.pcap");
        Files.write(file, capture(datagrams));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "tshark",
                                "-r",
                                file.toString(),
                                "-d",
                                "udp.port==" + PORT + ",mqttsn",
                                "-T",
                                "fields",
                                "-E",
                                "separator=|"));
        FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
        Path errors = directory.resolve("errors");
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        } catch (IOException missing) {
            throw new AssertionError("tshark is missing: apt-get install tshark", missing);
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        List<Map<String, String>> read = new ArrayList<>();
        for (String line : output.lines().toList()) {
            String[] values = line.split("\\|", -1);
            Map<String, String> fields = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) {
                if (!values[i].isEmpty()) {
                    fields.put(FIELDS.get(i), values[i]);
                }
            }
            read.add(fields);
        }
        assertThat(read).hasSameSizeAs(datagrams);
        return read;
    }

    /** A capture file of IPv4 packets, each a UDP datagram to the gateway. */
    private static byte[] capture(List<byte[]> datagrams) {
        int size = 24;
        for (byte[] datagram : datagrams) {
            size += 16 + 28 + datagram.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.BIG_ENDIAN);
        out.putInt(0xA1B2_C3D4).putShort((short) 2).putShort((short) 4);
        out.putInt(0).putInt(0).putInt(65_535).putInt(101); // packets begin with IP
        for (byte[] datagram : datagrams) {
            int length = 28 + datagram.length;
            out.putInt(0).putInt(0).putInt(length).putInt(length);
            out.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0);
            out.put((byte) 64).put((byte) 17).putShort((short) 0);
            out.putInt(0x7F00_0001).putInt(0x7F00_0001);
            out.putShort((short) 40_000).putShort((short) PORT);
            out.putShort((short) (8 + datagram.length)).putShort((short) 0);
            out.put(datagram);
        }
        return out.array();
    }
}
