package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.join;
import static io.godwit.transport.websocket.WebSocketClient.BINARY;
import static io.godwit.transport.websocket.WebSocketClient.CLOSE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
        ProxySettings proxy = new ProxySettings(List.of(Cidr.parse("127.0.0.1").orElseThrow()));
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

    @Test
    void overAUnixDomainSocket() throws Exception {
        Path path = directory.resolve("ws.sock");
        var endpoint = new Endpoint.Unix(path, "rw-------", null, null);
        try (TestServer server = start(new ListenerSettings("ws", endpoint, null, null, null));
                SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
                WebSocketClient client =
                        new WebSocketClient(
                                socket,
                                Channels.newInputStream(socket),
                                Channels.newOutputStream(socket))) {
            assertThat(converse(server, client.open()).unixPeer()).isNotNull();
        }
    }
}
