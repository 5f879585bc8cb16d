package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.godwit.access.authentication.PasswordFileEditor;
import io.godwit.admin.http.Json;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.server.reload.ConfigurationSource;
import io.godwit.transport.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP API of a running broker, asked over its port, with clients connected. */
@Timeout(120)
class AdminOfAServerTest {

    private static final String BASE =
            """
            authentication.anonymous = true
            listeners { tcp { type = tcp, bind = "127.0.0.1", port = 0 } }
            admin.port = 0
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir private Path directory = Path.of("");
    private @Nullable GodwitServer server;
    private @Nullable String authorization;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable it : opened.reversed()) {
            it.close();
        }
        http.shutdownNow();
        if (server != null) {
            server.close();
        }
    }

    private GodwitServer start(String more) throws Exception {
        Path file = Files.writeString(directory.resolve("godwit.conf"), BASE + more);
        var source = new ConfigurationSource(file, null, directory.resolve("data"), Map.of());
        var loaded = source.load();
        GodwitServer started = GodwitServer.start(loaded.configuration());
        started.follow(source, loaded);
        server = started;
        return started;
    }

    private MqttClient connect(String clientId) throws MqttException {
        var addresses = Objects.requireNonNull(server).addresses();
        int port = Objects.requireNonNull(addresses.get("tcp")).getPort();
        MqttClient client =
                new MqttClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
        opened.add(client::close);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSessionExpiryInterval(600L);
        client.connect(options);
        opened.add(() -> {
            if (client.isConnected()) {
                client.disconnectForcibly();
            }
        });
        return client;
    }

    private URI uri(String path) {
        var address = Objects.requireNonNull(Objects.requireNonNull(server).adminAddress());
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    private HttpRequest request(String method, String path, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(request(method, path, body), BodyHandlers.ofString());
    }

    private Map<String, @Nullable Object> ask(String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body().getBytes(UTF_8));
    }

    private Map<String, @Nullable Object> get(String path) throws Exception {
        return ask("GET", path, "");
    }

    private static Map<?, ?> first(@Nullable Object list) {
        return (Map<?, ?>) ((List<?>) Objects.requireNonNull(list)).getFirst();
    }

    @Test
    void clientsAreListedShownAndDisconnected() throws Exception {
        start("");
        connect("one");
        MqttClient two = connect("two/\u00e9");
        two.subscribe("a/#", 1);
        var page = get("/api/v1/clients?limit=1&connected=true");
        assertThat(page).containsEntry("total", 2);
        assertThat(first(page.get("clients")).get("client")).isEqualTo("one");
        var next = get("/api/v1/clients?after=" + page.get("next"));
        assertThat(next).containsEntry("next", null);
        Map<?, ?> row = first(next.get("clients"));
        assertThat(row.get("client")).isEqualTo("two/\u00e9");
        assertThat(row.get("address")).isEqualTo("127.0.0.1");
        assertThat(row.get("listener")).isEqualTo("tcp");
        assertThat(row.get("protocol")).isEqualTo("5.0");
        assertThat(row.get("subscriptions")).isEqualTo(1);
        var shown = get("/api/v1/clients/two%2F%C3%A9");
        assertThat(shown).containsEntry("connected", true).containsEntry("expiry", 600);
        assertThat(first(shown.get("subscriptionList")).get("filter")).isEqualTo("a/#");
        Map<?, ?> packet = first(shown.get("recorder"));
        assertThat(packet.get("direction")).isEqualTo("in");
        assertThat(packet.get("packet")).isEqualTo("CONNECT");
        assertThat((Integer) packet.get("bytes")).isGreaterThan(20);
        assertThat((String) packet.get("time")).endsWith("Z");
        assertThat(get("/api/v1/subscriptions?client=two%2F%C3%A9")).containsEntry("total", 1);
        assertThat(ask("POST", "/api/v1/clients/two%2F%C3%A9/disconnect", "{}"))
                .containsEntry("disconnected", true);
        await().until(() -> !two.isConnected());
        shown = get("/api/v1/clients/two%2F%C3%A9");
        assertThat(shown).containsEntry("connected", false);
        assertThat(first(shown.get("lastErrors")).get("packets")).isEqualTo(List.of());
        assertThat(send("GET", "/api/v1/clients/nobody", "").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/api/v1/clients/nobody/disconnect", "{}").statusCode())
                .isEqualTo(404);
        assertThat(send("GET", "/api/v1/clients?limit=0", "").statusCode()).isEqualTo(400);
        assertThat(Files.readString(directory.resolve("data/audit.log")))
                .contains("/api/v1/clients/two%2F%C3%A9/disconnect\",");
    }

    @Test
    void aClientWithTheLongestNameIsListedShownAndDisconnected() throws Exception {
        start("limits.topic-length = 65535\n");
        String clientId = "/".repeat(65_535);
        MqttClient client = connect(clientId);
        connect("z").subscribe("a", 0);
        client.subscribe("b", 0);
        var page = get("/api/v1/clients?limit=1");
        assertThat(first(page.get("clients")).get("client")).isEqualTo(clientId);
        page = get("/api/v1/clients?limit=1&after=" + page.get("next"));
        assertThat(first(page.get("clients")).get("client")).isEqualTo("z");
        page = get("/api/v1/subscriptions?limit=1");
        page = get("/api/v1/subscriptions?limit=1&after=" + page.get("next"));
        assertThat(first(page.get("subscriptions")).get("client")).isEqualTo("z");
        String path = "/api/v1/clients/" + "%2F".repeat(65_535);
        assertThat(get(path)).containsEntry("connected", true);
        assertThat(ask("POST", path + "/disconnect", "{}")).containsEntry("disconnected", true);
        assertThat(directory.resolve("data/audit.log")).content().hasSizeLessThan(3_000);
    }

    @Test
    void messagesArePublishedListedAndDeleted() throws Exception {
        start("");
        BlockingQueue<String> got = new ArrayBlockingQueue<>(10);
        MqttClient client = connect("c");
        client.subscribe("t/#", 2);
        client.setCallback(new ToQueue(got));
        assertThat(
                        ask(
                                "POST",
                                "/api/v1/publish",
                                "{\"topic\": \"t/1\", \"text\": \"21\", \"qos\": 1, \"retain\": true,"
                                        + " \"contentType\": \"text/plain\","
                                        + " \"userProperties\": [[\"a\", \"b\"]]}"))
                .containsEntry("published", 1)
                .containsEntry("recipients", 1);
        assertThat(got.poll(30, TimeUnit.SECONDS)).isEqualTo("t/1 21 1 text/plain 1");
        assertThat(
                        ask(
                                "POST",
                                "/api/v1/publish",
                                "{\"messages\": [{\"topic\": \"t/2\", \"payload\": \"AP8=\","
                                        + " \"retain\": true}, {\"topic\": \"u\"}]}"))
                .containsEntry("published", 2)
                .containsEntry("recipients", 1);
        var page = get("/api/v1/retained?filter=t/%23&limit=1");
        assertThat(page).containsEntry("total", 2);
        assertThat(first(page.get("messages")).get("text")).isEqualTo("21");
        page = get("/api/v1/retained?filter=t/%23&after=" + page.get("next"));
        assertThat(first(page.get("messages")).get("text")).isNull();
        assertThat(first(page.get("messages")).get("payload")).isEqualTo("AP8=");
        assertThat(ask("DELETE", "/api/v1/retained?filter=t/%2B", "{}"))
                .containsEntry("deleted", 2);
        assertThat(get("/api/v1/retained")).containsEntry("total", 0);
        for (String wrong :
                new String[] {
                    "{\"topic\": \"a/#\"}",
                    "{\"topic\": \"$SYS/x\"}",
                    "{\"topic\": \"a\", \"text\": \"a\", \"payload\": \"AA==\"}",
                    "{\"topic\": \"a\", \"qos\": 3}",
                    "{\"messages\": []}",
                    "{}"
                }) {
            assertThat(send("POST", "/api/v1/publish", wrong).statusCode()).isEqualTo(400);
        }
        assertThat(send("GET", "/api/v1/retained?filter=a%23", "").statusCode()).isEqualTo(400);
    }

    @Test
    void aStreamShowsWhatIsRetainedAndWhatComes() throws Exception {
        start("");
        ask("POST", "/api/v1/publish", "{\"topic\": \"a/old\", \"text\": \"1\", \"retain\": true}");
        HttpResponse<Stream<String>> answer =
                http.send(
                        request("GET", "/api/v1/subscribe?filter=a/%23&filter=b", ""),
                        BodyHandlers.ofLines());
        Iterator<String> lines = answer.body().iterator();
        assertThat(lines.next()).isEqualTo("event: message");
        assertThat(lines.next()).contains("\"topic\":\"a/old\"", "\"retain\":true");
        assertThat(lines.next()).isEmpty();
        ask("POST", "/api/v1/publish", "{\"topic\": \"c\", \"text\": \"no\"}");
        ask("POST", "/api/v1/publish", "{\"topic\": \"b\", \"text\": \"<b>\", \"qos\": 1}");
        assertThat(lines.next()).isEqualTo("event: message");
        assertThat(lines.next()).contains("\"topic\":\"b\",\"qos\":1", "\"text\":\"<b>\"");
        assertThat(send("GET", "/api/v1/subscribe?filter=a%23", "").statusCode()).isEqualTo(400);
        assertThat(send("GET", "/api/v1/subscribe", "").statusCode()).isEqualTo(400);
    }

    @Test
    void aStreamShowsAsMuchOfWhatIsRetainedAsIsWanted() throws Exception {
        start("");
        for (int i = 0; i < 5; i++) {
            String topic = "{\"topic\": \"a/%d\", \"retain\": true, \"text\": \"x\"}".formatted(i);
            ask("POST", "/api/v1/publish", topic);
        }
        Iterator<String> lines =
                stream("/api/v1/subscribe?filter=a/%23&retained=2").body().iterator();
        for (String event : List.of("message", "message", "left")) {
            assertThat(lines.next()).isEqualTo("event: " + event);
            assertThat(lines.next())
                    .startsWith(event.equals("left") ? "data: {\"count\":3}" : "data");
            assertThat(lines.next()).isEmpty();
        }
        assertThat(send("GET", "/api/v1/subscribe?filter=a&retained=x", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void streamsOfMessagesHaveOnlySoManyFiltersTogether() throws Exception {
        start("");
        String many = "/api/v1/subscribe?filter=a" + "&filter=b".repeat(31);
        HttpResponse<Stream<String>> one = stream(many);
        HttpResponse<Stream<String>> two = stream(many);
        assertThat(List.of(one.statusCode(), two.statusCode())).containsOnly(200);
        opened.add(two.body()::close);
        await().until(() -> briefly("/api/v1/subscribe?filter=c") == 503);
        one.body().close();
        await().until(() -> briefly(many) == 200);
    }

    private HttpResponse<Stream<String>> stream(String path) throws Exception {
        return http.send(request("GET", path, ""), BodyHandlers.ofLines());
    }

    /** The status of a stream, which is closed at once. */
    private int briefly(String path) throws Exception {
        HttpResponse<Stream<String>> answer = stream(path);
        answer.body().close();
        return answer.statusCode();
    }

    @Test
    void theBrokerTellsWhatItIs() throws Exception {
        start(
                "authentication.jwt.secret = \"s3cret-s3cret-s3cret-s3cret-s3cret\"\n"
                        + "listeners.sn { type = mqtt-sn, bind = 127.0.0.1, port = 0 }\n");
        assertThat(get("/live")).containsEntry("status", "ok");
        assertThat(get("/ready")).containsEntry("status", "ok");
        assertThat(get("/api/v1/me")).containsEntry("user", null).containsEntry("role", "admin");
        assertThat(get("/api/v1/version")).containsEntry("version", Version.current());
        connect("c");
        Object listeners = Objects.requireNonNull(get("/api/v1/listeners").get("listeners"));
        Map<?, ?> listener = first(listeners);
        assertThat(listener.get("type")).isEqualTo("tcp");
        assertThat(listener.get("connections")).isEqualTo(1);
        Map<?, ?> gateway = (Map<?, ?>) ((List<?>) listeners).getLast();
        assertThat(gateway.get("name")).isEqualTo("sn");
        assertThat(gateway.get("type")).isEqualTo("mqtt-sn");
        assertThat((Integer) gateway.get("port")).isPositive();
        assertThat(gateway.get("connections")).isEqualTo(0);
        assertThat(get("/api/v1/certificates")).containsEntry("certificates", List.of());
        var configuration = get("/api/v1/configuration");
        assertThat((String) configuration.get("file")).endsWith("godwit.conf");
        assertThat((String) configuration.get("text"))
                .contains("anonymous", "***")
                .doesNotContain("s3cret");
        assertThat(send("GET", "/api/v1/log", "").statusCode()).isEqualTo(409);
        connect("d").publish("t", new byte[0], 0, false);
        await().until(() ->
                send("GET", "/api/v1/stats", "").body().contains("\"publish_received\":1,"));
        assertThat(send("GET", "/metrics", "").body()).contains("godwit_sockets_opened_total");
        HttpResponse<String> head = send("HEAD", "/metrics", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isPositive();
        assertThat(head.body()).isEmpty();
        assertThat(send("HEAD", "/api/v1/stats/stream", "").headers().firstValue("Content-Type"))
                .hasValue("text/event-stream");
        assertThat(get("/api/v1/openapi.json")).containsEntry("openapi", "3.1.0");
    }

    @Test
    void usersAndTokensLogInAndAreReloaded() throws Exception {
        PasswordFileEditor passwords = PasswordFileEditor.create(directory.resolve("passwd"));
        passwords.set("alice", "wonder".getBytes(UTF_8), PasswordFileEditor.Kind.SHA512_PBKDF2);
        passwords.write();
        Path token = Files.writeString(directory.resolve("token"), "0123456789abcdef\n");
        String admin =
                """
                admin.users.alice { role = viewer, password-file = "%s" }
                admin.tokens.ci { role = operator, file = "%s" }
                """
                        .formatted(directory.resolve("passwd"), token);
        GodwitServer started = start(admin);
        assertThat(send("GET", "/api/v1/clients", "").statusCode()).isEqualTo(401);
        authorization =
                "Basic " + Base64.getEncoder().encodeToString("alice:wonder".getBytes(UTF_8));
        assertThat(get("/api/v1/me"))
                .containsEntry("user", "alice")
                .containsEntry("role", "viewer");
        assertThat(send("POST", "/api/v1/publish", "{\"topic\": \"a\"}").statusCode())
                .isEqualTo(403);
        authorization = "Basic " + Base64.getEncoder().encodeToString("alice:no".getBytes(UTF_8));
        assertThat(send("GET", "/api/v1/me", "").statusCode()).isEqualTo(401);
        authorization = "Bearer 0123456789abcdef";
        assertThat(ask("POST", "/api/v1/publish", "{\"topic\": \"a\"}"))
                .containsEntry("published", 1);
        Files.writeString(token, "fedcba9876543210");
        assertThat(started.reload("test").changes())
                .containsExactly(
                        new ReloadPlan.Change(
                                "admin.tokens.ci.file", token + "", token + " (changed)", true));
        assertThat(send("GET", "/api/v1/me", "").statusCode()).isEqualTo(401);
        authorization = "Bearer fedcba9876543210";
        assertThat(get("/api/v1/me")).containsEntry("user", "ci").containsEntry("role", "operator");
        Files.writeString(token, "short");
        assertThatThrownBy(() -> started.reload("test"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("shorter than 16");
        assertThat(get("/api/v1/me")).containsEntry("user", "ci");
    }

    @Test
    void thePortIsEncryptedWithACertificate() throws Exception {
        TestAuthority authority = new TestAuthority(directory, "servers");
        TestAuthority.Issued issued = authority.server("localhost");
        GodwitServer started =
                start(
                        "admin.tls { certificate = \"%s\", key = \"%s\" }\n"
                                .formatted(issued.certificate(), issued.key()));
        int port = Objects.requireNonNull(started.adminAddress()).getPort();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(authority.certificate)).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/api/v1/me"))
                            .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"role\":\"admin\"");
        }
        assertThatThrownBy(() -> send("GET", "/live", "")).isInstanceOf(IOException.class);
    }

    private static SSLContext trusting(Path authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream file = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Test
    void aServerWhosePortIsTakenDoesNotStart() throws Exception {
        GodwitServer first = start("");
        int taken = Objects.requireNonNull(first.adminAddress()).getPort();
        Path file =
                Files.writeString(
                        directory.resolve("other.conf"),
                        BASE.replace("admin.port = 0", "admin.port = " + taken));
        var source = new ConfigurationSource(file, null, directory.resolve("other"), Map.of());
        var loaded = source.load();
        assertThatThrownBy(() -> GodwitServer.start(loaded.configuration()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.port");
        assertThat(get("/live")).containsEntry("status", "ok");
    }

    /** Notes what comes. */
    private record ToQueue(BlockingQueue<String> queue) implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            queue.add(
                    "%s %s %d %s %d"
                            .formatted(
                                    topic,
                                    new String(message.getPayload(), UTF_8),
                                    message.getQos(),
                                    message.getProperties().getContentType(),
                                    message.getProperties().getUserProperties().size()));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
