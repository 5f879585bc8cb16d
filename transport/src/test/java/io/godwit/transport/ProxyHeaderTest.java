package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.join;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.auth.Network;
import io.godwit.broker.auth.Origin;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers of both versions, over raw sockets. */
class ProxyHeaderTest {

    private static final byte[] SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final byte LOCAL = 0x20;
    private static final byte PROXY = 0x21;
    private static final byte UNSPEC = 0;
    private static final byte TCP4 = 0x11;

    private static ListenerSettings behind(String trusted) {
        return ListenerSettings.tcp("test", "127.0.0.1", 0)
                .withProxy(new ProxySettings(List.of(Network.parse(trusted))));
    }

    private static TestServer start(SocketKind kind, String trusted) {
        return new TestServer(new NettyTransport(2, 100, kind), behind(trusted));
    }

    private static byte[] v1(String line) {
        return (line + "\r\n").getBytes(US_ASCII);
    }

    private static byte[] v2(byte command, byte family, byte[]... parts) {
        byte[] body = join(parts);
        return ByteBuffer.allocate(16 + body.length)
                .put(SIGNATURE)
                .put(command)
                .put(family)
                .putShort((short) body.length)
                .put(body)
                .array();
    }

    /** From 203.0.113.9:4711 to 192.0.2.1:1883. */
    private static byte[] addresses() {
        return ByteBuffer.allocate(12)
                .put(new byte[] {(byte) 203, 0, 113, 9, (byte) 192, 0, 2, 1})
                .putShort((short) 4711)
                .putShort((short) 1883)
                .array();
    }

    private static byte[] tlv(int type, byte... value) {
        return ByteBuffer.allocate(3 + value.length)
                .put((byte) type)
                .putShort((short) value.length)
                .put(value)
                .array();
    }

    /** What is said of the client's TLS, with a Common Name. */
    private static byte[] sslTlv(int client, int verify) {
        byte[] name = tlv(0x22, "device".getBytes(US_ASCII));
        return tlv(
                0x20,
                ByteBuffer.allocate(5 + name.length)
                        .put((byte) client)
                        .putInt(verify)
                        .put(name)
                        .array());
    }

