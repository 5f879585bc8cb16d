package io.godwit.server;

import static io.godwit.server.SnSocket.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of MQTT-SN that speak DTLS, with OpenSSL's, at a whole server. */
@Timeout(120)
class MqttSnDtlsTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f";
    private static final String OTHER_KEY = "101112131415161718191a1b1c1d1e1f";
    private static final SnMessage ACCEPTED = new SnMessage.ConnAck(ReturnCode.ACCEPTED);
    private static final SnMessage REFUSED = new SnMessage.ConnAck(ReturnCode.NOT_SUPPORTED);

    @TempDir private Path directory = Path.of("");

    private Configuration configuration(String listener) throws IOException, ConfigurationProblems {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                event-loops = 1
                admin.port = 0
                persistence.mode = memory
                listeners.sn { type = mqtt-sn, bind = "127.0.0.1", port = 0
                %s
                }
                authorization.rules = [ { allow = publish, filter = "of/%%u" } ]
                authentication.client-id = starts-with-user-name
                """
                        .formatted(listener));
        return Configuration.load(file, Map.of()).withDataDir(directory.resolve("data"));
    }

    private String pskFile(String lines) throws IOException {
        return "psk-file = \"" + Files.writeString(directory.resolve("psk"), lines) + "\"";
    }

    private static InetSocketAddress address(GodwitServer server) {
        return Objects.requireNonNull(server.addresses().get("sn"));
    }

    private OpensslDevice withKey(GodwitServer server, String identity, String key)
            throws IOException {
        return new OpensslDevice(
                directory,
                address(server),
                "-psk_identity",
                identity,
                "-psk",
                key,
                "-cipher",
                "PSK-AES128-GCM-SHA256");
    }

    private static SnMessage connect(String clientId) {
        return new SnMessage.Connect(false, true, 1, 0, clientId);
    }

    @Test
    void aPreSharedKeySaysWhoTheDeviceIs() throws Exception {
        String listener = pskFile("pump:" + KEY) + "\npredefined = [\"1 = of/pump\", \"2 = of/x\"]";
        try (GodwitServer server = GodwitServer.start(configuration(listener));
                OpensslDevice stranger = withKey(server, "pump", OTHER_KEY);
                OpensslDevice pump = withKey(server, "pump", KEY)) {
            stranger.send(connect("pump-8"));
            pump.send(connect("other")).expect(REFUSED);
            pump.send(connect("pump-7")).expect(ACCEPTED);
            pump.send(publish(1)).expect(new SnMessage.PubAck(1, 3, ReturnCode.ACCEPTED));
            pump.send(publish(2)).expect(new SnMessage.PubAck(2, 3, ReturnCode.NOT_SUPPORTED));
            assertThat(server.broker().session("pump-7").get(30, TimeUnit.SECONDS))
                    .get()
                    .matches(it -> "pump".equals(it.userName()));
            assertThat(server.broker().session("pump-8").get(30, TimeUnit.SECONDS)).isEmpty();
        }
    }

    private static SnMessage publish(int predefined) {
        return new SnMessage.Publish(
                false, 1, false, new SnTopic.Predefined(predefined), 3, bytes("x"));
    }

    @Test
    void aReloadOfTheFileDisconnectsThoseWhoseKeyIsGone() throws Exception {
        String listener = pskFile("pump:" + KEY + "\nvalve:" + KEY);
        try (GodwitServer server = GodwitServer.start(configuration(listener));
                OpensslDevice pump = withKey(server, "pump", KEY);
                OpensslDevice valve = withKey(server, "valve", KEY)) {
            pump.send(connect("pump")).expect(ACCEPTED);
            valve.send(connect("valve")).expect(ACCEPTED);
            Configuration same = configuration(pskFile("pump:" + OTHER_KEY + "\nvalve:" + KEY));
            assertThat(server.plan(same).disconnects()).isEqualTo(1);
            assertThat(server.reload(same).disconnects()).isEqualTo(1);
            valve.send(new SnMessage.PingRequest(null)).expect(new SnMessage.PingResponse());
            pump.expectEnd();
            try (OpensslDevice again = withKey(server, "pump", OTHER_KEY)) {
                again.send(connect("pump")).expect(ACCEPTED);
            }
        }
    }

    private static String get(GodwitServer server, String path) throws Exception {
        int port = Objects.requireNonNull(server.adminAddress()).getPort();
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        }
    }

    private void openssl(String command) throws Exception {
        Process process =
                new ProcessBuilder(List.of(("openssl " + command).split(" ")))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("openssl.log").toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("openssl.log")))
                .isZero();
    }

    /** A certificate of its own authority, and its key. */
    private void certificate(String name) throws Exception {
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN="
                        + name
                        + " -keyout %1$s.key -out %1$s.pem".formatted(name));
    }

    @Test
    void aCertificateSaysWhoTheDeviceIs() throws Exception {
        certificate("gateway");
        certificate("pump");
        certificate("stranger");
        String listener =
                """
                certificate = "%1$s/gateway.pem", key = "%1$s/gateway.key"
                client-certificate = required, client-ca = ["%1$s/pump.pem"]
                identity-as-user-name = cn
                """
                        .formatted(directory);
        String[] stranger = {"-cert", "stranger.pem", "-key", "stranger.key"};
        try (GodwitServer server = GodwitServer.start(configuration(listener));
                OpensslDevice pump =
                        new OpensslDevice(
                                directory,
                                address(server),
                                "-CAfile",
                                "gateway.pem",
                                "-verify_return_error",
                                "-cert",
                                "pump.pem",
                                "-key",
                                "pump.key");
                OpensslDevice refused = new OpensslDevice(directory, address(server), stranger);
                OpensslDevice bare = new OpensslDevice(directory, address(server))) {
            pump.send(connect("valve")).expect(REFUSED);
            pump.send(connect("pump")).expect(ACCEPTED);
            refused.expectEnd();
            bare.expectEnd();
            assertThat(get(server, "/api/v1/certificates"))
                    .contains("\"listener\":\"sn\",\"subject\":\"CN=gateway\"");
            assertThat(get(server, "/metrics"))
                    .contains(
                            "godwit_certificate_expiry_timestamp_seconds"
                                    + "{listener=\"sn\",subject=\"CN=gateway\"} ");
        }
    }
}
