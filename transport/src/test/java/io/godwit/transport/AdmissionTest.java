package io.godwit.transport;

import static io.godwit.transport.websocket.WebSocketClient.BINARY;
import static io.godwit.transport.websocket.WebSocketClient.CLOSE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.auth.Network;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.codec.ProtocolVersion;
import io.godwit.transport.websocket.WebSocketClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which sockets the broker lets in when they are accepted, and for how long they count. */
class AdmissionTest extends TlsFixture {

    private static final String HERE = "127.0.0.1";
    private static final String ELSEWHERE = "127.0.0.2";
    private static final ProtocolVersion VERSION = ProtocolVersion.V3_1_1;

    private final List<Socket> sockets = new ArrayList<>();

    AdmissionTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    @AfterEach
    void closeSockets() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** What a client goes through before CONNECT. */
    enum Port {
        PLAIN,
        TLS,
        WEBSOCKET,
        SECURE_WEBSOCKET;

        boolean isEncrypted() {
            return this == TLS || this == SECURE_WEBSOCKET;
        }

        boolean isWebSocket() {
            return this == WEBSOCKET || this == SECURE_WEBSOCKET;
        }
    }

    private ListenerSettings settings(Port port) {
        return ListenerSettings.tcp("test", HERE, 0)
                .withTls(port.isEncrypted() ? plainTls() : null)
                .withWebSocket(port.isWebSocket() ? WebSocketSettings.upTo(100_000) : null);
    }

    private static BrokerServer start(ListenerSettings settings, int maxSockets, int undecided)
            throws IOException {
        // One loop, so that what comes first is looked at first.
        return new BrokerServer(
                new NettyTransport(1, maxSockets, SocketKind.best()),
                settings,
                new ProtectionSettings(
                        false,
                        0,
                        undecided,
                        PublishRate.NONE,
                        BruteForce.NONE,
                        Flapping.NONE,
                        Map.of()));
    }

    private static BrokerServer start(ListenerSettings settings, int undecided) throws IOException {
        return start(settings, 100, undecided);
    }

    private Socket from(String address, BrokerServer server) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(server.listener().address());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private Socket through(String client, BrokerServer server) throws IOException {
        Socket socket = from(HERE, server);
        String header = "PROXY TCP4 " + client + " 192.0.2.1 4711 1883\r\n";
        socket.getOutputStream().write(header.getBytes(US_ASCII));
        return socket;
    }

    /** Goes through all layers, and on until CONNACK. */
    private void connect(Port port, Socket socket) throws Exception {
        Socket encrypted =
                port.isEncrypted()
                        ? new TlsClients(authority.certificate, null).handshake(socket)
                        : socket;
        if (port.isWebSocket()) {
            connect(new WebSocketClient(encrypted).open());
        } else {
            encrypted.getOutputStream().write(connect());
            expectConnAck(encrypted.getInputStream());
        }
    }

    private void connect(WebSocketClient client) throws IOException {
        expectConnAck(client.send(BINARY, connect()).stream());
    }

    private byte[] connect() {
        String clientId = "c" + sockets.size();
        return Conversation.encoded(VERSION, Packets.connect(VERSION, clientId).build());
    }

    private static void expectConnAck(InputStream in) throws IOException {
        assertThat(in.readNBytes(4)).containsExactly(0x20, 2, 0, 0);
    }