    private static Origin origin(TestServer server, byte[] header) throws Exception {
        try (FrameClient client = server.connect()) {
            client.send(header, connect(1), echo("behind"));
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readText()).isEqualTo("behind");
            return server.accepted().wire().origin();
        }
    }

    private static Origin from(String address, int port, boolean isEncrypted) {
        return new Origin(
                "test",
                InetAddress.ofLiteral(address),
                port,
                isEncrypted,
                List.of(),
                null,
                Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void theClientsAddressIsTheOneInTheHeader(SocketKind kind) throws Exception {
        try (TestServer server = start(kind, "127.0.0.0/8")) {
            assertThat(origin(server, v1("PROXY TCP4 203.0.113.9 192.0.2.1 4711 1883")))
                    .isEqualTo(from("203.0.113.9", 4711, false));
            assertThat(origin(server, v1("PROXY TCP6 2001:db8::7 2001:db8::1 4711 1883")))
                    .isEqualTo(from("2001:db8::7", 4711, false));
            assertThat(origin(server, v2(PROXY, TCP4, addresses())))
                    .isEqualTo(from("203.0.113.9", 4711, false));
        }
    }

    @Test
    void aProxyMaySayThatTheClientUsedTls() throws Exception {
        try (TestServer server = start(SocketKind.EPOLL, "127.0.0.1")) {
            byte[] alpn = tlv(0x01, "mqtt".getBytes(US_ASCII));
            assertThat(origin(server, v2(PROXY, TCP4, addresses(), alpn, sslTlv(0x07, 0))))
                    .isEqualTo(from("203.0.113.9", 4711, true));
            assertThat(origin(server, v2(PROXY, TCP4, addresses(), sslTlv(0x01, 1))))
                    .isEqualTo(from("203.0.113.9", 4711, true));
            expectClosed(server, v2(PROXY, TCP4, addresses(), sslTlv(0x07, 1)));
            awaitIncident(server, Incident.PROXY_MALFORMED);
        }
    }

    @Test
    void theLogNamesClientAndProxy() throws Exception {
        try (TestServer server = start(SocketKind.EPOLL, "127.0.0.1");
                FrameClient client = server.connect()) {
            client.send(v1("PROXY TCP4 203.0.113.9 192.0.2.1 4711 1883"), echo("x"));
            assertThat(client.readText()).isEqualTo("x");
            assertThat(server.accepted().wire().peer())
                    .isEqualTo("203.0.113.9:4711 (through 127.0.0.1:" + client.port() + ")");
        }
    }

    @Test
    void aHeaderWithoutAnAddressLeavesTheProxysOwn() throws Exception {
        try (TestServer server = start(SocketKind.EPOLL, "127.0.0.1")) {
            for (byte[] header :
                    List.of(
                            v2(LOCAL, UNSPEC), // a health check
                            v2(LOCAL, TCP4, addresses()),
                            v1("PROXY UNKNOWN"))) {
                assertThat(origin(server, header).address())
                        .isEqualTo(InetAddress.getLoopbackAddress());
            }
            assertThat(server.listener().incidents().values()).containsOnly(0L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void byteByByte(SocketKind kind) throws Exception {
        try (TestServer server = start(kind, "127.0.0.1")) {
            for (byte[] header :
                    List.of(
                            v1("PROXY TCP4 203.0.113.9 192.0.2.1 4711 1883"),
                            v2(PROXY, TCP4, addresses(), sslTlv(0x07, 0)))) {
                try (FrameClient client = server.connect()) {
                    client.sendByteByByte(join(header, connect(1), echo("slow")));
                    assertThat(client.readBytes()).hasSize(1);
                    assertThat(client.readText()).isEqualTo("slow");
                }
            }
        }
    }

    private static void expectClosed(TestServer server, byte[] sent) throws Exception {
        try (Socket socket = FrameClient.connected(server.address(), 0)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private static void awaitIncident(TestServer server, Incident what) {
        await().untilAsserted(
                        () -> assertThat(server.listener().incidents().get(what)).isPositive());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711\r\n",
                "PROXY TCP4 203.0.113.999 192.0.2.1 4711 1883\r\n",
                "PROXY TCP4 example.org 192.0.2.1 4711 1883\r\n",
                "PROXY TCP9 203.0.113.9 192.0.2.1 4711 1883\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 99999 1883\r\n",
                "HELLO WORLD, THIS IS NO PROXY\r\n"
            })
    void aMalformedHeaderIsRefused(String header) throws Exception {
        try (TestServer server = start(SocketKind.EPOLL, "127.0.0.1")) {
            expectClosed(server, header.getBytes(US_ASCII));
            awaitIncident(server, Incident.PROXY_MALFORMED);
        }
    }

    @Test
    void aHeaderThatIsTooLongIsRefused() throws Exception {
        try (TestServer server = start(SocketKind.EPOLL, "127.0.0.1")) {
            expectClosed(server, ("PROXY TCP4 " + "1".repeat(200)).getBytes(US_ASCII));
            awaitIncident(server, Incident.PROXY_MALFORMED);
            expectClosed(server, v2(PROXY, TCP4, addresses(), tlv(0xe0, new byte[6_000])));
            await().until(() ->
                    Long.valueOf(2)
                            .equals(server.listener().incidents().get(Incident.PROXY_MALFORMED)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAHeaderNothingHappensAndThenItIsClosed(SocketKind kind) throws Exception {
        try (TestServer server = start(kind, "127.0.0.1");
                FrameClient silent = server.connect();
                FrameClient direct = server.connect();
                FrameClient proxied = server.connect()) {
            direct.send(echo("no header"));
            proxied.send(v1("PROXY UNKNOWN"), echo("x"));
            assertThat(proxied.readText()).isEqualTo("x");
            await().until(() -> server.transport().openSockets() == 3);
            proxied.send(echo("y"));
            assertThat(proxied.readText()).isEqualTo("y");
            server.pass(Duration.ofMillis(ProxyHeader.WITHIN + 200));
            assertThat(silent.read()).isEqualTo(-1);
            assertThat(direct.read()).isEqualTo(-1);
            proxied.send(echo("z"));
            assertThat(proxied.readText()).isEqualTo("z");
        }
    }

    @Test
    void onlyTrustedAddressesMaySendOne() throws Exception {
        try (TestServer server = start(SocketKind.EPOLL, "10.0.0.0/8")) {
            expectClosed(server, v1("PROXY TCP4 203.0.113.9 192.0.2.1 4711 1883"));
            awaitIncident(server, Incident.PROXY_NOT_TRUSTED);
        }
    }

    @Test
    void tlsComesBehindTheHeader(@TempDir Path directory) throws Exception {
        TestAuthority authority = new TestAuthority(directory, "authority");
        var own = authority.server("localhost");
        ListenerSettings settings =
                behind("127.0.0.1").withTls(TlsSettings.of(own.certificate(), own.key()));
        try (TestServer server =
                        new TestServer(new NettyTransport(2, 100, SocketKind.EPOLL), settings);
                Socket socket = FrameClient.connected(server.address(), 0)) {
            socket.getOutputStream().write(v1("PROXY TCP4 203.0.113.9 192.0.2.1 4711 1883"));
            TlsClients clients = new TlsClients(authority.certificate, null);
            FrameClient client = new FrameClient(clients.handshake(socket));
            client.send(connect(1), echo("hidden"));
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readText()).isEqualTo("hidden");
            assertThat(server.accepted().wire().origin())
                    .isEqualTo(from("203.0.113.9", 4711, true));
        }
    }
}
