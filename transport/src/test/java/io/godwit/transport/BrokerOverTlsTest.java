package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ProtocolVersion;
import io.godwit.transport.TestAuthority.Issued;
import io.godwit.transport.TlsSettings.ClientCertificates;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The broker itself over TLS and Unix domain sockets: with clients that do not wait for CONNACK,
 * and with mosquitto's.
 */
class BrokerOverTlsTest {

    private final Path directory;
    private final TestAuthority authority;
    private final Issued own;

    BrokerOverTlsTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        authority = new TestAuthority(directory, "authority");
        own = authority.server("localhost");
    }

    static Stream<Arguments> servers() {
        return Stream.of(SslProvider.JDK, SslProvider.OPENSSL_REFCNT)
                .flatMap(provider ->
                        Stream.of(1, 2, 4)
                                .flatMap(loops ->
                                        Stream.of(ProtocolVersion.values())
                                                .map(version ->
                                                        Arguments.of(provider, loops, version))));
    }

    private BrokerServer start(SslProvider provider, int loops, TlsSettings tls)
            throws IOException {
        return new BrokerServer(
                new NettyTransport(loops, 1_000, SocketKind.best(), provider),
                ListenerSettings.tcp("test", "127.0.0.1", 0).withTls(tls));
    }

    private TlsSettings plainTls() {
        return TlsSettings.of(own.certificate(), own.key());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectSubscribeAndPublishInOneRecord(
            SslProvider provider, int loops, ProtocolVersion version) throws Exception {
        TlsClients clients = new TlsClients(authority.certificate, null);
        try (BrokerServer server = start(provider, loops, plainTls())) {
            for (int i = 0; i < 10; i++) {
                try (Socket socket = clients.handshake(server.connect())) {
                    socket.getOutputStream().write(Conversation.of(version, "one" + i));
                    Conversation.expect(new Conversation.Replies(socket, version), "one" + i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectSubscribeAndPublishByteByByte(
            SslProvider provider, int loops, ProtocolVersion version) throws Exception {
        TlsClients clients = new TlsClients(authority.certificate, null);
        try (BrokerServer server = start(provider, loops, plainTls())) {
            for (int i = 0; i < 4; i++) {
                try (Socket socket = clients.handshake(server.connect())) {
                    for (byte each : Conversation.of(version, "slow" + i)) {
                        socket.getOutputStream().write(each);
                    }
                    Conversation.expect(new Conversation.Replies(socket, version), "slow" + i);
                }
            }
        }
    }

    /** The exit code of mosquitto_pub. */
    private int publish(List<String> where, String... further) throws Exception {
        List<String> command = new ArrayList<>(List.of("mosquitto_pub"));
        command.addAll(where);
        command.addAll(List.of("-t", "hello", "-m", "hi", "-q", "1"));
        command.addAll(List.of(further));
        Path output = Files.createTempFile(directory, "mosquitto", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private List<String> to(BrokerServer server) {
        return List.of(
                "-h",
                "localhost",
                "-p",
                "" + server.listener().address().getPort(),
                "--cafile",
                authority.certificate.toString());
    }

    private static String[] showing(Issued client) {
        return new String[] {
            "--cert", client.certificate().toString(), "--key", client.key().toString()
        };
    }

    @Test
    void mosquittoWithACertificateWhereOneIsRequired() throws Exception {
        Issued good = authority.client("good");
        Issued revoked = authority.client("revoked");
        authority.revoke(revoked);
        Issued expired = authority.client("expired", Instant.now().minusSeconds(3_600));
        TestAuthority strangers = new TestAuthority(directory, "strangers");
        TlsSettings tls =
                plainTls()
                        .withClients(
                                ClientCertificates.REQUIRED,
                                List.of(authority.certificate),
                                List.of(authority.revocationList()));
        try (BrokerServer server = start(TlsContext.best(), 2, tls)) {
            assertThat(publish(to(server), showing(good))).isZero();
            assertThat(publish(to(server), showing(revoked))).isNotZero();
            assertThat(publish(to(server), showing(expired))).isNotZero();
            assertThat(publish(to(server), showing(strangers.client("foreign")))).isNotZero();
            assertThat(publish(to(server))).isNotZero();
            assertThat(server.listener().incidents().get(Incident.HANDSHAKE_FAILED)).isPositive();
        }
    }

    @Test
    void mosquittoThatDoesNotKnowTheAuthority() throws Exception {
        Path others = new TestAuthority(directory, "strangers").certificate;
        try (BrokerServer server = start(TlsContext.best(), 2, plainTls())) {
            List<String> where = new ArrayList<>(to(server));
            where.set(where.size() - 1, others.toString());
            assertThat(publish(where)).isNotZero();
            assertThat(publish(to(server), "--tls-alpn", "mqtt", "--tls-version", "tlsv1.2"))
                    .isZero();
        }
    }

    @Test
    void mosquittoOverAUnixDomainSocket() throws Exception {
        Path path = directory.resolve("mqtt.sock");
        ListenerSettings settings =
                new ListenerSettings(
                        "unix", new Endpoint.Unix(path, "rw-------", null, null), null, null, null);
        try (BrokerServer server =
                new BrokerServer(new NettyTransport(2, 10, SocketKind.EPOLL), settings)) {
            assertThat(publish(List.of("--unix", path.toString()))).isZero();
            assertThat(server.listener().settings().isLoopback()).isTrue();
        }
    }
}
