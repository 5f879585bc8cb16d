package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.join;
import static io.godwit.transport.websocket.WebSocketClient.BINARY;
import static io.godwit.transport.websocket.WebSocketClient.CLOSE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Network;
import io.godwit.broker.auth.Origin;
import io.godwit.transport.websocket.WebSocketClient;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WebSocket above other layers: TLS, a PROXY header, a Unix domain socket. */
class WebSocketLayersTest {

    private static final WebSocketSettings WEB_SOCKET = WebSocketSettings.upTo(100_000);

    @TempDir private Path directory = Path.of("");

    private static TestServer start(ListenerSettings settings) {
        return new TestServer(
                new NettyTransport(2, 100, SocketKind.EPOLL), settings.withWebSocket(WEB_SOCKET));
    }

    private static ListenerSettings tcp() {
        return ListenerSettings.tcp("ws", "127.0.0.1", 0);
    }

    private static Origin converse(TestServer server, WebSocketClient client) throws Exception {
        client.send(BINARY, join(connect(1), echo("over all layers")));
        DataInputStream in = new DataInputStream(client.stream());
        assertThat(in.readNBytes(5)).hasSize(5);
        assertThat(in.readNBytes(in.readInt())).asString(US_ASCII).isEqualTo("over all layers");
        FrameConnection connection = server.accepted();
        client.send(BINARY, FrameClient.frame(FrameConnection.QUIT, (byte) 7));
        assertThat(client.read().payload()).endsWith(7);
        WebSocketClient.Frame close = client.read();
        assertThat(close.opcode()).isEqualTo(CLOSE);
        client.send(CLOSE, close.payload());
        assertThat(client.isEnded()).isTrue();
        connection.awaitClosed();
        return connection.wire().origin();
    }

    private static Socket connected(TestServer server) throws Exception {
        return new Socket(server.address().getAddress(), server.address().getPort());
    }

    @Test
    void aboveTls() throws Exception {
        assertThat(overTls(null, new byte[0]).isEncrypted()).isTrue();
    }

    @Test
    void aboveTlsBehindAProxyHeader() throws Exception {
        ProxySettings proxy = new ProxySettings(List.of(Network.parse("127.0.0.1")));
        Origin origin =
                overTls(proxy, "PROXY TCP4 203.0.113.9 192.0.2.1 4711 8084\r\n".getBytes(US_ASCII));
        assertThat(origin.isEncrypted()).isTrue();
        assertThat(origin.address()).isEqualTo(InetAddress.ofLiteral("203.0.113.9"));
        assertThat(origin.port()).isEqualTo(4711);
    }

    private Origin overTls(@Nullable ProxySettings proxy, byte[] before) throws Exception {
        TestAuthority authority = new TestAuthority(directory, "authority");
        var own = authority.server("localhost");
        TlsClients clients = new TlsClients(authority.certificate, null);
        ListenerSettings settings =
                tcp().withTls(TlsSettings.of(own.certificate(), own.key())).withProxy(proxy);
        try (TestServer server = start(settings);
                Socket socket = connected(server)) {
            socket.getOutputStream().write(before);
            try (WebSocketClient client = new WebSocketClient(clients.handshake(socket))) {
                return converse(server, client.open());
            }
        }
    }

    private ListenerSettings unix() {
        var endpoint = new Endpoint.Unix(directory.resolve("ws.sock"), "rw-------", null, null);
        return new ListenerSettings("ws", endpoint, null, null, null);
    }

    private WebSocketClient unixClient() throws Exception {
        Path path = directory.resolve("ws.sock");
        SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
        return new WebSocketClient(
                socket, Channels.newInputStream(socket), Channels.newOutputStream(socket));
    }

    @Test
    void overAUnixDomainSocket() throws Exception {
        try (TestServer server = start(unix());
                WebSocketClient client = unixClient()) {
            assertThat(converse(server, client.open()).unixPeer()).isNotNull();
        }
    }

    /** A page elsewhere can have its own name lead to the broker's address (DNS rebinding). */
    @Test
    void aPageIsNotOfThisHostBecauseItsNameLeadsHere() throws Exception {
        try (TestServer server = start(unix());
                WebSocketClient rebound = unixClient();
                WebSocketClient byAddress = unixClient()) {
            var refused = rebound.ask("GET /mqtt HTTP/1.1", headersOf("rebound.example"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body())
                    .contains("add \"http://rebound.example\" to allowed-origins");
            var taken = byAddress.ask("GET /mqtt HTTP/1.1", headersOf("192.0.2.1"));
            assertThat(taken.status()).isEqualTo(101);
        }
    }

    private static List<String> headersOf(String host) {
        List<String> headers = WebSocketClient.headers();
        headers.replaceAll(line -> line.startsWith("Host:") ? "Host: " + host : line);
        headers.add("Origin: http://" + host);
        headers.add("Sec-WebSocket-Protocol: mqtt");
        return headers;
    }
}
