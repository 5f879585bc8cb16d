package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.godwit.server.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection lasts as long as its token, or as the next one that its client shows. */
@Timeout(120)
class TokenExpiryTest {

    private static final String SECRET = "a secret of more than thirty-two bytes";

    @TempDir private Path directory = Path.of("");
    private @Nullable GodwitServer server;
    private final CompletableFuture<MqttClientDisconnectedContext> disconnected =
            new CompletableFuture<>();

    @BeforeEach
    void start() throws Exception {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                data-dir = "%s"
                event-loops = 1
                listeners.tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                authentication.jwt { secret = "%s", leeway = 0 s }
                """
                        .formatted(directory.resolve("data"), SECRET));
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false")));
    }

    @AfterEach
    void stop() {
        requireNonNull(server).close();
    }

    private static String token(String user, long expiry) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String claims = "{\"sub\":\"%s\",\"exp\":%d}".formatted(user, expiry);
        String signed =
                base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8))
                        + '.'
                        + base64.encodeToString(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return signed + '.' + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    private static long soon() {
        return Instant.now().getEpochSecond() + 3;
    }

    private static long late() {
        return Instant.now().getEpochSecond() + 3_600;
    }

    private Mqtt5AsyncClient client(@Nullable Mqtt5EnhancedAuthMechanism mechanism) {
        var builder =
                Mqtt5Client.builder()
                        .serverHost("127.0.0.1")
                        .serverPort(
                                requireNonNull(requireNonNull(server).addresses().get("tcp"))
                                        .getPort())
                        .addDisconnectedListener(disconnected::complete);
        return (mechanism == null ? builder : builder.enhancedAuth(mechanism)).buildAsync();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private Mqtt5DisconnectReasonCode reason() throws Exception {
        var cause = (Mqtt5DisconnectException) get(disconnected).getCause();
        return cause.getMqttMessage().getReasonCode();
    }

    @Test
    void theConnectionEndsWithTheToken() throws Exception {
        Mqtt5AsyncClient client = client(null);
        get(
                client.connectWith()
                        .simpleAuth()
                        .password(token("anna", soon()).getBytes(UTF_8))
                        .applySimpleAuth()
                        .send());
        assertThat(reason()).isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void anotherTokenMakesItLast() throws Exception {
        TokenMechanism first = new TokenMechanism(token("anna", soon()));
        Mqtt5AsyncClient client = client(first);
        get(client.connect());
        first.next(token("anna", late()));
        get(client.reauth());
        // Another client that came with a token as short as the first one sees it end.
        CompletableFuture<MqttClientDisconnectedContext> other = new CompletableFuture<>();
        Mqtt5AsyncClient witness =
                Mqtt5Client.builder()
                        .serverHost("127.0.0.1")
                        .serverPort(client.getConfig().getServerPort())
                        .addDisconnectedListener(other::complete)
                        .enhancedAuth(new TokenMechanism(token("carl", soon())))
                        .buildAsync();
        get(witness.connect());
        get(other);
        get(client.publishWith().topic("a").payload(new byte[1]).send());
        assertThat(disconnected).isNotDone();
        get(client.disconnect());
    }

    @Test
    void theTokenOfAnotherUserEndsIt() throws Exception {
        TokenMechanism mechanism = new TokenMechanism(token("anna", late()));
        Mqtt5AsyncClient client = client(mechanism);
        get(client.connect());
        mechanism.next(token("carl", late()));
        assertThatThrownBy(() -> get(client.reauth()))
                .hasCauseInstanceOf(Mqtt5DisconnectException.class);
        assertThat(reason()).isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);
    }
}
