package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A running broker that takes tokens and asks a service, with mosquitto_pub as the client. */
@Timeout(120)
class TokenTest {

    private static final int SUCCESS = 0;
    private static final int UNAVAILABLE_V3 = 3;
    private static final int BAD_USER_NAME_OR_PASSWORD_V3 = 4;
    private static final int NOT_AUTHORIZED_V3 = 5;

    @TempDir private Path directory = Path.of("");

    private Configuration configuration(String authentication) throws Exception {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                data-dir = "%s"
                event-loops = 1
                listeners.tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                authentication { %s }
                """
                        .formatted(directory.resolve("data"), authentication));
        return Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false"));
    }

    private static int publish(GodwitServer server, String user, String password) throws Exception {
        int port = requireNonNull(server.addresses().get("tcp")).getPort();
        List<String> command = new ArrayList<>(List.of("mosquitto_pub", "-h", "127.0.0.1"));
        command.addAll(List.of("-p", "" + port, "-u", user, "-P", password));
        command.addAll(List.of("-t", "a", "-m", "x"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String token(KeyPair pair, String claims) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed =
                base64.encodeToString("{\"alg\":\"EdDSA\"}".getBytes(UTF_8))
                        + '.'
                        + base64.encodeToString(claims.getBytes(UTF_8));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        return signed + '.' + base64.encodeToString(signature.sign());
    }

    @Test
    void tokensLetClientsIn() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path file = directory.resolve("key.pem");
        Files.writeString(
                file,
                "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                        .formatted(
                                Base64.getMimeEncoder()
                                        .encodeToString(pair.getPublic().getEncoded())));
        String claims = "{\"sub\":\"bob\",\"iss\":\"us\",\"exp\":4000000000}";
        try (GodwitServer server =
                GodwitServer.start(
                        configuration("jwt { public-key = \"" + file + "\", issuer = us }"))) {
            assertThat(publish(server, "any", token(pair, claims))).isEqualTo(SUCCESS);
            assertThat(publish(server, "any", token(other, claims)))
                    .isEqualTo(BAD_USER_NAME_OR_PASSWORD_V3);
            assertThat(publish(server, "any", token(pair, claims.replace("us", "them"))))
                    .isEqualTo(NOT_AUTHORIZED_V3);
            assertThat(publish(server, "any", "no token")).isEqualTo(BAD_USER_NAME_OR_PASSWORD_V3);
        }
    }

    @Test
    void serviceIsAskedAndItsAnswerCounts() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer service =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext(
                "/",
                exchange -> {
                    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
                    String result = body.contains("\"password\":\"right\"") ? "allow" : "deny";
                    byte[] answer = "{\"result\":\"%s\"}".formatted(result).getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        service.start();
        String url = "http://127.0.0.1:" + service.getAddress().getPort() + "/auth";
        try (GodwitServer server =
                GodwitServer.start(
                        configuration(
                                "http { url = \"%s\", authorization = \"Bearer key\" }"
                                        .formatted(url)))) {
            assertThat(publish(server, "anna", "right")).isEqualTo(SUCCESS);
            assertThat(publish(server, "anna", "wrong")).isEqualTo(NOT_AUTHORIZED_V3);
            assertThat(asked)
                    .hasSize(2)
                    .allSatisfy(it ->
                            assertThat(it)
                                    .startsWith("Bearer key {")
                                    .contains("\"user-name\":\"anna\"", "\"listener\":\"tcp\""));
            service.stop(0);
            assertThat(publish(server, "anna", "right")).isEqualTo(UNAVAILABLE_V3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "issuer = us | without keys",
                "secret = short | it has 5 bytes",
                "public-key = missing.pem | no such file",
                "jwks = missing.json | no such file",
                "jwks = \"https://localhost:1/\", jwks-ca = missing.pem | can't be used",
            })
    void whatCantBeUsedIsSaidAndNothingStarts(String keys, String why) throws Exception {
        Configuration configuration = configuration("jwt { " + keys + " }");
        assertThatThrownBy(() -> GodwitServer.start(configuration))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void plainConnectionsToOthersAreNoticed() throws Exception {
        assertThat(configuration("http.url = \"http://auth.example.org/\"").notices())
                .singleElement()
                .asString()
                .contains("auth.example.org", "passwords");
        assertThat(configuration("jwt.jwks = \"http://id.example.org/keys\"").notices())
                .singleElement()
                .asString()
                .contains("id.example.org");
        assertThat(configuration("jwt.jwks = \"https://id.example.org/keys\"").notices()).isEmpty();
        assertThat(configuration("http.url = \"http://127.0.0.1/\"").authentication().ways())
                .containsExactly("who 127.0.0.1 allows (authentication.http)");
    }

    @Test
    void secretsAreNotShown() throws Exception {
        Configuration configuration =
                configuration(
                        """
                        jwt.secret = "s3cret-s3cret-s3cret-s3cret-s3cret"
                        http { url = "http://127.0.0.1/", authorization = s3cret }
                        """);
        assertThat(configuration.toString()).doesNotContain("s3cret");
    }
}
