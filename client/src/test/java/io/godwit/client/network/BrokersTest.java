package io.godwit.client.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links to the listeners of Godwit, and to those of Mosquitto. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokersTest {

    private static final int MESSAGES = 2_000;

    private Certificates certificates;
    private GodwitServer server;
    private Path directory;

    @BeforeAll
    void start(@TempDir Path shared) throws Exception {
        directory = shared;
        certificates =
                new Certificates(directory.resolve("certificates"))
                        .sign("server", "subjectAltName=DNS:localhost,IP:127.0.0.1", 5)
                        .sign("client", "extendedKeyUsage=clientAuth", 5);
        String tls =
                "certificate = \"%s\", key = \"%s\""
                        .formatted(
                                certificates.file("server.pem"), certificates.file("server.key"));
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                data-dir = "%s", event-loops = 2
                authentication.anonymous = true
                listeners {
                  tcp { type = tcp, bind = "127.0.0.1", port = 0 }
                  tls { type = tls, bind = "127.0.0.1", port = 0, %s }
                  mutual {
                    type = tls, bind = "127.0.0.1", port = 0, %s
                    client-certificate = required, client-ca = ["%s"]
                  }
                  ws { type = websocket, bind = "127.0.0.1", port = 0 }
                  wss { type = websocket, bind = "127.0.0.1", port = 0, %s }
                  unix { type = unix, path = "%s" }
                }
                """
                        .formatted(
                                directory.resolve("data"),
                                tls,
                                tls,
                                certificates.ca(),
                                tls,
                                directory.resolve("it.sock")));
        server =
                GodwitServer.start(
                        Configuration.load(file, Map.of("GODWIT_ADMIN__ENABLED", "false")));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private int port(String listener) {
        return requireNonNull(server.addresses().get(listener)).getPort();
    }

    private ServerAddress address(String listener) {
        String uri =
                switch (listener) {
                    case "unix" -> "unix://" + directory.resolve("it.sock");
                    case "ws", "wss" -> listener + "://localhost:" + port(listener);
                    case "tcp" -> "mqtt://localhost:" + port(listener);
                    default -> "mqtts://localhost:" + port(listener);
                };
        return ServerAddress.parse(uri);
    }

    private TlsSettings tls(String listener) {
        TlsSettings trusting = TlsSettings.DEFAULT.ca(certificates.ca());
        return listener.equals("mutual")
                ? trusting.certificate(
                        certificates.file("client.pem"), certificates.file("client.key"))
                : trusting;
    }

    /** Publishes to itself while it reads, so that both directions of the link are busy. */
    private static void talk(Link link) throws Exception {
        byte[] payload = Opened.steps(3_000, 1);
        try (Conversation mqtt = new Conversation(link, ProtocolVersion.V5)) {
            mqtt.send(mqtt.connect("it"));
            assertThat(mqtt.receive(ConnAck.class).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
            mqtt.send(
                    new Subscribe(1, List.of(new SubscriptionRequest(TopicFilter.of("to/me"), 0))));
            assertThat(mqtt.receive(SubAck.class).packetId()).isEqualTo(1);
            CompletableFuture<Void> published =
                    CompletableFuture.runAsync(
                            () -> publish(mqtt, payload), Thread::startVirtualThread);
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(mqtt.receive(Publish.class).payload()).isEqualTo(payload);
            }
            published.get(60, TimeUnit.SECONDS);
        }
    }

    private static void publish(Conversation mqtt, byte[] payload) {
        try {
            TopicName topic = TopicName.of("to/me");
            for (int i = 0; i < MESSAGES; i++) {
                mqtt.send(new Publish(false, 0, false, topic, 0, Properties.NONE, payload));
            }
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tls", "mutual", "ws", "wss", "unix"})
    void talksToGodwit(String listener) throws Exception {
        talk(Links.open(address(listener), Opened.settings(tls(listener))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "ws", "tls", "wss"})
    void saysWhatTlsHasAgreedOn(String listener) throws Exception {
        try (Link link = Links.open(address(listener), Opened.settings(tls(listener)))) {
            SSLSession session = link.session();
            boolean isEncrypted = listener.equals("tls") || listener.equals("wss");
            assertThat(session != null).isEqualTo(isEncrypted);
            if (session != null) {
                assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
                assertThat(session.getPeerCertificates()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void talksToGodwitInEachVersion(String protocol) throws Exception {
        TlsSettings settings = tls("tls").protocols(protocol).alpn("mqtt");
        TlsLink link = (TlsLink) Links.open(address("tls"), Opened.settings(settings));
        assertThat(link.session().getProtocol()).isEqualTo(protocol);
        assertThat(link.applicationProtocol()).isEqualTo("mqtt");
        talk(link);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks5h"})
    void talksToGodwitThroughAProxy(String scheme) throws Exception {
        try (RecordingProxy proxy = new RecordingProxy("anna", "secret")) {
            talk(
                    Links.open(
                            address("tcp"),
                            Opened.through(scheme + "://anna:secret@localhost:" + proxy.port())));
        }
    }

    @Test
    void saysThatThePathIsAnother() {
        ServerAddress wrong = ServerAddress.parse("ws://localhost:" + port("ws") + "/other");
        assertThatThrownBy(() -> Links.open(wrong, Opened.PLAIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("404")
                .hasMessageContaining("is MQTT at another path?");
    }

    @Test
    void saysThatThePortIsOfAnotherKind() {
        assertThatThrownBy(() ->
                        Links.open(
                                ServerAddress.parse("mqtts://localhost:" + port("tcp")),
                                Opened.PLAIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TLS");
        assertThatThrownBy(() ->
                        Links.open(
                                ServerAddress.parse("ws://localhost:" + port("tcp")), Opened.PLAIN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("instead of an answer in HTTP");
    }

    @Test
    void talksToMosquitto() throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                ports.add(free.getLocalPort());
            }
        }
        String tls =
                "cafile %s\ncertfile %s\nkeyfile %s\n"
                        .formatted(
                                certificates.ca(),
                                certificates.file("server.pem"),
                                certificates.file("server.key"));
        Path file = directory.resolve("mosquitto.conf");
        Files.writeString(
                file,
                """
                user root
                allow_anonymous true
                max_queued_messages 0
                listener %d 127.0.0.1
                listener %d 127.0.0.1
                %s
                listener %d 127.0.0.1
                protocol websockets
                listener %d 127.0.0.1
                protocol websockets
                %s
                """
                        .formatted(
                                ports.get(0), ports.get(1), tls, ports.get(2), ports.get(3), tls));
        Process mosquitto =
                new ProcessBuilder("mosquitto", "-c", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("mosquitto.log").toFile())
                        .start();
        try {
            for (int port : ports) {
                await().until(() -> isOpen(port));
            }
            List<String> schemes = List.of("mqtt", "mqtts", "ws", "wss");
            for (int i = 0; i < schemes.size(); i++) {
                ServerAddress address =
                        ServerAddress.parse(schemes.get(i) + "://localhost:" + ports.get(i));
                talk(Links.open(address, Opened.settings(tls("tls"))));
            }
        } finally {
            mosquitto.destroy();
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
