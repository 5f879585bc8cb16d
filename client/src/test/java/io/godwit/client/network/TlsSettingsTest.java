package io.godwit.client.network;

import static io.godwit.client.network.Opened.readText;
import static io.godwit.client.network.ScriptedServer.send;
import static io.godwit.client.network.TlsFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is trusted, what is shown, and what is said if that does not do. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsSettingsTest {

    private static final char[] PASSWORD = Certificates.PASSWORD.toCharArray();

    private TlsFixture fixture;
    private Certificates certificates;

    @BeforeAll
    void makeCertificates(@TempDir Path directory) throws Exception {
        fixture = new TlsFixture(directory);
        certificates = fixture.certificates;
        certificates.signRsa("rsa");
        certificates.openssl("ec -in client.key -out client-sec1.key");
        certificates.openssl("ecparam -name prime256v1 -out curve.pem");
        Files.writeString(
                file("client-params.key"),
                Files.readString(file("curve.pem")) + Files.readString(file("client-sec1.key")));
        certificates.openssl(
                "pkcs8 -topk8 -in client.key -out client-encrypted.key -passout pass:secret");
        certificates.openssl("rsa -in rsa.key -traditional -out rsa-pkcs1.key");
        certificates.openssl(
                "rsa -in rsa.key -traditional -aes128 -passout pass:secret -out rsa-old.key");
    }

    private Path file(String name) {
        return certificates.file(name);
    }

    /** Says whom it has let in, and nothing to others. */
    private ScriptedServer demanding() throws Exception {
        return fixture.server(
                "server",
                parameters -> parameters.setNeedClientAuth(true),
                socket -> {
                    SSLSocket tls = (SSLSocket) socket;
                    send(socket, tls.getSession().getPeerPrincipal().getName() + "\n");
                    ScriptedServer.awaitEnd(socket);
                });
    }

    private static AbstractThrowableAssert<?, ?> refusalOf(
            ScriptedServer server, TlsSettings settings) {
        return assertThatThrownBy(() -> open(server, settings).close())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("mqtts://localhost:" + server.port() + ": ");
    }

    private ScriptedServer server(String certificate) throws Exception {
        return fixture.server(certificate, ScriptedServer::awaitEnd);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client.key",
                "client-sec1.key",
                "client-params.key",
                "client-encrypted.key",
                "rsa.key",
                "rsa-pkcs1.key"
            })
    void showsACertificate(String key) throws Exception {
        String name = key.startsWith("rsa") ? "rsa" : "client";
        TlsSettings settings =
                fixture.trusting().certificate(file(name + ".pem"), file(key)).password(PASSWORD);
        try (ScriptedServer server = demanding();
                Link link = open(server, settings)) {
            assertThat(readText(link, name.length() + 4)).isEqualTo("CN=" + name + "\n");
        }
    }

    @Test
    void showsTheCertificateOfAKeyStore() throws Exception {
        TlsSettings settings = fixture.trusting().keyStore(file("client.p12")).password(PASSWORD);
        try (ScriptedServer server = demanding();
                Link link = open(server, settings)) {
            assertThat(readText(link, 10)).isEqualTo("CN=client\n");
        }
    }

    /** In TLS 1.3 the server refuses when the client has finished already. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void saysThatTheServerWantsACertificate(String protocol) throws Exception {
        try (ScriptedServer server = demanding()) {
            assertThatThrownBy(
                            () -> {
                                try (Link link =
                                        open(server, fixture.trusting().protocols(protocol))) {
                                    link.read(ByteBuffer.allocate(1));
                                }
                            })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("localhost:" + server.port())
                    .hasMessageContaining("certificate of the client");
        }
    }

    @Test
    void trustsAFileADirectoryOrAStore(@TempDir Path empty) throws Exception {
        Path directory = Files.createDirectories(empty.resolve("cas"));
        Files.copy(certificates.ca(), directory.resolve("one.pem"));
        Files.writeString(directory.resolve("readme.txt"), "no certificate");
        certificates.client(); // makes the store
        try (ScriptedServer server = server("server")) {
            open(server, TlsSettings.DEFAULT.ca(certificates.ca())).close();
            open(server, TlsSettings.DEFAULT.ca(directory)).close();
            open(server, TlsSettings.DEFAULT.trustStore(file("trust.p12")).password(PASSWORD))
                    .close();
            open(server, TlsSettings.DEFAULT.context(certificates.client())).close();
        }
    }

    @Test
    void saysWhoseCertificateIsNotTrusted() throws Exception {
        try (ScriptedServer server = server("server")) {
            refusalOf(server, TlsSettings.DEFAULT)
                    .hasMessageContaining("(CN=server) is not trusted")
                    .hasMessageContaining("'CN=authority' is not in the JDK's own list")
                    .hasMessageContaining("--cafile");
            refusalOf(server, TlsSettings.DEFAULT.ca(file("client.pem")))
                    .hasMessageContaining("is not in " + file("client.pem"));
            refusalOf(server, TlsSettings.DEFAULT.verifiesHost(false))
                    .hasMessageContaining("is not trusted");
        }
    }

    @Test
    void saysWhichNamesACertificateHas() throws Exception {
        try (ScriptedServer server = server("other")) {
            refusalOf(server, fixture.trusting())
                    .hasMessageContaining("(for broker.example.org, b.test) is not for 'localhost'")
                    .hasMessageContaining("verifiesHost");
            open(server, fixture.trusting().verifiesHost(false)).close();
            open(server, fixture.trusting().serverName("b.test")).close();
            refusalOf(server, fixture.trusting().serverName("c.test"))
                    .hasMessageContaining("not for 'c.test'");
        }
    }

    @Test
    void anAddressIsVerifiedAsWell() throws Exception {
        try (ScriptedServer server = server("server");
                ScriptedServer other = server("other")) {
            ServerAddress address = ServerAddress.parse("mqtts://127.0.0.1:" + server.port());
            Links.open(address, Opened.settings(fixture.trusting())).close();
            ServerAddress wrong = ServerAddress.parse("mqtts://127.0.0.1:" + other.port());
            assertThatThrownBy(() -> Links.open(wrong, Opened.settings(fixture.trusting())))
                    .hasMessageContaining("is not for '127.0.0.1'");
        }
    }

    @Test
    void saysThatACertificateHasExpired() throws Exception {
        try (ScriptedServer server = server("expired")) {
            refusalOf(server, fixture.trusting()).hasMessageContaining("(CN=expired) has expired");
        }
    }

    @Test
    void saysThatThereIsNoCommonVersion() throws Exception {
        try (ScriptedServer server =
                fixture.server(
                        "server",
                        (SSLParameters it) -> it.setProtocols(new String[] {"TLSv1.3"}),
                        ScriptedServer::awaitEnd)) {
            refusalOf(server, fixture.trusting().protocols("TLSv1.2"))
                    .hasMessageContaining("[TLSv1.2]");
            refusalOf(server, fixture.trusting().protocols("TLSv9"))
                    .hasMessageContaining("TLSv9")
                    .hasMessageContaining("TLSv1.3");
            refusalOf(server, fixture.trusting().protocols("TLSv1"))
                    .hasMessageContaining("jdk.tls.disabledAlgorithms");
            refusalOf(server, fixture.trusting().ciphers("TLS_NONE"))
                    .hasMessageContaining("TLS_NONE")
                    .hasMessageContaining("TLS_AES_256_GCM_SHA384");
        }
    }

    @Test
    void usesTheCipherSuitesThatAreNamed() throws Exception {
        try (ScriptedServer server = server("server");
                TlsLink link = open(server, fixture.trusting().ciphers("TLS_AES_128_GCM_SHA256"))) {
            assertThat(link.session().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void saysWhatIsWrongWithFiles(@TempDir Path empty) throws Exception {
        TlsSettings trusting = fixture.trusting();
        Path missing = empty.resolve("missing.pem");
        Path garbage = Files.writeString(empty.resolve("garbage.pem"), "-----BEGIN nothing");
        Path broken =
                Files.writeString(
                        empty.resolve("broken.pem"),
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        try (ScriptedServer server = server("server")) {
            refusalOf(server, trusting.ca(missing)).hasMessageContaining(missing + ": there is no");
            refusalOf(server, trusting.ca(garbage)).hasMessageContaining(garbage + ": no certif");
            refusalOf(server, trusting.ca(broken)).hasMessageContaining(broken + ": a certificate");
            refusalOf(server, trusting.ca(Files.createDirectories(empty.resolve("none"))))
                    .hasMessageContaining("no certificate");
            refusalOf(server, trusting.certificate(file("client.pem"), file("server.key")))
                    .hasMessageContaining("not that of the first certificate")
                    .hasMessageContaining(file("server.key").toString());
            refusalOf(server, trusting.certificate(file("client.pem"), file("rsa.key")))
                    .hasMessageContaining("not that of the first certificate");
            refusalOf(server, trusting.certificate(file("client.pem"), file("client.pem")))
                    .hasMessageContaining("no private key");
            refusalOf(server, trusting.certificate(file("client.key"), file("client.key")))
                    .hasMessageContaining("no certificate");
        }
    }

    @Test
    void saysWhatIsWrongWithPasswords() throws Exception {
        TlsSettings encrypted =
                fixture.trusting().certificate(file("client.pem"), file("client-encrypted.key"));
        TlsSettings old = fixture.trusting().certificate(file("rsa.pem"), file("rsa-old.key"));
        char[] wrong = "wrong".toCharArray();
        try (ScriptedServer server = server("server")) {
            refusalOf(server, encrypted).hasMessageContaining("give its password");
            refusalOf(server, encrypted.password(wrong)).hasMessageContaining("its password?");
            refusalOf(server, old.password(PASSWORD))
                    .hasMessageContaining("openssl pkcs8 -topk8 -in " + file("rsa-old.key"));
            refusalOf(server, fixture.trusting().keyStore(file("client.p12")).password(wrong))
                    .hasMessageContaining("is that its password?");
            refusalOf(server, TlsSettings.DEFAULT.trustStore(file("client.p12")).password(PASSWORD))
                    .hasMessageContaining("keytool -importcert");
            refusalOf(server, fixture.trusting().keyStore(file("none.p12")))
                    .hasMessageContaining("no such file");
        }
    }

    @Test
    void nothingShowsAPassword() {
        assertThat(fixture.trusting().password("geheim".toCharArray()).toString())
                .doesNotContain("geheim");
    }
}
