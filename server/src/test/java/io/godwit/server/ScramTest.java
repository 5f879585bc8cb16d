package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.server.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HiveMQ's client authenticates with SCRAM at a running broker. */
@Timeout(120)
class ScramTest {

    @TempDir private Path directory = Path.of("");
    private @Nullable GodwitServer server;

    @BeforeEach
    void start() throws Exception {
        Path passwords = directory.resolve("passwd");
        PasswordFileEditor editor = PasswordFileEditor.create(passwords);
        editor.set("anna", "secret".getBytes(UTF_8), PasswordFileEditor.Kind.SCRAM_SHA_256);
        editor.set("carl", "secret".getBytes(UTF_8), PasswordFileEditor.Kind.SCRAM_SHA_512);
        editor.write();
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                data-dir = "%s"
                event-loops = 1
                listeners.tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                authentication.password-file = "%s"
                """
                        .formatted(directory.resolve("data"), passwords));
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false")));
    }

    @AfterEach
    void stop() {
        requireNonNull(server).close();
    }

    private int port() {
        return requireNonNull(requireNonNull(server).addresses().get("tcp")).getPort();
    }

    private Mqtt5AsyncClient client(ScramMechanism mechanism) {
        return Mqtt5Client.builder()
                .identifier("c")
                .serverHost("127.0.0.1")
                .serverPort(port())
                .enhancedAuth(mechanism)
                .buildAsync();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"256, anna, false", "256, anna, true", "512, carl, false", "512, carl, true"})
    void bothSidesProveThatTheyKnowThePassword(int bits, String user, boolean saysNothingFirst)
            throws Exception {
        ScramMechanism mechanism = new ScramMechanism(bits, user, "secret", saysNothingFirst);
        Mqtt5AsyncClient client = client(mechanism);
        assertThat(get(client.connect()).getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
        assertThat(mechanism.proofs).hasValue(1);
        get(client.reauth());
        assertThat(mechanism.proofs).hasValue(2);
        get(client.publishWith().topic("a").payload(new byte[1]).send());
        get(client.disconnect());
    }

    @ParameterizedTest
    @CsvSource({"256, anna, wrong", "256, carl, secret", "512, nobody, secret"})
    void whoDoesNotKnowItIsNotAuthorized(int bits, String user, String password) throws Exception {
        assertThat(refusal(new ScramMechanism(bits, user, password, false)))
                .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void theSamePasswordWillDoInConnect() throws Exception {
        Mqtt5AsyncClient client =
                Mqtt5Client.builder()
                        .serverHost("127.0.0.1")
                        .serverPort(port())
                        .simpleAuth()
                        .username("anna")
                        .password("secret".getBytes(UTF_8))
                        .applySimpleAuth()
                        .buildAsync();
        assertThat(get(client.connect()).getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
        get(client.disconnect());
    }

    private Mqtt5ConnAckReasonCode refusal(ScramMechanism mechanism) throws Exception {
        try {
            return get(client(mechanism).connect()).getReasonCode();
        } catch (ExecutionException e) {
            return ((Mqtt5ConnAckException) requireNonNull(e.getCause()))
                    .getMqttMessage()
                    .getReasonCode();
        }
    }
}