    private static void expectEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes(); // it may be told why
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        socket.close();
    }

    private static void awaitCount(BrokerServer server, Counter counter, long count) {
        await().untilAsserted(() -> assertThat(server.broker().count(counter)).isEqualTo(count));
    }

    private static void awaitOpen(BrokerServer server, int sockets) {
        await().until(() -> server.transport().openSockets() == sockets);
    }

    /** Two places are free, and no more. */
    private void expectTwoPlaces(BrokerServer server) throws IOException {
        long turnedAway = server.broker().count(Counter.CONNECTIONS_OVER_UNDECIDED);
        from(HERE, server);
        from(HERE, server);
        expectEnd(from(HERE, server));
        awaitCount(server, Counter.CONNECTIONS_OVER_UNDECIDED, turnedAway + 1);
    }

    // --- sockets without CONNECT ----------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void silentSocketsCountFromWhenTheyAreAccepted(Port port) throws Exception {
        try (BrokerServer server = start(settings(port), 2)) {
            Socket first = from(HERE, server);
            Socket second = from(HERE, server);
            expectEnd(from(HERE, server));
            awaitCount(server, Counter.CONNECTIONS_OVER_UNDECIDED, 1);
            connect(port, from(ELSEWHERE, server));
            server.pass(Duration.ofSeconds(11)); // what each of the layers waits
            expectEnd(first);
            expectEnd(second);
            awaitOpen(server, 1);
            connect(port, from(HERE, server)); // which needs its place no longer
            expectTwoPlaces(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoGoesBeforeConnectGivesItsPlaceBackOnce(Port port) throws Exception {
        List<byte[]> beginnings =
                List.of(
                        new byte[0],
                        new byte[] {0x10, 2, 0, 0}, // no CONNECT
                        new byte[] {0x16, 3, 1, 0, 2, 9, 9}, // no handshake
                        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        try (BrokerServer server = start(settings(port), 2)) {
            for (byte[] beginning : beginnings) {
                Socket socket = from(HERE, server);
                socket.getOutputStream().write(beginning);
                socket.shutdownOutput();
                expectEnd(socket);
                awaitOpen(server, 0);
            }
            expectTwoPlaces(server);
        }
    }

    @Test
    void silentSocketsOfOneAddressLeaveHandshakesToOthers() throws Exception {
        TlsSettings four = plainTls().withHandshakes(4, Duration.ofSeconds(10));
        try (BrokerServer server = start(settings(Port.TLS).withTls(four), 3)) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                silent.add(from(HERE, server));
            }
            for (Socket over : silent.subList(3, 10)) {
                expectEnd(over);
            }
            assertThat(server.listener().handshakesUnderWay()).isEqualTo(3);
            assertThat(server.listener().incidents()).containsEntry(Incident.HANDSHAKES_WAITED, 0L);
            connect(Port.TLS, from(ELSEWHERE, server));
        }
    }

    @Test
    void whatIsClosedForWantOfSocketsHasNoPlace() throws Exception {
        try (BrokerServer server = start(settings(Port.PLAIN), 2, 2)) {
            Socket connected = from(HERE, server);
            connect(Port.PLAIN, connected);
            Socket silent = from(HERE, server);
            for (int i = 0; i < 5; i++) {
                expectEnd(from(HERE, server));
            }
            silent.close();
            connected.close();
            awaitOpen(server, 0);
            connect(Port.PLAIN, from(HERE, server));
            assertThat(server.broker().count(Counter.CONNECTIONS_OVER_UNDECIDED)).isZero();
        }
    }

    // --- bans -----------------------------------------------------------------------------------

    private static Ban ban(BrokerServer server, String network) {
        Ban ban =
                new Ban(new Ban.Target(Network.parse(network), null, null), Ban.FOREVER, "enough");
        server.broker().ban(ban).join();
        return ban;
    }

    @ParameterizedTest
    @EnumSource
    void aBannedAddressIsClosedWhenItIsAccepted(Port port) throws Exception {
        try (BrokerServer server = start(settings(port), 2)) {
            Ban ban = ban(server, HERE);
            for (int i = 0; i < 5; i++) {
                expectEnd(from(HERE, server));
            }
            awaitCount(server, Counter.CONNECTIONS_BANNED, 5); // each once
            assertThat(server.listener().incidents().values()).containsOnly(0L);
            connect(port, from(ELSEWHERE, server));
            server.broker().protection().bans().remove(ban.target());
            connect(port, from(HERE, server));
            expectTwoPlaces(server);
            assertThat(server.broker().count(Counter.CONNECTIONS_BANNED)).isEqualTo(5);
        }
    }

    // --- behind proxies -------------------------------------------------------------------------

    private ListenerSettings behindProxy(Port port) {
        return settings(port).withProxy(new ProxySettings(List.of(Network.parse(HERE))));
    }

    @ParameterizedTest
    @EnumSource
    void behindAProxyTheAddressInItsHeaderCounts(Port port) throws Exception {
        try (BrokerServer server = start(behindProxy(port), 1)) {
            from(HERE, server); // whose client is not known
            from(HERE, server);
            Socket first = through("203.0.113.9", server);
            expectEnd(through("203.0.113.9", server));
            awaitCount(server, Counter.CONNECTIONS_OVER_UNDECIDED, 1);
            connect(port, through("203.0.113.10", server));
            connect(port, first);
            connect(port, through("203.0.113.9", server));
        }
    }

    @ParameterizedTest
    @EnumSource
    void behindAProxyTheAddressInItsHeaderMayBeBanned(Port port) throws Exception {
        try (BrokerServer server = start(behindProxy(port), 0)) {
            ban(server, HERE); // which only the proxy has
            ban(server, "203.0.113.9");
            Socket banned = through("203.0.113.9", server);
            banned.getOutputStream().write(0x16); // what follows the header is not looked at
            expectEnd(banned);
            awaitCount(server, Counter.CONNECTIONS_BANNED, 1);
            connect(port, through("203.0.113.10", server));
            assertThat(server.listener().incidents().values()).containsOnly(0L);
        }
    }

    private WebSocketClient forwarded(String client, BrokerServer server) throws IOException {
        List<String> headers = WebSocketClient.headers();
        headers.add("Sec-WebSocket-Protocol: mqtt");
        headers.add("X-Forwarded-For: " + client);
        WebSocketClient made = new WebSocketClient(from(HERE, server));
        assertThat(made.ask("GET /mqtt HTTP/1.1", headers).status()).isEqualTo(101);
        return made;
    }

    @Test
    void theAddressThatAProxyForwardsCountsWhenItIsKnown() throws Exception {
        WebSocketSettings forwarding =
                new WebSocketSettings(
                        "/mqtt",
                        List.of(),
                        true,
                        Duration.ofSeconds(30),
                        List.of(Network.parse(HERE)),
                        100_000);
        try (BrokerServer server = start(settings(Port.WEBSOCKET).withWebSocket(forwarding), 1)) {
            from(HERE, server); // whose client is not known
            from(HERE, server);
            WebSocketClient first = forwarded("203.0.113.9", server);
            WebSocketClient over = forwarded("203.0.113.9", server);
            assertThat(over.read().opcode()).isEqualTo(CLOSE);
            assertThat(over.isEnded()).isTrue();
            awaitCount(server, Counter.CONNECTIONS_OVER_UNDECIDED, 1);
            connect(forwarded("203.0.113.10", server));
            connect(first);
            connect(forwarded("203.0.113.9", server));
            from(ELSEWHERE, server); // no proxy
            expectEnd(from(ELSEWHERE, server));
            awaitCount(server, Counter.CONNECTIONS_OVER_UNDECIDED, 2);
        }
    }
}
