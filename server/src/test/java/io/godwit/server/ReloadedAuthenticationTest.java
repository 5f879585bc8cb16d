package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.sun.net.httpserver.HttpServer;
import io.godwit.access.authentication.AuthenticatorChain;
import io.godwit.access.authentication.Link;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.reload.ConfigurationSource;
import io.godwit.server.reload.Prepared;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a broker has learnt of its clients outlives a reload that is about something else. */
@Timeout(120)
class ReloadedAuthenticationTest {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    @TempDir private Path directory = Path.of("");
    private final HttpServer service;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile byte[] answer = {};
    private @Nullable GodwitServer server;

    ReloadedAuthenticationTest() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    asked.incrementAndGet();
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        service.start();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        service.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + service.getAddress().getPort() + "/";
    }

    private Path write(String authentication) throws IOException {
        return Files.writeString(
                directory.resolve("godwit.conf"),
                """
                persistence.mode = memory
                event-loops = 1
                listeners.tcp { bind = "127.0.0.1", port = 0 }
                authentication { %s }
                """
                        .formatted(authentication));
    }

    private GodwitServer start(String authentication) throws Exception {
        var source =
                new ConfigurationSource(
                        write(authentication),
                        null,
                        directory.resolve("data"),
                        Map.of("GODWIT_ADMIN__ENABLED", "false"));
        var loaded = source.load();
        GodwitServer started = GodwitServer.start(loaded.configuration());
        started.follow(source, loaded);
        server = started;
        return started;
    }

    private void connect(String userName, String password) {
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier("c1")
                        .serverHost("127.0.0.1")
                        .serverPort(
                                requireNonNull(requireNonNull(server).addresses().get("tcp"))
                                        .getPort())
                        .buildBlocking();
        client.connectWith()
                .simpleAuth()
                .username(userName)
                .password(password.getBytes(UTF_8))
                .applySimpleAuth()
                .send();
        client.disconnect();
    }

    private static String keySet(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"}]}"
                .formatted(BASE64.encodeToString(point));
    }

    private static String token(KeyPair pair) throws Exception {
        String signed =
                BASE64.encodeToString("{\"alg\":\"EdDSA\"}".getBytes(UTF_8))
                        + '.'
                        + BASE64.encodeToString(
                                "{\"sub\":\"bob\",\"exp\":4000000000}".getBytes(UTF_8));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        return signed + '.' + BASE64.encodeToString(signature.sign());
    }

    @Test
    void fetchedKeysOutliveReloadsWhileTheirServerIsGone() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        answer = keySet(pair).getBytes(UTF_8);
        String jwks = "jwt { jwks = \"" + url() + "\" }\n";
        GodwitServer running = start(jwks);
        connect("bob", token(pair));
        service.stop(0);

        write(jwks + "anonymous = true");
        assertThat(running.reload("of something else").summary())
                .contains("authentication.anonymous");
        connect("bob", token(pair));

        write(jwks + "unix-peers = [\"nobody-of-this-name=x\"]");
        assertThatThrownBy(() -> running.reload("that fails"))
                .isInstanceOf(InvalidConfiguration.class);
        connect("bob", token(pair));

        write(jwks + "jwt.leeway = 20 s");
        assertThat(running.reload("of what tokens must say").summary())
                .contains("authentication.jwt.leeway");
        connect("bob", token(pair));

        write("jwt { jwks = \"" + url() + "others\" }");
        running.reload("of where the keys come from");
        assertThatThrownBy(() -> connect("bob", token(pair)))
                .isInstanceOf(Mqtt5ConnAckException.class);
    }

    @Test
    void answersOfTheServiceAreKeptAsLongAsItIsTheSame() throws Exception {
        answer = "{\"result\":\"allow\",\"cache-seconds\":300}".getBytes(UTF_8);
        String hook = "http { url = \"" + url() + "\" }\n";
        GodwitServer running = start(hook);
        connect("anna", "right");
        connect("anna", "right");
        assertThat(asked).hasValue(1);
        write(hook + "anonymous = true");
        running.reload("of something else");
        connect("anna", "right");
        assertThat(asked).hasValue(1);
        write(hook + "http.timeout = 6 s");
        running.reload("of how it is asked");
        connect("anna", "right");
        assertThat(asked).hasValue(2);
    }

    /** Among them the threads and the memory of verified passwords. */
    @Test
    void onlyLinksWhoseKeysHaveChangedAreMadeAnew() throws Exception {
        Path passwords = Files.writeString(directory.resolve("passwd"), "# nobody\n");
        Configuration configuration =
                LoadedConfiguration.parse(
                                """
                                authentication {
                                  password-file = "%s"
                                  jwt.secret = "a secret of thirty-two bytes and more"
                                  http.url = "%s"
                                }
                                """
                                        .formatted(passwords, url()),
                                "the text",
                                Map.of())
                        .configuration();
        AccessControl access =
                new AccessControl(
                        Authenticators.build(configuration.authentication(), () -> 0),
                        new OpenAuthorizer());
        AccessPart part = new AccessPart(access, () -> 0);
        List<Link> first = linksOf(access);
        for (var change :
                Map.of(
                                "authentication.anonymous",
                                        Set.of("jwt", "http", "password", "scram"),
                                "authentication.password-file", Set.of("jwt", "http"),
                                "authentication.jwt.secret", Set.of("http", "password", "scram"),
                                "authentication.http.pause", Set.of("jwt", "password", "scram"))
                        .entrySet()) {
            Set<String> keys = Set.of(change.getKey());
            List<Link> before = linksOf(access);
            try (Prepared unused = part.prepare(configuration, configuration, keys)) {
                assertThat(unused.effect().disconnects()).isZero();
            }
            assertThat(linksOf(access)).isEqualTo(before);
            try (Prepared prepared = part.prepare(configuration, configuration, keys)) {
                prepared.apply();
            }
            assertThat(linksOf(access)).hasSameSizeAs(first);
            assertThat(linksOf(access).stream().filter(before::contains).map(Link::name))
                    .as(change.getKey())
                    .containsExactlyInAnyOrderElementsOf(change.getValue());
        }
        ((AuthenticatorChain) access.authenticator()).close();
    }

    private static List<Link> linksOf(AccessControl access) {
        return ((AuthenticatorChain) access.authenticator()).links();
    }
}
