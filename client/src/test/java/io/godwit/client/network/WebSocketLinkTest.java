package io.godwit.client.network;

import static io.godwit.client.network.Opened.PLAIN;
import static io.godwit.client.network.Opened.readText;
import static io.godwit.client.network.Opened.write;
import static io.godwit.client.network.ScriptedServer.awaitEnd;
import static io.godwit.client.network.ScriptedServer.readHead;
import static io.godwit.client.network.ScriptedServer.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.spec.Spec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client's side of RFC 6455, with a server that sends what a test says, byte by byte. */
@Timeout(60)
class WebSocketLinkTest {

    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)\r\n");

    /** A frame of a client. */
    private record Frame(int first, int key, byte[] payload) {

        static Frame read(Socket socket) throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            assertThat(second & 0x80).as("masked").isNotZero();
            int length = second & 0x7F;
            if (length == 126) {
                length = in.readUnsignedShort();
            }
            assertThat(length).isNotEqualTo(127);
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            return new Frame(first, ByteBuffer.wrap(mask).getInt(), payload);
        }

        int closeCode() {
            assertThat(first).isEqualTo(0x88);
            return ByteBuffer.wrap(payload).getShort();
        }
    }

    private static String acceptOf(String head) {
        Matcher key = KEY.matcher(head);
        assertThat(key.find()).isTrue();
        return WebSocketRequest.accept(key.group(1));
    }

    private static String answer(String head) {
        return """
               HTTP/1.1 101 Switching Protocols\r
               upgrade: WebSocket\r
               connection: keep-alive, Upgrade\r
               sec-websocket-accept: %s\r
               sec-websocket-protocol: mqtt\r
               \r
               """
                .formatted(acceptOf(head));
    }

    private static ScriptedServer server(ScriptedServer.Script script) throws IOException {
        return new ScriptedServer(
                socket -> {
                    send(socket, answer(readHead(socket)));
                    script.with(socket);
                });
    }

    private static byte[] frame(int first, String payload) {
        byte[] bytes = payload.getBytes(UTF_8);
        ByteBuffer out = ByteBuffer.allocate(bytes.length + 10).put((byte) first);
        if (bytes.length < 126) {
            out.put((byte) bytes.length);
        } else {
            out.put((byte) 127).putLong(bytes.length);
        }
        return Arrays.copyOf(out.put(bytes).array(), out.position());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static Link open(ScriptedServer server) throws IOException {
        return Links.open(ServerAddress.parse("ws://localhost:" + server.port() + "/mqtt"), PLAIN);
    }

    /** RFC 6455 §1.3. */
    @Test
    void acceptsAsTheExampleOfTheStandard() {
        assertThat(WebSocketRequest.accept("dGhlIHNhbXBsZSBub25jZQ=="))
                .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    @Spec({"v5 MQTT-6.0.0-3", "v3 MQTT-6.0.0-3"})
    void asksAsTheStandardWants() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                socket -> {
                                    String head = readHead(socket);
                                    send(socket, answer(head));
                                    assertThat(head)
                                            .startsWith("GET /a?b=%20c HTTP/1.1\r\n")
                                            .contains(
                                                    "\r\nHost: localhost:"
                                                            + socket.getLocalPort()
                                                            + "\r\n")
                                            .contains("\r\nUpgrade: websocket\r\n")
                                            .contains("\r\nConnection: Upgrade\r\n")
                                            .contains("\r\nSec-WebSocket-Version: 13\r\n")
                                            .contains("\r\nSec-WebSocket-Protocol: mqtt\r\n")
                                            .contains("\r\nX-Api-Key: abc def\r\n")
                                            .doesNotContainIgnoringCase("authorization")
                                            .doesNotContain("anna", "secret");
                                });
                Link link =
                        Links.open(
                                ServerAddress.parse(
                                        "ws://anna:secret@localhost:"
                                                + server.port()
                                                + "/a?b=%20c"),
                                Opened.withHeaders(Map.of("X-Api-Key", "abc def")))) {
            server.awaitScript();
            assertThat(link.peer()).isEqualTo("localhost:" + server.port());
        }
    }

    @Test
    void headersMayReplaceHostAndSubprotocol() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(
                        socket -> {
                            String head = readHead(socket);
                            assertThat(head)
                                    .contains("\r\nHost: other\r\n")
                                    .doesNotContain("Host: localhost")
                                    .contains("-Protocol: mqttv3.1, mqtt\r\n");
                            send(socket, answer(head));
                        })) {
            Links.open(
                            server.address("ws"),
                            Opened.withHeaders(
                                    Map.of(
                                            "host",
                                            "other",
                                            "sec-websocket-protocol",
                                            "mqttv3.1, mqtt")))
                    .close();
            server.awaitScript();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "upgrade, x, can't be set",
        "Sec-WebSocket-Key, x, can't be set",
        "'a b', x, can't be called",
        "'', x, can't be called",
        "A, 'x\r\nB: y', can't have",
        "A, 'ж', can't have",
    })
    void refusesHeadersThatBreakTheRequest(String name, String value, String why)
            throws Exception {
        try (ScriptedServer server = server(ScriptedServer::awaitEnd)) {
            assertThatThrownBy(
                            () ->
                                    Links.open(
                                            server.address("ws"),
                                            Opened.withHeaders(Map.of(name, value))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(why);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 404 Not Found | is MQTT at another path?",
                "HTTP/1.1 200 OK | is MQTT at another path?",
                "HTTP/1.1 403 Forbidden | Authorization, Origin",
                "HTTP/1.1 301 Moved\\r\\nLocation: https://x.test/y | it is at 'https://x.test/y'",
                "HTTP/1.1 503 Busy | 'HTTP/1.1 503 Busy'",
                "HTTP/1.1 10x Busy | without a status",
                "SSH-2.0-x | does not speak HTTP/1.1",
                "HTTP/1.1 101 OK\\r\\nUpgrade: h2c\\r\\nConnection: Upgrade | something else",
                "HTTP/1.1 101 OK\\r\\nUpgrade: websocket\\r\\nConnection: close | something else",
                "HTTP/1.1 101 OK\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: x | does not answer this request",
                "HTTP/1.1 101 OK\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ACCEPT | does not speak 'mqtt' in its WebSocket, but nothing",
                "HTTP/1.1 101 OK\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ACCEPT\\r\\nSec-WebSocket-Protocol: chat | but 'chat'",
                "HTTP/1.1 101 OK\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ACCEPT\\r\\nSec-WebSocket-Extensions: permessage-deflate | extensions",
            })
    void saysWhyThereIsNoWebSocket(String answer, String why) throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(
                        socket -> {
                            String accept = acceptOf(readHead(socket));
                            send(
                                    socket,
                                    answer.replace("\\r\\n", "\r\n").replace("ACCEPT", accept)
                                            + "\r\n\r\n");
                            awaitEnd(socket);
                        })) {
            assertThatThrownBy(() -> open(server))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("ws://localhost:" + server.port() + "/mqtt: ")
                    .hasMessageContaining(why);
        }
    }

    @Test
    void aHeadHasALimit() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(
                        socket -> {
                            readHead(socket);
                            send(socket, "HTTP/1.1 101 OK\r\nX: " + "x".repeat(20_000));
                            awaitEnd(socket);
                        })) {
            assertThatThrownBy(() -> open(server)).hasMessageContaining("16384 bytes of headers");
        }
    }

    @Test
    void aServerMayCloseInsteadOfAnAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::readHead)) {
            assertThatThrownBy(() -> open(server))
                    .hasMessageContaining("closed the connection instead");
        }
    }

    /** Fragments, empty frames, a Ping within a message, and a frame in the segment of the head. */
    @Test
    @Spec({"v5 MQTT-6.0.0-2", "v3 MQTT-6.0.0-2"})
    void takesFramesApart() throws Exception {
        String large = "0123456789".repeat(20_000);
        byte[] frames =
                join(
                        frame(0x82, "a"),
                        frame(0x02, "b"),
                        frame(0x89, "ping"),
                        frame(0x00, ""),
                        frame(0x80, "c"),
                        frame(0x82, ""),
                        frame(0x8A, "unasked"),
                        frame(0x82, large),
                        frame(0x82, "d"));
        try (ScriptedServer server =
                        new ScriptedServer(
                                socket -> {
                                    byte[] head = answer(readHead(socket)).getBytes(UTF_8);
                                    socket.getOutputStream().write(join(head, frames));
                                    Frame pong = Frame.read(socket);
                                    assertThat(pong.first).isEqualTo(0x8A);
                                    assertThat(new String(pong.payload, UTF_8)).isEqualTo("ping");
                                });
                Link link = open(server)) {
            assertThat(readText(link, 3 + large.length() + 1)).isEqualTo("abc" + large + "d");
            server.awaitScript();
        }
    }

    @Test
    void takesOneByteAtATime() throws Exception {
        byte[] frames = join(frame(0x82, "x".repeat(200)), frame(0x89, "p"), frame(0x82, "end"));
        try (ScriptedServer server =
                        server(
                                socket -> {
                                    socket.setTcpNoDelay(true);
                                    for (byte b : frames) {
                                        socket.getOutputStream().write(b);
                                    }
                                    Frame.read(socket);
                                });
                Link link = open(server)) {
            assertThat(readText(link, 203)).isEqualTo("x".repeat(200) + "end");
            server.awaitScript();
        }
    }

    @Test
    void masksEveryFrameWithAKeyOfItsOwn() throws Exception {
        Set<Integer> keys = new HashSet<>();
        try (ScriptedServer server =
                        server(
                                socket -> {
                                    for (int length = 0; length < 200; length++) {
                                        Frame frame = Frame.read(socket);
                                        assertThat(frame.first).isEqualTo(0x82);
                                        assertThat(frame.payload).hasSize(length + 1);
                                        for (int i = 0; i < length; i++) {
                                            assertThat(frame.payload[i]).isEqualTo((byte) i);
                                        }
                                        keys.add(frame.key);
                                    }
                                });
                Link link = open(server)) {
            for (int length = 0; length < 200; length++) {
                byte[] payload = new byte[length + 1];
                Arrays.setAll(payload, i -> (byte) i);
                link.write(ByteBuffer.wrap(payload));
            }
            server.awaitScript();
            assertThat(keys).hasSizeGreaterThan(190);
        }
    }

    @Test
    void whatIsLargeGoesInSeveralFrames() throws Exception {
        byte[] payload = new byte[100_000];
        Arrays.setAll(payload, i -> (byte) (i * 7));
        try (ScriptedServer server =
                        server(
                                socket -> {
                                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                                    while (all.size() < payload.length) {
                                        Frame frame = Frame.read(socket);
                                        assertThat(frame.payload.length)
                                                .isLessThanOrEqualTo(16 * 1024);
                                        all.writeBytes(frame.payload);
                                    }
                                    assertThat(all.toByteArray()).isEqualTo(payload);
                                });
                Link link = open(server)) {
            ByteBuffer out = ByteBuffer.wrap(payload);
            link.write(out);
            assertThat(out.hasRemaining()).isFalse();
            server.awaitScript();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8100, 1003, text",
        "8280, 1002, masks",
        "c200, 1002, bits",
        "9200, 1002, bits",
        "8000, 1002, fragments",
        "02008200, 1002, fragments",
        "8300, 1002, opcode 3",
        "8b00, 1002, opcode 11",
        "897e0080, 1002, too long",
        "0900, 1002, too long",
        "880100, 1002, half a status",
        "827fffffffffffffffff, 1002, impossible length",
    })
    @Spec({"v5 MQTT-6.0.0-1", "v3 MQTT-6.0.0-1"})
    void closesOnWhatIsNotAllowed(String frames, int code, String why) throws Exception {
        try (ScriptedServer server =
                        server(
                                socket -> {
                                    socket.getOutputStream()
                                            .write(HexFormat.of().parseHex(frames));
                                    assertThat(Frame.read(socket).closeCode()).isEqualTo(code);
                                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                                });
                Link link = open(server)) {
            assertThatThrownBy(() -> link.read(ByteBuffer.allocate(10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost:" + server.port())
                    .hasMessageContaining(why);
            server.awaitScript();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, ''", "1001, bye", "1011, broken"})
    void answersAClose(int code, String reason) throws Exception {
        try (ScriptedServer server =
                        server(
                                socket -> {
                                    byte[] why = reason.getBytes(UTF_8);
                                    byte[] payload =
                                            ByteBuffer.allocate(2 + why.length)
                                                    .putShort((short) code)
                                                    .put(why)
                                                    .array();
                                    socket.getOutputStream()
                                            .write(
                                                    join(
                                                            frame(0x82, "a"),
                                                            new byte[] {
                                                                (byte) 0x88, (byte) payload.length
                                                            },
                                                            payload));
                                    assertThat(Frame.read(socket).closeCode()).isEqualTo(code);
                                });
                Link link = open(server)) {
            assertThat(readText(link, 1)).isEqualTo("a");
            if (code == 1011) {
                assertThatThrownBy(() -> link.read(ByteBuffer.allocate(1)))
                        .hasMessageContaining("'1011 broken'");
            } else {
                assertThat(link.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            server.awaitScript();
            assertThat(link.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void closingSaysSo() throws Exception {
        try (ScriptedServer server =
                server(
                        socket -> {
                            assertThat(Frame.read(socket).payload).hasSize(1);
                            assertThat(Frame.read(socket).closeCode()).isEqualTo(1000);
                            assertThat(socket.getInputStream().read()).isEqualTo(-1);
                        })) {
            Link link = open(server);
            write(link, "x");
            link.close();
            link.close();
            server.awaitScript();
            assertThatThrownBy(() -> write(link, "x")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anEndWithinAFrameIsAnEnd() throws Exception {
        try (ScriptedServer server =
                        server(
                                socket ->
                                        socket.getOutputStream()
                                                .write(new byte[] {(byte) 0x82, 5, 'a', 'b'}));
                Link link = open(server)) {
            assertThat(readText(link, 2)).isEqualTo("ab");
            assertThat(link.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    /** Pings come, and nobody takes the Pongs: the reader reads on all the same. */
    @Test
    void aReaderDoesNotWaitForItsPongs() throws Exception {
        int pings = 200_000;
        try (ScriptedServer server =
                        server(
                                socket -> {
                                    byte[] ping = frame(0x89, "x".repeat(125));
                                    byte[] block = join(ping, ping, ping, ping, ping, ping, ping);
                                    for (int i = 0; i < pings / 7; i++) {
                                        socket.getOutputStream().write(block);
                                    }
                                    socket.getOutputStream().write(frame(0x82, "end"));
                                    awaitEnd(socket);
                                });
                Link link = open(server)) {
            assertThat(readText(link, 3)).isEqualTo("end");
        }
    }
}
