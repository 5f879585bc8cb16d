package io.godwit.client.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.client.auth.EnhancedAuthentication.Exchange;
import io.godwit.client.network.Conversation;
import io.godwit.client.network.Links;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.NetworkThreads;
import io.godwit.client.network.ServerAddress;
import io.godwit.client.network.TlsSettings;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SCRAM with a running broker, packet by packet. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScramBrokerTest {

    private static final String PASSWORD = "s\u00E9cret, = \u2168";

    private GodwitServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Path passwords = directory.resolve("passwd");
        PasswordFileEditor editor = PasswordFileEditor.create(passwords);
        editor.set("anna,=", PASSWORD.getBytes(UTF_8), PasswordFileEditor.Kind.SCRAM_SHA_256);
        editor.set("carl", PASSWORD.getBytes(UTF_8), PasswordFileEditor.Kind.SCRAM_SHA_512);
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

    @AfterAll
    void stop() {
        server.close();
    }

    private Conversation conversation() throws Exception {
        int port = requireNonNull(server.addresses().get("tcp")).getPort();
        return new Conversation(
                Links.open(
                        ServerAddress.parse("mqtt://127.0.0.1:" + port),
                        new NetworkSettings(
                                Duration.ofSeconds(30),
                                TlsSettings.DEFAULT,
                                null,
                                null,
                                Map.of(),
                                NetworkThreads.VIRTUAL)),
                ProtocolVersion.V5);
    }

    private static Properties of(Scram scram, byte @Nullable [] data) {
        return Properties.of(Property.AUTHENTICATION_METHOD, scram.method())
                .with(Property.AUTHENTICATION_DATA, new Binary(requireNonNull(data)));
    }

    private static byte[] data(Properties properties) {
        return requireNonNull(properties.get(Property.AUTHENTICATION_DATA)).bytes();
    }

    private static ConnAck connect(Conversation mqtt, Scram scram, Exchange exchange)
            throws Exception {
        Connect plain = mqtt.connect("it");
        mqtt.send(
                new Connect(
                        plain.version(),
                        plain.clientId(),
                        true,
                        60,
                        null,
                        null,
                        null,
                        of(scram, exchange.first())));
        byte[] answer = exchange.next(data(mqtt.receive(Auth.class).properties()));
        mqtt.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, of(scram, answer)));
        return mqtt.receive(ConnAck.class);
    }

    @ParameterizedTest
    @CsvSource({"256, 'anna,='", "512, carl"})
    void bothSidesProveThatTheyKnowThePassword(int bits, String user) throws Exception {
        Scram scram = bits == 256 ? Scram.sha256(user, PASSWORD) : Scram.sha512(user, PASSWORD);
        try (Conversation mqtt = conversation()) {
            Exchange first = scram.begin();
            ConnAck connAck = connect(mqtt, scram, first);
            assertThat(connAck.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            assertThatCode(() -> first.succeeded(data(connAck.properties())))
                    .doesNotThrowAnyException();
            Exchange again = scram.begin();
            mqtt.send(new Auth(ReasonCode.RE_AUTHENTICATE, of(scram, again.first())));
            byte[] answer = again.next(data(mqtt.receive(Auth.class).properties()));
            mqtt.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, of(scram, answer)));
            Auth last = mqtt.receive(Auth.class);
            assertThat(last.reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            assertThatCode(() -> again.succeeded(data(last.properties())))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aWrongPasswordIsRefused() throws Exception {
        Scram scram = Scram.sha512("carl", "another");
        try (Conversation mqtt = conversation()) {
            assertThat(connect(mqtt, scram, scram.begin()).reasonCode())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }
}
