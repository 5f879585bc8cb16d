package io.godwit.transport;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static io.godwit.transport.websocket.WebSocketClient.BINARY;
import static io.godwit.transport.websocket.WebSocketClient.CLOSE;
import static io.godwit.transport.websocket.WebSocketClient.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.TopicCache;
import io.godwit.spec.Spec;
import io.godwit.transport.websocket.WebSocketClient;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The broker itself in a WebSocket, however the packets are put into frames. */
class BrokerOverWebSocketTest {

    private static final int LARGEST_PACKET = 10_000_000;

    @TempDir private static Path directory = Path.of("");
    private static @Nullable TlsSettings tls;
    private static @Nullable TlsClients tlsClients;

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestAuthority authority = new TestAuthority(directory, "authority");
        var own = authority.server("localhost");
        tls = TlsSettings.of(own.certificate(), own.key());
        tlsClients = new TlsClients(authority.certificate, null);
    }

    /** The broker on a loopback port. */
    private static final class Server implements AutoCloseable {
        private final NettyTransport transport;
        private final Listener listener;

        Server(SocketKind kind, int loops, boolean isEncrypted) throws IOException {
            transport = new NettyTransport(loops, 1_000, kind);
            List<Shard> shards = new ArrayList<>();
            for (EventLoop loop : transport.loops()) {
                shards.add(new Shard(shards.size(), loop, Time.SYSTEM, new Random(1)));
            }
            Limits limits = Limits.defaults();
            Broker broker =
                    new Broker(
                            shards,
                            limits,
                            new InMemorySessionStore(),
                            new InMemoryRetainedStore(limits.retained()),
                            new AccessControl(
                                    new AnonymousAuthenticator(true), new OpenAuthorizer()),
                            "godwit test",
                            20260101);
            transport.attach(shards);
            listener =
                    transport.listen(
                            ListenerSettings.tcp("ws", "127.0.0.1", 0)
                                    .withTls(isEncrypted ? tls : null)
                                    .withWebSocket(WebSocketSettings.upTo(limits.packetSize())),
                            broker);
        }

        WebSocketClient connect() throws IOException {
            Socket socket =
                    new Socket(listener.address().getAddress(), listener.address().getPort());
            return new WebSocketClient(
                            listener.settings().tls() == null
                                    ? socket
                                    : Objects.requireNonNull(tlsClients).handshake(socket))
                    .open();
        }

        @Override
        public void close() {
            assertThat(transport.stop(Duration.ofSeconds(20))).isTrue();
            assertThat(transport.openSockets()).isZero();
        }
    }

    /** Packets as a server sends them, read one by one. */
    private static final class Replies {
        private final InputStream in;
        private final PacketDecoder decoder;
        private final ByteBuffer bytes = ByteBuffer.allocate(LARGEST_PACKET).flip();

        Replies(WebSocketClient client, ProtocolVersion version) {
            this.in = client.stream();
            this.decoder = PacketDecoder.forClient(version, LARGEST_PACKET, new TopicCache(16));
        }

        Packet next() throws IOException, PacketException {
            Packet packet;
            while ((packet = decoder.decode(bytes)) == null) {
                bytes.compact();
                int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
                if (count < 0) {
                    throw new EOFException("the server has sent Close");
                }
                bytes.position(bytes.position() + count).flip();
            }
            return packet;
        }
    }

    static Stream<Arguments> servers() {
        return Stream.of(SocketKind.values())
                .flatMap(kind -> Stream.of(1, 2, 4).flatMap(loops -> servers(kind, loops)));
    }

    private static Stream<Arguments> servers(SocketKind kind, int loops) {
        return Stream.concat(
                Stream.of(ProtocolVersion.values())
                        .map(version -> Arguments.of(kind, loops, false, version)),
                Stream.of(Arguments.of(kind, loops, true, ProtocolVersion.V5)));
    }

    private static byte[] encoded(ProtocolVersion version, Packet... packets) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Packet packet : packets) {
            ByteBuffer one = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
            PacketEncoder.encode(packet, version, one);
            all.writeBytes(one.array());
        }
        return all.toByteArray();
    }

    private static byte[] conversation(ProtocolVersion version, String clientId) {
        Packet[] packets = new Packet[102];
        packets[0] = connect(version, clientId).build();
        packets[1] = subscribe(1, 0, "home/" + clientId);
        for (int i = 2; i < packets.length; i++) {
            packets[i] = publish("home/" + clientId, "message " + i, i % 2, i % 2 * i);
        }
        return encoded(version, packets);
    }

    private static void expectConversation(Replies replies) throws Exception {
        assertThat(((ConnAck) replies.next()).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(((SubAck) replies.next()).packetId()).isEqualTo(1);
        List<String> payloads = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        int acknowledged = 0;
        for (int i = 2; i < 102; i++) {
            expected.add("message " + i);
        }
        while (payloads.size() < 100 || acknowledged < 50) {
            switch (replies.next()) {
                case Publish publish -> payloads.add(new String(publish.payload(), UTF_8));
                case PubAck _ -> acknowledged++;
                case Packet other -> throw new AssertionError("not expected: " + other);
            }
        }
        assertThat(payloads).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("servers")
    @Spec({"v5 MQTT-6.0.0-2", "v3 MQTT-6.0.0-2"})
    void aHundredPacketsInOneFrame(
            SocketKind kind, int loops, boolean isEncrypted, ProtocolVersion version)
            throws Exception {
        try (Server server = new Server(kind, loops, isEncrypted)) {
            for (int i = 0; i < 10; i++) {
                try (WebSocketClient client = server.connect()) {
                    client.send(BINARY, conversation(version, "one" + i));
                    expectConversation(new Replies(client, version));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    @Spec({"v5 MQTT-6.0.0-2", "v3 MQTT-6.0.0-2"})
    void oneByteInEachFrame(
            SocketKind kind, int loops, boolean isEncrypted, ProtocolVersion version)
            throws Exception {
        try (Server server = new Server(kind, loops, isEncrypted)) {
            for (int i = 0; i < 3; i++) {
                try (WebSocketClient client = server.connect()) {
                    for (byte each : conversation(version, "slow" + i)) {
                        client.send(BINARY, new byte[] {each});
                    }
                    expectConversation(new Replies(client, version));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void largePayloadsToManySubscribers(
            SocketKind kind, int loops, boolean isEncrypted, ProtocolVersion version)
            throws Exception {
        byte[] payload = TestServer.newPayload(1_000_000);
        try (Server server = new Server(kind, loops, isEncrypted);
                WebSocketClient publisher = server.connect()) {
            List<WebSocketClient> clients = new ArrayList<>();
            List<Replies> subscribers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                WebSocketClient client = server.connect();
                Replies replies = new Replies(client, version);
                client.send(
                        BINARY,
                        encoded(
                                version,
                                connect(version, "subscriber" + i).build(),
                                subscribe(1, 0, "large")));
                assertThat(replies.next()).isInstanceOf(ConnAck.class);
                assertThat(replies.next()).isInstanceOf(SubAck.class);
                clients.add(client);
                subscribers.add(replies);
            }
            publisher.send(
                    BINARY,
                    encoded(
                            version,
                            connect(version, "publisher").build(),
                            publish("large", payload, 0, 0),
                            publish("large", "the end")));
            for (Replies each : subscribers) {
                assertThat(((Publish) each.next()).payload()).isEqualTo(payload);
                assertThat(((Publish) each.next()).payload()).hasSize("the end".length());
            }
            for (WebSocketClient each : clients) {
                each.close();
            }
        }
    }

    /** Also where the client has sent its own along with DISCONNECT. */
    @ParameterizedTest
    @EnumSource
    void closeFollowsDisconnect(ProtocolVersion version) throws Exception {
        byte[] leaving =
                WebSocketClient.frame(
                        true,
                        BINARY,
                        encoded(
                                version,
                                connect(version, "leaving").build(),
                                new Disconnect(ReasonCode.SUCCESS)));
        byte[] own = WebSocketClient.frame(true, CLOSE, new byte[] {3, -24});
        try (Server server = new Server(SocketKind.best(), 2, false)) {
            for (byte[] sent : new byte[][] {leaving, FrameClient.join(leaving, own)}) {
                try (WebSocketClient client = server.connect()) {
                    client.send(sent);
                    assertThat(client.read().opcode()).isEqualTo(BINARY);
                    WebSocketClient.Frame close = client.read();
                    assertThat(close.opcode()).isEqualTo(CLOSE);
                    assertThat(close.closeCode()).isEqualTo(1000);
                    if (sent == leaving) {
                        client.send(own);
                    }
                    assertThat(client.isEnded()).isTrue();
                }
            }
        }
    }

    static Stream<Arguments> abnormalEnds() {
        return Stream.of(
                Arguments.of("a text frame", WebSocketClient.frame(true, TEXT, new byte[] {'x'})),
                Arguments.of("Close", WebSocketClient.frame(true, CLOSE, new byte[] {3, -24})),
                Arguments.of("a frame beyond the limit", tooLong()),
                Arguments.of("the end of the socket", new byte[0]));
    }

    private static byte[] tooLong() {
        return WebSocketClient.frame(true, BINARY, new byte[3_000_000]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("abnormalEnds")
    void theWillIsPublishedAfter(String what, byte[] ending) throws Exception {
        ProtocolVersion version = ProtocolVersion.V5;
        try (Server server = new Server(SocketKind.best(), 2, false);
                WebSocketClient watcher = server.connect();
                WebSocketClient client = server.connect()) {
            Replies watched = new Replies(watcher, version);
            watcher.send(
                    BINARY,
                    encoded(
                            version,
                            connect(version, "watcher").build(),
                            subscribe(1, 0, "wills/#")));
            assertThat(watched.next()).isInstanceOf(ConnAck.class);
            assertThat(watched.next()).isInstanceOf(SubAck.class);
            client.send(
                    BINARY,
                    encoded(
                            version,
                            connect(version, "leaving").will(will("wills/of", "gone", 0)).build()));
            assertThat(client.read().opcode()).isEqualTo(BINARY);
            if (ending.length > 0) {
                client.send(ending);
            } else {
                client.close();
            }
            Publish will = (Publish) watched.next();
            assertThat(will.topic()).hasToString("wills/of");
            assertThat(new String(will.payload(), UTF_8)).isEqualTo("gone");
        }
    }
}
