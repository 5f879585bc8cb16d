package io.godwit.transport;

import static io.godwit.transport.FrameClient.ask;
import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.join;
import static io.godwit.transport.FrameConnection.QUIT;
import static io.godwit.transport.FrameConnection.SEND;
import static io.godwit.transport.FrameConnection.SHARE;
import static io.godwit.transport.websocket.WebSocketClient.BINARY;
import static io.godwit.transport.websocket.WebSocketClient.CLOSE;
import static io.godwit.transport.websocket.WebSocketClient.CONTINUATION;
import static io.godwit.transport.websocket.WebSocketClient.PING;
import static io.godwit.transport.websocket.WebSocketClient.PONG;
import static io.godwit.transport.websocket.WebSocketClient.TEXT;
import static io.godwit.transport.websocket.WebSocketClient.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.spec.Spec;
import io.godwit.transport.websocket.WebSocketClient;
import io.godwit.transport.websocket.WebSocketClient.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames and their control, on real sockets; the packets are those of {@link FrameConnection}. */
class WebSocketTest {

    private static final int MAXIMUM = 100_000;

    private static TestServer server(SocketKind kind, int loops) {
        return new TestServer(
                new NettyTransport(loops, 1_000, kind),
                ListenerSettings.tcp("ws", "127.0.0.1", 0)
                        .withWebSocket(WebSocketSettings.upTo(MAXIMUM)));
    }

