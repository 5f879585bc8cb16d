package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Network;
import io.godwit.transport.Endpoint;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.ProxySettings;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import io.godwit.transport.WebSocketSettings;
import io.godwit.transport.websocket.WebOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners of every type, what does not fit together in them, and the files that they name. */
class ListenerConfigurationTest {

    @TempDir private Path directory = Path.of("");
    private ConfigurationFolder folder = new ConfigurationFolder(directory);

    @BeforeEach
    void openFolder() throws Exception {
        folder = new ConfigurationFolder(directory);
        certificate("server");
    }

    /** A certificate of its own authority, and its key. */
    private void certificate(String name) throws Exception {
        Process process =
                new ProcessBuilder(
                                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
                                                + " -nodes -days 2 -subj /CN=%s -keyout %s.key -out %s.pem")
                                        .formatted(name, name, name)
                                        .split(" "))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile())
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(directory.resolve("output"))).isZero();
    }

    private ListenerSettings load(String listener) throws Exception {
        return folder.load("listeners.it " + listener).listeners().getFirst();
    }

    private List<String> problems(String listener) throws IOException {
        return folder.problems("listeners.it " + listener);
    }

    @Test
    void everyKeyReachesTheListener() throws Exception {
        ListenerSettings tls =
                load(
                        """
                        { type = tls, bind = "::1", port = 9999
                          certificate = server.pem, key = server.key
                          sni-certificates = [server.pem], sni-keys = [server.key]
                          client-certificate = optional, client-ca = server.pem
                          tls-versions = [1.3], ciphers = [TLS_AES_128_GCM_SHA256]
                          handshakes = 5, handshake-timeout = 2 s
                          proxy-protocol = true, proxy-trusted = ["10.0.0.0/8", "::1"] }
                        """);
        var files = new TlsSettings.KeyFiles(at("server.pem"), at("server.key"));
        assertThat(tls)
                .isEqualTo(
                        new ListenerSettings(
                                "it",
                                new Endpoint.Tcp("::1", 9999),
                                new TlsSettings(
                                        List.of(files, files),
                                        ClientCertificates.OPTIONAL,
                                        List.of(at("server.pem")),
                                        List.of(),
                                        List.of("1.3"),
                                        List.of("TLS_AES_128_GCM_SHA256"),
                                        5,
                                        Duration.ofSeconds(2)),
                                null,
                                new ProxySettings(
                                        List.of(
                                                Network.parse("10.0.0.0/8"),
                                                Network.parse("::1")))));
        assertThat(load("{ type = unix, path = x.sock, mode = 0606, owner = root, group = adm }"))
                .extracting(ListenerSettings::endpoint)
                .isEqualTo(new Endpoint.Unix(at("x.sock"), "rw----rw-", "root", "adm"));
    }

    private Path at(String name) {
        return directory.resolve(name);
    }

    @Test
    void eachTypeHasItsUsualPort() throws Exception {
        String files = ", certificate = server.pem, key = server.key }";
        assertThat(load("{ type = tcp }").endpoint()).isEqualTo(new Endpoint.Tcp("0.0.0.0", 1883));
        assertThat(load("{ type = tls" + files).endpoint())
                .isEqualTo(new Endpoint.Tcp("0.0.0.0", 8883));
        ListenerSettings webSocket = load("{ type = websocket }");
        assertThat(webSocket.endpoint()).isEqualTo(new Endpoint.Tcp("0.0.0.0", 8083));
        assertThat(Objects.requireNonNull(webSocket.webSocket()).path()).isEqualTo("/mqtt");
        ListenerSettings secure = load("{ type = websocket" + files);
        assertThat(secure.endpoint()).isEqualTo(new Endpoint.Tcp("0.0.0.0", 8084));
        assertThat(secure.tls()).isNotNull();
    }

    @Test
    void theKeysOfAWebSocketReachIt() throws Exception {
        ListenerSettings listener =
                load(
                        """
                        { type = websocket, path = "/broker", subprotocol-required = false
                          allowed-origins = ["https://app.example.org", "http://localhost:3000"]
                          ping-interval = 10 s, forwarded-trusted = ["10.0.0.0/8"] }
                        """);
        assertThat(listener.webSocket())
                .isEqualTo(
                        new WebSocketSettings(
                                "/broker",
                                List.of(
                                        new WebOrigin("https", "app.example.org", 443),
                                        new WebOrigin("http", "localhost", 3000)),
                                false,
                                Duration.ofSeconds(10),
                                List.of(Network.parse("10.0.0.0/8")),
                                WebSocketSettings.MAXIMUM_FRAME));
    }

    @Test
    void anOriginIsSchemeHostAndPort() throws Exception {
        for (String wrong : List.of("https://a.example/path", "a.example", "*", "null")) {
            assertThat(problems("{ type = websocket, allowed-origins = [\"" + wrong + "\"] }"))
                    .singleElement()
                    .asString()
                    .contains("listeners.it.allowed-origins", "without a path");
        }
        assertThat(problems("{ type = websocket, path = \"/mqtt?x\" }"))
                .singleElement()
                .asString()
                .contains("listeners.it.path", "no space, ? or #");
    }

    @Test
    void theNameCanBeTheType() throws Exception {
        assertThat(folder.load("listeners.unix.path = /run/x").listeners())
                .extracting(ListenerSettings::type)
                .containsExactly("unix");
    }

    @Test
    void aKeyOfAnotherTypeIsRefused() throws Exception {
        assertThat(
                        problems(
                                """
                                { type = unix, path = x
                                  port = 5
                                  certificate = server.pem }
                                """))
                .containsExactly(
                        "godwit.conf:2: listeners.it.port is not for a listener of type unix, but"
                                + " for tcp, tls, websocket, mqtt-sn",
                        "godwit.conf:3: listeners.it.certificate is not for a listener of type"
                                + " unix, but for tls, websocket, mqtt-sn");
        assertThat(problems("{ type = tcp, mode = 0660 }"))
                .containsExactly(
                        "godwit.conf:1: listeners.it.mode is not for a listener of type tcp, but for"
                                + " unix");
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertThat(problems("{ type = tls }"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:1: listeners.it.certificate is missing")
                .contains("godwit cert dev");
        assertThat(problems("{ type = tls, certificate = server.pem }"))
                .containsExactly(
                        "godwit.conf:1: listeners.it.key is missing: the certificate needs its"
                                + " private key");
        assertThat(problems("{ type = unix }"))
                .singleElement()
                .asString()
                .contains("listeners.it.path is missing");
        assertThat(problems("{ type = tcp, proxy-protocol = true }"))
                .singleElement()
                .asString()
                .contains("listeners.it.proxy-trusted is missing");
    }

    @Test
    void whatHasNoEffectIsRefused() throws Exception {
        assertThat(
                        problems(
                                """
                                { type = tls, certificate = server.pem, key = server.key
                                  client-ca = server.pem }
                                """))
                .containsExactly(
                        "godwit.conf:2: listeners.it.client-ca has no effect while"
                                + " client-certificate is none: set it to optional or required");
        assertThat(problems("{ type = websocket\n key = server.key }"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.key has no effect without a certificate");
        assertThat(problems("{ type = tcp\n identity-as-user-name = cn }"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.identity-as-user-name has no effect while"
                                + " clients are not asked for a certificate: set"
                                + " client-certificate to optional or required");
        assertThat(problems("{ type = tcp\n proxy-trusted = [127.0.0.1] }"))
                .containsExactly(
                        "godwit.conf:2: listeners.it.proxy-trusted has no effect without"
                                + " proxy-protocol = true");
    }

    @Test
    void theFilesAreLookedAt() throws Exception {
        certificate("other");
        folder.write("text.pem", "hello");
        assertThat(problems("{ type = tls, key = server.key\n certificate = gone.pem }"))
                .containsExactly("godwit.conf:2: listeners.it.certificate: gone.pem no such file");
        assertThat(problems("{ type = tls, certificate = server.pem\n key = other.key }"))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:2: listeners.it.key: other.key is not the key of");
        assertThat(
                        problems(
                                """
                                { type = tls, certificate = server.pem, key = server.key
                                  client-certificate = required
                                  client-ca = [server.pem, text.pem] }
                                """))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:3: listeners.it.client-ca: text.pem has no certificate");
        assertThat(
                        problems(
                                """
                                { type = tls, certificate = server.pem, key = server.key
                                  ciphers = [ROT13] }
                                """))
                .singleElement()
                .asString()
                .startsWith("godwit.conf:2: listeners.it.ciphers: no cipher is called ROT13");
    }

    @Test
    void twoListenersOfOnePathAreRefused() throws Exception {
        assertThat(
                        folder.problems(
                                """
                                listeners {
                                  a { type = unix, path = x }
                                  b { type = unix, path = x }
                                }
                                """))
                .containsExactly("godwit.conf:3: listeners.b takes the same path as listeners.a");
    }

    @Test
    void anEncryptedPortIsStillOneOfTheNetwork() throws Exception {
        assertThat(load("{ type = unix, path = x }").isLoopback()).isTrue();
        assertThat(load("{ type = tcp, bind = 127.0.0.1 }").isLoopback()).isTrue();
        assertThat(load("{ type = websocket }").isLoopback()).isFalse();
    }

    @Test
    void noAddressAloneHasAllHandshakesUnlessThatIsSaid() throws Exception {
        assertThat(crowded("")).isEmpty();
        assertThat(crowded("listeners.it.handshakes = 1000"))
                .singleElement()
                .asString()
                .contains(
                        "listener it",
                        "limits.undecided-per-address = 1000",
                        "listeners.it.handshakes = 1000");
        assertThat(crowded("limits.undecided-per-address = 0")).hasSize(1);
        assertThat(crowded("listeners.it.handshakes = 10, limits.undecided-per-address = 9"))
                .isEmpty();
    }

    private List<String> crowded(String more) throws Exception {
        String listener = "{ type = tls, certificate = server.pem, key = server.key }";
        return folder.load("listeners.it " + listener + "\n" + more).notices().stream()
                .filter(notice -> notice.contains("handshakes"))
                .toList();
    }
}
