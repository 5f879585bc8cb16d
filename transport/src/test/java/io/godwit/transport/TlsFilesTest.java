package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.transport.TestAuthority.Issued;
import io.godwit.transport.TlsSettings.ClientCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The files of a listener's TLS: what is read, what is wrong, and what happens when they change.
 */
class TlsFilesTest extends TlsFixture {

    TlsFilesTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    @ParameterizedTest
    @EnumSource
    void newMaterialIsForNewHandshakes(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls());
                FrameClient before = client(server)) {
            expectService(before);
            Issued renewed = authority.server("renewed");
            server.listener().replaceTls(TlsSettings.of(renewed.certificate(), renewed.key()));
            assertThat(sClient(server)).contains("CN = renewed");
            expectService(before);
            assertThat(server.listener().certificates())
                    .extracting(ServedCertificate::file)
                    .containsExactly(renewed.certificate());
        }
    }

    @ParameterizedTest
    @EnumSource
    void materialThatIsWrongLeavesTheOldInForce(Provider provider) throws Exception {
        Issued other = authority.server("other");
        Issued expired =
                authority.issue(
                        "expired",
                        "subjectAltName=DNS:localhost",
                        Instant.now().minusSeconds(3_000),
                        Instant.now().minusSeconds(1_000));
        Path disordered = directory.resolve("disordered.pem");
        Files.writeString(
                disordered,
                Files.readString(own.certificate()) + Files.readString(other.certificate()));
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        try (TestServer server = start(provider, plainTls())) {
            expectProblem(server, own.certificate(), other.key(), "is not the key of");
            expectProblem(server, disordered, own.key(), "out of order: certificate 2");
            expectProblem(server, expired.certificate(), expired.key(), "expired on");
            expectProblem(server, empty, own.key(), "has no certificate in PEM");
            expectProblem(server, own.certificate(), empty, "has no private key in PEM");
            expectProblem(server, directory.resolve("gone"), own.key(), "no such file");
            assertThat(sClient(server)).contains("CN = localhost");
        }
    }

    private static void expectProblem(TestServer server, Path certificate, Path key, String words) {
        assertThatThrownBy(() -> server.listener().replaceTls(TlsSettings.of(certificate, key)))
                .isInstanceOf(TlsProblem.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @EnumSource
    void whatANewRevocationListTakesAwayIsClosed(Provider provider) throws Exception {
        Issued stays = authority.client("stays");
        Issued goes = authority.client("goes");
        TlsSettings settings = withClients(ClientCertificates.OPTIONAL, authority.revocationList());
        try (TestServer server = start(provider, settings);
                FrameClient staying = client(server, stays);
                FrameClient going = client(server, goes);
                FrameClient nobody = client(server)) {
            for (FrameClient each : List.of(staying, going, nobody)) {
                expectService(each);
                assertThat(each.send(connect(1)).readBytes()).hasSize(1); // on its home loop
            }
            authority.revoke(goes);
            authority.revocationList();
            server.listener().replaceTls(settings);
            assertThat(server.listener().closeNoLongerAdmitted().get()).isEqualTo(1);
            assertThat(going.read()).isEqualTo(-1);
            expectService(staying);
            expectService(nobody);
            assertThat(server.listener().incidents().get(Incident.NO_LONGER_ADMITTED)).isEqualTo(1);
        }
    }

    /** While it moves no loop has it, and whoever goes through them does not find it. */
    @ParameterizedTest
    @EnumSource
    void whoIsOnTheWayToItsLoopIsLookedAtWhenItArrives(Provider provider) throws Exception {
        Issued stays = authority.client("stays");
        Issued goes = authority.client("goes");
        TlsSettings settings = withClients(ClientCertificates.REQUIRED, authority.revocationList());
        try (TestServer server = start(provider, settings);
                FrameClient staying = client(server, stays);
                FrameClient going = client(server, goes)) {
            List<Runnable> moves = new ArrayList<>();
            for (FrameClient each : List.of(staying, going)) {
                each.send(frame(FrameConnection.CONNECT_LATER, (byte) 1));
                moves.add(server.awaitUndecided());
            }
            authority.revoke(goes);
            authority.revocationList();
            server.listener().replaceTls(settings);
            moves.forEach(Runnable::run);
            assertThat(going.read()).isEqualTo(-1);
            assertThat(staying.readBytes()).hasSize(1);
            expectService(staying);
            assertThat(server.listener().incidents().get(Incident.NO_LONGER_ADMITTED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedListenersConnectionsStay(Provider provider) throws Exception {
        try (TestServer server = start(provider, plainTls());
                FrameClient client = client(server)) {
            expectService(client);
            server.listener().close();
            assertThat(server.listener().certificates()).isEmpty();
            assertThat(client.send(connect(1)).readBytes()).hasSize(1);
            expectService(client);
            assertThatThrownBy(() -> client(server)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void keysInTheFormsThatOpenSslWritesAreRead() throws Exception {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        for (String make :
                List.of(
                        "openssl genrsa -traditional -out key.pem 2048",
                        "openssl genrsa -out key.pem 2048",
                        "openssl ecparam -name prime256v1 -genkey -out key.pem",
                        "openssl ecparam -name secp384r1 -genkey -noout -out key.pem",
                        "openssl genpkey -algorithm ed25519 -out key.pem")) {
            TestAuthority.run(directory, List.of(make.split(" ")));
            TestAuthority.run(
                    directory,
                    List.of(
                            ("openssl req -x509 -new -key key.pem -out certificate.pem -days 2"
                                            + " -subj /CN=localhost -addext"
                                            + " subjectAltName=DNS:localhost")
                                    .split(" ")));
            // One file with both, as other servers take it.
            Path both = directory.resolve("both.pem");
            Files.writeString(both, Files.readString(key) + Files.readString(certificate));
            try (TestServer server = start(Provider.OPENSSL, TlsSettings.of(both, both));
                    FrameClient client =
                            new TlsClients(certificate, null).connect(server.address())) {
                expectService(client);
            }
        }
    }

    @Test
    void anEncryptedKeyIsRefusedWithTheWayOut() throws Exception {
        Path key = directory.resolve("encrypted.key");
        TestAuthority.run(
                directory,
                List.of(
                        ("openssl pkcs8 -topk8 -passout pass:secret -in "
                                        + own.key()
                                        + " -out encrypted.key")
                                .split(" ")));
        assertThatThrownBy(() -> TlsSettings.of(own.certificate(), key).check())
                .hasMessageContaining("has an encrypted key")
                .hasMessageContaining("openssl pkey -in");
    }

    @Test
    void aListenerStartsWithACertificateThatHasExpired() throws Exception {
        Issued expired =
                authority.issue(
                        "localhost",
                        "subjectAltName=DNS:localhost",
                        Instant.now().minusSeconds(3_000),
                        Instant.now().minusSeconds(1_000));
        Files.copy(expired.certificate(), own.certificate(), StandardCopyOption.REPLACE_EXISTING);
        try (TestServer server = start(Provider.OPENSSL, plainTls())) {
            assertThatThrownBy(() -> client(server)).hasMessageContaining("expired");
        }
    }
}