    private static WebSocketClient open(TestServer server) throws IOException {
        return new WebSocketClient(server.address()).open();
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), US_ASCII);
    }

    @ParameterizedTest
    @EnumSource
    @Spec({"v5 MQTT-6.0.0-2", "v3 MQTT-6.0.0-2"})
    void oneByteInEachFrame(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 2);
                WebSocketClient client = open(server)) {
            for (byte each : join(connect(1), echo("slow"), echo("and whole"))) {
                client.send(BINARY, new byte[] {each});
                client.send(BINARY, new byte[0]);
            }
            DataInputStream in = new DataInputStream(client.stream());
            assertThat(in.readNBytes(5)).containsExactly(0, 0, 0, 1, 1);
            assertThat(text(in)).isEqualTo("slow");
            assertThat(text(in)).isEqualTo("and whole");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHundredPacketsInAFrameAreAnsweredInOne(SocketKind kind) throws Exception {
        byte[][] packets = new byte[101][];
        packets[0] = connect(1);
        for (int i = 1; i <= 100; i++) {
            packets[i] = echo("packet " + i);
        }
        try (TestServer server = server(kind, 2);
                WebSocketClient client = open(server)) {
            client.send(BINARY, packets[0]);
            Frame welcome = client.read();
            assertThat(welcome.payload()).containsExactly(0, 0, 0, 1, 1);
            packets[0] = new byte[0];
            client.send(BINARY, join(packets));
            Frame answer = client.read();
            assertThat(answer.isFinal()).isTrue();
            assertThat(answer.opcode()).isEqualTo(BINARY);
            assertThat(new String(answer.payload(), US_ASCII))
                    .contains("packet 1\0")
                    .endsWith("packet 100");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageInFragmentsWithAPingBetween(SocketKind kind) throws Exception {
        byte[] packet = echo("in three parts");
        try (TestServer server = server(kind, 1);
                WebSocketClient client = open(server)) {
            client.send(
                    join(
                            frame(false, BINARY, part(packet, 0, 2)),
                            frame(false, CONTINUATION, part(packet, 2, 9)),
                            frame(true, PING, "there?".getBytes(US_ASCII)),
                            frame(true, CONTINUATION, part(packet, 9, packet.length))));
            Frame first = client.read();
            Frame second = client.read();
            Frame pong = first.opcode() == PONG ? first : second;
            Frame answer = first.opcode() == PONG ? second : first;
            assertThat(pong.payload()).asString(US_ASCII).isEqualTo("there?");
            assertThat(answer.payload()).asString(US_ASCII).endsWith("in three parts");
        }
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 125, 126, 1_000, 65_535, 65_536, 99_000})
    void framesOfEveryLength(int bytes) throws Exception {
        byte[] body = TestServer.newPayload(bytes);
        try (TestServer server = server(SocketKind.best(), 1);
                WebSocketClient client = open(server)) {
            client.send(BINARY, FrameClient.frame(FrameConnection.ECHO, body));
            DataInputStream in = new DataInputStream(client.stream());
            assertThat(in.readNBytes(in.readInt())).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSharedGoesIntoTheFrameOfItsPacket(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 1);
                WebSocketClient client = open(server)) {
            client.send(BINARY, join(echo("before"), ask(SHARE, 30_000), echo("behind")));
            byte[] answer = client.read().payload();
            assertThat(answer).hasSize(4 + 6 + 4 + 30_000 + 4 + 6);
            assertThat(part(answer, 14, 30_014)).isEqualTo(server.payload(30_000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void muchToASlowReader(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 2);
                WebSocketClient client = open(server)) {
            client.send(BINARY, connect(1));
            client.send(BINARY, join(ask(SEND, 6_000_000), ask(SHARE, 5_000_000), echo("end")));
            FrameConnection connection = server.accepted();
            DataInputStream in = new DataInputStream(client.stream());
            assertThat(in.readNBytes(5)).hasSize(5);
            assertThat(in.readNBytes(in.readInt())).isEqualTo(server.payload(6_000_000));
            assertThat(in.readNBytes(in.readInt())).isEqualTo(server.payload(5_000_000));
            assertThat(text(in)).isEqualTo("end");
            connection.onLoop(() -> assertThat(connection.wire().unsent()).isZero());
        }
    }

    @Test
    @Spec({"v5 MQTT-6.0.0-1", "v3 MQTT-6.0.0-1"})
    void aTextFrameEndsTheConnection() throws Exception {
        expectEnd(frame(true, TEXT, "hello".getBytes(US_ASCII)), 1003);
    }

    @Test
    void aFrameBeyondTheMaximumEndsTheConnection() throws Exception {
        expectEnd(frame(true, BINARY, new byte[MAXIMUM + 1]), 1009);
    }

    @Test
    void aFrameWithoutAMaskEndsTheConnection() throws Exception {
        expectEnd(new byte[] {(byte) 0x82, 1, 0}, 1002);
    }

    /** Also while the peer sends on, and though it has left a packet half sent. */
    private static void expectEnd(byte[] wrong, int code) throws Exception {
        try (TestServer server = server(SocketKind.best(), 2);
                WebSocketClient client = open(server)) {
            byte[] half = part(echo("cut off"), 0, 6);
            client.send(join(frame(true, BINARY, join(connect(1), echo("answered"))), new byte[0]));
            assertThat(client.read().payload()).hasSize(5);
            assertThat(client.read().payload()).asString(US_ASCII).endsWith("answered");
            client.send(join(frame(true, BINARY, half), wrong, new byte[200_000]));
            FrameConnection connection = server.accepted();
            connection.awaitClosed(); // before the peer has closed its side
            Frame close = client.read();
            assertThat(close.opcode()).isEqualTo(CLOSE);
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(client.isEnded()).isTrue();
            assertThat(server.listener().incidents()).containsEntry(Incident.WEBSOCKET_BROKEN, 1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeersCloseIsAnsweredBehindWhatItAsked(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 1);
                WebSocketClient client = open(server)) {
            client.send(
                    join(
                            frame(true, BINARY, echo("last words")),
                            frame(true, CLOSE, new byte[] {3, (byte) 0xE9})));
            assertThat(client.read().payload()).asString(US_ASCII).endsWith("last words");
            Frame close = client.read();
            assertThat(close.opcode()).isEqualTo(CLOSE);
            assertThat(close.closeCode()).isEqualTo(1001);
            assertThat(client.isEnded()).isTrue();
            server.accepted().awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closeBehindAnUndecidedConnectComesAfterItsAnswer(SocketKind kind) throws Exception {
        byte[] late = FrameClient.frame(FrameConnection.CONNECT_LATER, (byte) 1);
        try (TestServer server = server(kind, 2);
                WebSocketClient client = open(server)) {
            client.send(join(frame(true, BINARY, join(late, echo("waits"))), closeFrame()));
            server.awaitUndecided().run();
            DataInputStream in = new DataInputStream(client.stream());
            assertThat(in.readNBytes(5)).containsExactly(0, 0, 0, 1, 1);
            assertThat(text(in)).isEqualTo("waits");
            assertThat(in.read()).isEqualTo(-1);
            server.accepted().awaitClosed();
        }
    }

    private static byte[] closeFrame() {
        return frame(true, CLOSE, new byte[] {3, (byte) 0xE8});
    }

    @ParameterizedTest
    @EnumSource
    void theServersCloseComesBehindTheLastPacketAndIsAnsweredOrNot(SocketKind kind)
            throws Exception {
        try (TestServer server = server(kind, 1)) {
            for (boolean answered : new boolean[] {true, false}) {
                try (WebSocketClient client = open(server)) {
                    client.send(BINARY, FrameClient.frame(QUIT, (byte) 7));
                    assertThat(client.read().payload()).endsWith(7);
                    Frame close = client.read();
                    assertThat(close.opcode()).isEqualTo(CLOSE);
                    assertThat(close.closeCode()).isEqualTo(1000);
                    FrameConnection connection = server.accepted();
                    if (answered) {
                        client.send(closeFrame());
                    } else {
                        client.endOutput();
                    }
                    connection.awaitClosed();
                    assertThat(client.isEnded()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloodOfPingsIsAnsweredAsFarAsThePeerReads(SocketKind kind) throws Exception {
        byte[] ping = frame(true, PING, new byte[125]);
        byte[][] many = new byte[500][];
        Arrays.fill(many, ping);
        byte[] flood = join(many);
        try (TestServer server = server(kind, 2);
                WebSocketClient client = open(server)) {
            client.send(BINARY, connect(1));
            FrameConnection connection = server.accepted();
            for (int i = 0; i < 400; i++) { // 25 MB, and not one Pong is read meanwhile
                client.send(flood);
            }
            client.send(frame(true, PING, "the last".getBytes(US_ASCII)));
            client.send(BINARY, echo("still there"));
            int pongs = 0;
            String last = "";
            Frame next = client.read();
            while (!new String(next.payload(), US_ASCII).endsWith("still there")) {
                if (next.opcode() == PONG) {
                    pongs++;
                    last = new String(next.payload(), US_ASCII);
                }
                next = client.read();
            }
            if (!last.equals("the last")) { // then it was sent behind the answer
                last = new String(client.read().payload(), US_ASCII);
            }
            assertThat(last).isEqualTo("the last");
            assertThat(pongs).isLessThan(20_000);
            connection.onLoop(() -> assertThat(connection.wire().unsent()).isZero());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSilentPeerIsPingedOnEveryLoop(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 2);
                WebSocketClient stays = open(server);
                WebSocketClient moves = open(server)) {
            FrameConnection first = server.accepted();
            stays.send(BINARY, connect(server.shards().indexOf(first.shard())));
            moves.send(BINARY, connect(server.shards().indexOf(first.shard())));
            assertThat(stays.read().payload()).hasSize(5);
            assertThat(moves.read().payload()).hasSize(5);
            for (int i = 0; i < 3; i++) {
                for (WebSocketClient client : new WebSocketClient[] {stays, moves}) {
                    passUntilAnswered(server, client);
                    assertThat(client.read().opcode()).isEqualTo(PING);
                    client.send(frame(true, PONG, new byte[0]));
                }
            }
        }
    }

    private static void passUntilAnswered(TestServer server, WebSocketClient client) {
        await().until(() -> {
            server.pass(Duration.ofSeconds(15));
            return client.isAnswered();
        });
    }

    @ParameterizedTest
    @EnumSource
    void halfARequestIsRefusedInTime(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 1);
                WebSocketClient client = new WebSocketClient(server.address())) {
            client.send("GET /mqtt HTTP/1.1\r\nHost: loc".getBytes(US_ASCII));
            passUntilAnswered(server, client);
            assertThat(client.response().status()).isEqualTo(408);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesBehindTheRequestAreTaken(SocketKind kind) throws Exception {
        try (TestServer server = server(kind, 1);
                WebSocketClient client = new WebSocketClient(server.address())) {
            var headers = WebSocketClient.headers();
            headers.add("Sec-WebSocket-Protocol: mqtt");
            StringBuilder request = new StringBuilder("GET /mqtt HTTP/1.1\r\n");
            headers.forEach(line -> request.append(line).append("\r\n"));
            client.send(
                    join(
                            request.append("\r\n").toString().getBytes(US_ASCII),
                            frame(true, BINARY, echo("early"))));
            assertThat(client.response().status()).isEqualTo(101);
            assertThat(client.read().payload()).asString(US_ASCII).endsWith("early");
        }
    }
}
