package io.godwit.transport;

import static io.godwit.transport.FrameClient.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.godwit.transport.TestAuthority.Issued;
import io.godwit.transport.TlsSettings.ClientCertificates;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** An authority, a server's certificate of it, and listeners and clients that use them. */
abstract class TlsFixture {

    final Path directory;
    final TestAuthority authority;
    final Issued own;

    TlsFixture(Path directory) throws Exception {
        this.directory = directory;
        authority = new TestAuthority(directory, "authority");
        own = authority.server("localhost");
    }

    /** OpenSSL, and the JDK. */
    enum Provider {
        OPENSSL(SslProvider.OPENSSL_REFCNT),
        JDK(SslProvider.JDK);

        final SslProvider netty;

        Provider(SslProvider netty) {
            this.netty = netty;
        }
    }

    TlsSettings plainTls() {
        return TlsSettings.of(own.certificate(), own.key());
    }

    TlsSettings withClients(ClientCertificates asked, Path... lists) {
        return plainTls().withClients(asked, List.of(authority.certificate), List.of(lists));
    }

    static TestServer start(Provider provider, TlsSettings tls) {
        return new TestServer(
                new NettyTransport(2, 1_000, SocketKind.EPOLL, provider.netty),
                ListenerSettings.tcp("test", "127.0.0.1", 0).withTls(tls));
    }

    FrameClient client(TestServer server, String... versions) throws Exception {
        return new TlsClients(authority.certificate, null).connect(server.address(), versions);
    }

    FrameClient client(TestServer server, Issued shown) throws Exception {
        return new TlsClients(authority.certificate, shown).connect(server.address());
    }

    static void expectService(FrameClient client) throws IOException {
        assertThat(client.send(echo("hello")).readText()).isEqualTo("hello");
    }

    /** In TLS 1.3 a client learns only with its first read that it was refused. */
    void expectRefusal(TestServer server, Issued shown) {
        assertThatThrownBy(
                        () -> {
                            try (FrameClient client = client(server, shown)) {
                                expectService(client);
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    static void awaitIncident(TestServer server, Incident what) {
        await().untilAsserted(
                        () -> assertThat(server.listener().incidents().get(what)).isPositive());
    }

    String inFull(TestServer server, String... arguments) throws Exception {
        List<String> command = sClientCommand(server, arguments);
        command.remove("-brief");
        return TestAuthority.run(directory, command);
    }

    String sClient(TestServer server, String... arguments) throws Exception {
        return TestAuthority.run(directory, sClientCommand(server, arguments));
    }

    List<String> sClientCommand(TestServer server, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "openssl",
                                "s_client",
                                "-brief",
                                "-verify_return_error",
                                "-CAfile",
                                authority.certificate.toString(),
                                "-connect",
                                "127.0.0.1:" + server.address().getPort()));
        command.addAll(List.of(arguments));
        return command;
    }

    static List<X509Certificate> chain(Issued issued) throws TlsProblem {
        return PemFile.read(issued.certificate()).certificates();
    }
}
