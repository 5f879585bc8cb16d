package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.godwit.transport.TestAuthority.Issued;
import io.godwit.transport.TlsSettings.ClientCertificates;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who gets through a handshake and who does not, and what is said about it; with both providers.
 */
class TlsTest extends TlsFixture {

    TlsTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    @ParameterizedTest
    @EnumSource
    void openSslConnectsInBothVersionsWithAlpn(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls())) {
            assertThat(inFull(server, "-tls1_2", "-alpn", "mqtt"))
                    .contains("New, TLSv1.2", "ALPN protocol: mqtt", "Verify return code: 0 (ok)");
            assertThat(inFull(server, "-tls1_3", "-alpn", "other,mqtt"))
                    .contains("New, TLSv1.3", "ALPN protocol: mqtt", "Verify return code: 0 (ok)");
            assertThat(inFull(server, "-tls1_3", "-alpn", "http/1.1"))
                    .contains("New, TLSv1.3", "No ALPN negotiated", "Verify return code: 0 (ok)");
            assertThat(sClient(server)).contains("Protocol version: TLSv1.3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void olderVersionsAndThoseNotConfiguredAreRefused(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls())) {
            String[] old = {"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"};
            assertThatThrownBy(() -> sClient(server, old)).hasMessageContaining("alert");
            awaitIncident(server, Incident.HANDSHAKE_FAILED);
        }
        TlsSettings only13 = plainTls().withProtocol(List.of("1.3"), List.of());
        try (TestServer server = start(provider, only13)) {
            expectService(client(server, "TLSv1.3"));
            assertThatThrownBy(() -> client(server, "TLSv1.2")).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ciphersHaveTheNamesOfIanaOrOpenSsl(Provider provider) throws Exception {
        String iana = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        for (String name : List.of(iana, "ECDHE-ECDSA-AES256-GCM-SHA384")) {
            TlsSettings one = plainTls().withProtocol(TlsSettings.ALL_VERSIONS, List.of(name));
            try (TestServer server = start(provider, one)) {
                assertThat(sClient(server, "-tls1_2"))
                        .contains("Ciphersuite: ECDHE-ECDSA-AES256-GCM-SHA384");
                assertThat(sClient(server, "-tls1_3")).contains("Protocol version: TLSv1.3");
            }
        }
        TlsSettings none = plainTls().withProtocol(TlsSettings.ALL_VERSIONS, List.of("ROT13"));
        assertThatThrownBy(() -> TlsContext.of(none, provider.netty))
                .isInstanceOf(TlsProblem.class)
                .hasMessageContaining("no cipher is called ROT13")
                .hasMessageContaining(iana);
    }

    @ParameterizedTest
    @EnumSource
    void aClientDoesNotRenegotiate(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls())) {
            List<String> command = sClientCommand(server, "-tls1_2");
            command.remove("-brief");
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write("R\n".getBytes());
            process.getOutputStream().flush();
            String said = new String(process.getInputStream().readAllBytes());
            assertThat(said)
                    .contains("RENEGOTIATING")
                    .containsAnyOf("no renegotiation", "alert", "error");
            assertThat(process.waitFor()).isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHostThatAClientNamesChoosesTheCertificate(Provider provider) throws Exception {
        try (TestServer server = start(provider, severalCertificates())) {
            assertThat(sClient(server, "-servername", "A.example.org")).contains("CN = a.example");
            assertThat(sClient(server, "-servername", "x.b.example.org")).contains("CN = _.b.exam");
            assertThat(sClient(server, "-servername", "other.org")).contains("CN = localhost");
            assertThat(sClient(server, "-noservername")).contains("CN = localhost");
            assertThat(server.listener().certificates())
                    .extracting(ServedCertificate::subject)
                    .containsExactly("CN=localhost", "CN=a.example.org", "CN=_.b.example.org");
            assertThat(server.listener().certificates())
                    .allSatisfy(it ->
                            assertThat(it.validUntil()).isAfter(Instant.now().plusSeconds(100)));
            await().untilAsserted(
                            () -> assertThat(server.listener().handshakesUnderWay()).isZero());
        }
    }

    private TlsSettings severalCertificates() throws Exception {
        return new TlsSettings(
                List.of(
                        own.files(),
                        authority.server("a.example.org").files(),
                        authority.server("*.b.example.org").files()),
                ClientCertificates.NONE,
                List.of(),
                List.of(),
                TlsSettings.ALL_VERSIONS,
                List.of(),
                10,
                Duration.ofSeconds(10));
    }

    @Test
    void aListenerKnowsTheNamesInItsCertificates() throws Exception {
        TlsSettings several = severalCertificates();
        ListenerSettings settings = ListenerSettings.tcp("test", "127.0.0.1", 0).withTls(several);
        TlsContext context = TlsContext.of(several, Provider.JDK.netty);
        ListenerState state = new ListenerState(settings, context, () -> {});
        for (String name :
                List.of("localhost", "a.example.org", "A.Example.org", "x.b.example.org")) {
            assertThat(state.isCertifiedFor(name)).as(name).isTrue();
        }
        for (String name :
                List.of(
                        "example.org",
                        "x.a.example.org",
                        "b.example.org",
                        ".b.example.org",
                        "y.x.b.example.org",
                        "evil.example",
                        "*")) {
            assertThat(state.isCertifiedFor(name)).as(name).isFalse();
        }
        state.replaceTls(TlsContext.of(plainTls(), Provider.JDK.netty));
        assertThat(state.isCertifiedFor("localhost")).isTrue();
        assertThat(state.isCertifiedFor("a.example.org")).isFalse();
        state.release();
        assertThat(state.isCertifiedFor("localhost")).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aClientsCertificateIsKnownToTheConnection(Provider provider) throws Exception {
        Issued device = authority.client("device");
        for (var asked : List.of(ClientCertificates.OPTIONAL, ClientCertificates.REQUIRED)) {
            try (TestServer server = start(provider, withClients(asked));
                    FrameClient client = client(server, device)) {
                expectService(client);
                var origin = server.accepted().wire().origin();
                assertThat(origin.isEncrypted()).isTrue();
                assertThat(origin.certificates())
                        .extracting(it -> it.getSubjectX500Principal().getName())
                        .containsExactly("CN=device");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutACertificateOnlyAnOptionalListenerServes(Provider provider) throws Exception {
        try (TestServer server = start(provider, withClients(ClientCertificates.OPTIONAL));
                FrameClient client = client(server)) {
            expectService(client);
            assertThat(server.accepted().wire().origin().certificates()).isEmpty();
        }
        try (TestServer server = start(provider, withClients(ClientCertificates.REQUIRED))) {
            assertThatThrownBy(() -> expectService(client(server))).isInstanceOf(IOException.class);
            awaitIncident(server, Incident.HANDSHAKE_FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void revokedExpiredAndForeignCertificatesAreRefused(Provider provider) throws Exception {
        Issued good = authority.client("good");
        Issued revoked = authority.client("revoked");
        authority.revoke(revoked);
        Path list = authority.revocationList();
        Issued expired = authority.client("expired", Instant.now().minus(Duration.ofHours(1)));
        Issued foreign = new TestAuthority(directory, "stranger").client("foreign");
        Issued notForClients =
                authority.issue(
                        "server-only",
                        "extendedKeyUsage=serverAuth",
                        Instant.now().minusSeconds(100),
                        Instant.now().plusSeconds(1_000));
        for (var asked : List.of(ClientCertificates.OPTIONAL, ClientCertificates.REQUIRED)) {
            try (TestServer server = start(provider, withClients(asked, list))) {
                expectService(client(server, good));
                for (Issued refused : List.of(revoked, expired, notForClients)) {
                    expectRefusal(server, refused);
                }
                // A client that asks for its authority's name only does not show this one at all.
                assertThat(server.listener().refusal(chain(foreign)).orElseThrow())
                        .contains("CN=foreign", "is from no authority that this listener knows");
                assertThat(server.listener().refusal(chain(revoked)).orElseThrow())
                        .contains("CN=revoked", "is revoked");
                assertThat(server.listener().refusal(chain(expired)).orElseThrow())
                        .contains("CN=expired", "has expired");
                assertThat(server.listener().refusal(chain(notForClients)).orElseThrow())
                        .contains("CN=server-only", "not for clients");
                assertThat(server.listener().refusal(chain(good))).isEmpty();
            }
        }
    }

    /** Anybody can write what he likes into a certificate of his own, as long as he likes. */
    @Test
    void aNameInACertificateForgesNoLineOfTheLog() throws Exception {
        Path names = directory.resolve("names.cnf");
        Files.writeString(
                names,
                """
                [req]
                prompt = no
                utf8 = yes
                string_mask = utf8only
                distinguished_name = dn
                [dn]
                CN = a\u2028b\u009b2Jc\u202e%s
                """
                        .formatted("x".repeat(40)));
        TestAuthority.run(
                directory,
                List.of(
                        ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
                                        + " -days 2 -config names.cnf -keyout own.key -out own.pem")
                                .split(" ")));
        try (TestServer server =
                start(Provider.OPENSSL, withClients(ClientCertificates.REQUIRED))) {
            assertThat(
                            server.listener()
                                    .refusal(
                                            PemFile.read(directory.resolve("own.pem"))
                                                    .certificates()))
                    .hasValueSatisfying(words ->
                            assertThat(words).contains("('CN=a?b?2Jc?xxx", "no authority"));
        }
    }

    @Test
    void aForeignAuthoritysCertificateIsRefusedAlsoWhereTheClientInsists() throws Exception {
        Issued foreign = new TestAuthority(directory, "stranger").client("foreign");
        try (TestServer server =
                start(Provider.OPENSSL, withClients(ClientCertificates.REQUIRED))) {
            String[] insisting = {
                "-tls1_2",
                "-cert",
                foreign.certificate().toString(),
                "-key",
                foreign.key().toString()
            };
            assertThatThrownBy(() -> sClient(server, insisting)).hasMessageContaining("alert");
            awaitIncident(server, Incident.HANDSHAKE_FAILED);
        }
    }

    @Test
    void anAuthorityWithoutACurrentListAdmitsNobodyWhereListsAreUsed() throws Exception {
        TestAuthority other = new TestAuthority(directory, "other");
        TlsSettings settings =
                plainTls()
                        .withClients(
                                ClientCertificates.REQUIRED,
                                List.of(authority.certificate, other.certificate),
                                List.of(authority.revocationList()));
        try (TestServer server = start(Provider.OPENSSL, settings)) {
            assertThat(server.listener().refusal(chain(authority.client("listed")))).isEmpty();
            assertThat(server.listener().refusal(chain(other.client("unlisted"))).orElseThrow())
                    .contains("no current revocation list");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(unknown_ca) Received fatal alert: unknown_ca | does not accept this listener's",
                "SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA | does not accept this",
                "SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED | look at its dates",
                "PEER_DID_NOT_RETURN_A_CERTIFICATE | client-certificate = required",
                "(certificate_required) Empty client certificate chain | requires one",
                "OPENSSL_internal:UNSUPPORTED_PROTOCOL | tls-versions",
                "(protocol_version) Client requested protocol TLSv1.1 | tls-versions",
                "something else | something else"
            })
    void whatTheLibrariesSayIsExplained(String said, String words) {
        assertThat(TlsHandshake.inWords(new SSLException("x", new SSLException(said))))
                .startsWith(said)
                .contains(words);
        String ours = "the client's certificate (CN=x) is revoked";
        Exception refused = new CertificateException(ours, new IOException(said));
        assertThat(TlsHandshake.inWords(new SSLException("x", refused))).isEqualTo(ours);
    }

    @ParameterizedTest
    @EnumSource
    void plainMqttIsRecognised(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls());
                Socket socket = FrameClient.connected(server.address(), 0)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[] {0x10, 0x10, 0, 4, 'M', 'Q', 'T', 'T'});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            awaitIncident(server, Incident.PLAIN_ON_TLS);
            expectService(client(server));
        }
    }

    @Test
    void tlsOnAPlainPortIsRecognised() throws Exception {
        try (TestServer server = new TestServer(SocketKind.EPOLL, 1)) {
            assertThatThrownBy(() -> client(server)).isInstanceOf(IOException.class);
            awaitIncident(server, Incident.TLS_ON_PLAIN);
            server.accepted().awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSlowHandshakeIsClosed(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls());
                Socket silent = FrameClient.connected(server.address(), 0);
                Socket begun = FrameClient.connected(server.address(), 0);
                FrameClient done = client(server)) {
            begun.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
            expectService(done);
            await().until(() -> server.listener().handshakesUnderWay() == 2);
            server.pass(Duration.ofSeconds(11));
            silent.setSoTimeout(20_000);
            begun.setSoTimeout(20_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(begun.getInputStream().read()).isEqualTo(-1);
            assertThat(server.listener().incidents().get(Incident.HANDSHAKE_TIMEOUT)).isEqualTo(2);
            expectService(done);
            await().until(() -> server.listener().handshakesUnderWay() == 0);
            assertThat(server.listener().handshakes()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void beyondTheBudgetSocketsWaitUntilAHandshakeEnds(Provider provider) throws Exception {
        TlsSettings two = plainTls().withHandshakes(2, Duration.ofSeconds(10));
        try (TestServer server = start(provider, two);
                Socket first = FrameClient.connected(server.address(), 0);
                Socket second = FrameClient.connected(server.address(), 0)) {
            awaitIncident(server, Incident.HANDSHAKES_WAITED);
            Socket waiting = FrameClient.connected(server.address(), 0);
            assertThat(server.listener().handshakesUnderWay()).isEqualTo(2);
            assertThat(server.transport().openSockets()).isEqualTo(2);
            first.close();
            TlsClients clients = new TlsClients(authority.certificate, null);
            expectService(new FrameClient(clients.handshake(waiting)));
            assertThat(server.listener().handshakesUnderWay()).isLessThanOrEqualTo(1);
            second.close();
        }
    }
}
