package io.godwit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.godwit.broker.control.ClientDetails.RecordedPacket;
import io.godwit.broker.control.InvalidConfiguration;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.ReloadPlan;
import io.godwit.broker.shard.Counter;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.reload.ConfigurationSource;
import io.godwit.transport.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running broker whose files change. */
@Timeout(120)
class ReloadedServerTest {

    private static final String BASE =
            """
            persistence.mode = memory
            event-loops = 2
            listeners.tcp { bind = "127.0.0.1", port = 0 }
            """;

    private static final String OTHER =
            "listeners.other { type = tcp, bind = 127.0.0.1, port = 0 }\n";

    @TempDir private Path directory = Path.of("");
    private Path file = directory;
    private ConfigurationSource source =
            new ConfigurationSource(null, null, null, Map.of("GODWIT_ADMIN__ENABLED", "false"));
    private GodwitServer server;

    @BeforeEach
    void start() throws IOException, ConfigurationProblems {
        file = directory.resolve("godwit.conf");
        write("authentication.anonymous = true\n" + OTHER);
        source =
                new ConfigurationSource(
                        file,
                        null,
                        directory.resolve("data"),
                        Map.of("GODWIT_ADMIN__ENABLED", "false"));
        var loaded = source.load();
        server = GodwitServer.start(loaded.configuration());
        server.follow(source, loaded);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, BASE + text);
    }

    private int portOf(String listener) {
        return Objects.requireNonNull(server.addresses().get(listener)).getPort();
    }

    private Mqtt5BlockingClient connect(String listener) {
        Mqtt5BlockingClient client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .serverHost("127.0.0.1")
                        .serverPort(portOf(listener))
                        .buildBlocking();
        client.connect();
        return client;
    }

    @Test
    void anonymousClientsAreRefusedFromTheReloadOnAndThoseThatAreConnectedStay()
            throws IOException {
        Mqtt5BlockingClient client = connect("tcp");
        write(OTHER);
        assertThat(server.reload("test").summary())
                .isEqualTo(
                        "applied live: authentication.anonymous, listeners.other.anonymous,"
                                + " listeners.tcp.anonymous; disconnects 0 clients, revokes 0"
                                + " subscriptions");
        assertThatThrownBy(() -> connect("tcp")).isInstanceOf(Mqtt5ConnAckException.class);
        assertThat(client.getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    private List<RecordedPacket> recorded(Mqtt5BlockingClient client) throws Exception {
        String clientId = client.getConfig().getClientIdentifier().orElseThrow().toString();
        var found = server.broker().directory().find(clientId).get(30, TimeUnit.SECONDS);
        return found.orElseThrow().packets();
    }

    @Test
    void theFlightRecorderIsSwitchedOffForWhoComesFromThenOn() throws Exception {
        Mqtt5BlockingClient before = connect("tcp");
        write("authentication.anonymous = true\nflight-recorder = false\n" + OTHER);
        assertThat(server.reload("test").summary()).startsWith("applied live: flight-recorder;");
        assertThat(recorded(before)).isNotEmpty();
        assertThat(recorded(connect("tcp"))).isEmpty();
    }

    @Test
    void aListenerThatIsRemovedDisconnectsItsClientsAndNoOthers() throws IOException {
        Mqtt5BlockingClient stays = connect("tcp");
        Mqtt5BlockingClient goes = connect("other");
        int port = portOf("other");
        write("authentication.anonymous = true\n");
        ReloadPlan plan = server.reload("test");
        assertThat(plan.disconnects()).isEqualTo(1);
        assertThat(server.addresses()).containsOnlyKeys("tcp");
        await().until(() -> goes.getState() == MqttClientState.DISCONNECTED);
        assertThat(stays.getState()).isEqualTo(MqttClientState.CONNECTED);
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close(); // it is free
    }

    @Test
    void whoHasNotSentConnectIsClosedWithItsListener() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), portOf("other"))) {
            await().until(() -> server.broker().count(Counter.SOCKETS_OPENED) == 1);
            write("authentication.anonymous = true\n");
            server.reload("test");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aPlanSaysSoBeforeAndChangesNothing() throws Exception {
        Mqtt5BlockingClient client = connect("other");
        write("authentication.anonymous = true\nlimits.connections = 7\n");
        ReloadPlan plan = server.plan(source.load().configuration());
        assertThat(plan.effect()).isEqualTo("disconnects 1 client, revokes 0 subscriptions");
        assertThat(plan.changes())
                .contains(
                        new ReloadPlan.Change("limits.connections", "20000", "7", false),
                        new ReloadPlan.Change("listeners.other.port", "0", "none", true));
        assertThat(client.getState()).isEqualTo(MqttClientState.CONNECTED);
        assertThat(server.addresses()).containsOnlyKeys("tcp", "other");
    }

    @Test
    void aListenerThatIsAddedTakesClients() throws IOException {
        write(
                "authentication.anonymous = true\n"
                        + OTHER
                        + "listeners.new { type = tcp, bind ="
                        + " 127.0.0.1, port = 0 }\n");
        server.reload("test");
        assertThat(connect("new").getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    @Test
    void limitsOfAListenerHoldForWhoConnectsFromThenOn() throws IOException {
        Mqtt5BlockingClient before = connect("tcp");
        write("authentication.anonymous = true\nlisteners.tcp.limits.packet-size = 1 kB\n" + OTHER);
        assertThat(server.reload("test").summary())
                .isEqualTo(
                        "applied live: listeners.tcp.limits.packet-size; disconnects 0 clients,"
                                + " revokes 0 subscriptions");
        assertThat(before.getState()).isEqualTo(MqttClientState.CONNECTED);
        assertThat(packetSizeToldBy("tcp")).isEqualTo(1_000);
        assertThat(packetSizeToldBy("other")).isEqualTo(2_000_000);
    }

    private int packetSizeToldBy(String listener) {
        return MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(portOf(listener))
                .buildBlocking()
                .connect()
                .getRestrictions()
                .getMaximumPacketSize();
    }

    @Test
    void framesOfWebSocketAreAsLongAsPackets() throws IOException {
        String web = "listeners.web { type = websocket, bind = 127.0.0.1, port = 0 }\n";
        write("authentication.anonymous = true\n" + OTHER + web);
        server.reload("adds it");
        assertThat(longestFrame("web")).isEqualTo(2_000_000);
        Mqtt5BlockingClient client = connect("tcp");
        String limits =
                "listeners { web.limits.packet-size = 3 MB, tcp.limits.packet-size = 4 MB }";
        write("authentication.anonymous = true\n" + OTHER + web + limits);
        server.reload("lets packets be longer");
        assertThat(longestFrame("web")).isEqualTo(3_000_000);
        assertThat(client.getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    private int longestFrame(String listener) {
        return server.listeners().stream()
                .map(Listener::settings)
                .filter(it -> it.name().equals(listener))
                .map(it -> Objects.requireNonNull(it.webSocket()).maximumFrame())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFileThatIsWrongChangesNothingAndSaysAllThatIsWrong() throws IOException {
        write("authentication.anonymous = maybe\nlimits.conections = 1\n");
        assertThatThrownBy(() -> server.reload("test"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(file + ":4: authentication.anonymous is \"maybe\"")
                .hasMessageContaining(file + ":5: no such key: limits.conections");
        assertThat(connect("other").getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    @Test
    void aPortThatIsTakenChangesNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            write(
                    OTHER
                            + "listeners.new { type = tcp, bind = 127.0.0.1, port = %d }\n"
                                    .formatted(taken.getLocalPort()));
            assertThatThrownBy(() -> server.reload("test"))
                    .hasMessageContaining("listener new: cannot listen on");
        }
        assertThat(server.addresses()).containsOnlyKeys("tcp", "other");
        assertThat(connect("tcp").getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    /** The port is closed and opened again within the reload. */
    @Test
    void aListenerMayTakeThePortOfOneThatGoes() throws IOException {
        int port = portOf("other");
        String fixed = "listeners.%s { type = tcp, bind = \"127.0.0.1\", port = " + port + " }\n";
        write("authentication.anonymous = true\n");
        server.reload("frees the port");
        write("authentication.anonymous = true\n" + fixed.formatted("a"));
        server.reload("takes it");
        Mqtt5BlockingClient client = connect("a");
        write("authentication.anonymous = true\n" + fixed.formatted("b"));
        assertThat(server.reload("hands it over").disconnects()).isEqualTo(1);
        await().until(() -> client.getState() == MqttClientState.DISCONNECTED);
        assertThat(connect("b").getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    @Test
    void anAclFileThatChangesTakesSubscriptionsBack() throws Exception {
        Path acl = Files.writeString(directory.resolve("acl"), "topic readwrite #\n");
        String text =
                "authentication.anonymous = true\nauthorization.acl-file = \""
                        + acl
                        + "\"\n"
                        + OTHER;
        write(text);
        server.reload("reads the rules");
        Mqtt5BlockingClient client = connect("tcp");
        client.subscribeWith().topicFilter("a/#").send();
        client.subscribeWith().topicFilter("b/#").send();
        Files.writeString(acl, "topic readwrite a/#\n");
        assertThat(server.plan(source.load().configuration()).effect())
                .isEqualTo("disconnects 0 clients, revokes 1 subscription");
        ReloadPlan plan = server.reload("reads them again");
        assertThat(plan.changes())
                .containsExactly(
                        new ReloadPlan.Change(
                                "authorization.acl-file",
                                acl.toString(),
                                acl + " (changed)",
                                true));
        assertThat(plan.revokes()).isEqualTo(1);
        Files.writeString(acl, "topic readwrite # #\nnonsense\n");
        assertThatThrownBy(() -> server.reload("reads nonsense"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(acl + ":2: ");
        assertThat(client.getState()).isEqualTo(MqttClientState.CONNECTED);
    }

    /** The rules are read with the configuration, long before the broker has started. */
    @Test
    void whatChangesWhileTheBrokerStartsIsReadByTheNextReload() throws Exception {
        Path acl = Files.writeString(directory.resolve("acl"), "topic readwrite a/#\n");
        write("authentication.anonymous = true\nauthorization.acl-file = \"" + acl + "\"\n");
        var own =
                new ConfigurationSource(
                        file,
                        null,
                        directory.resolve("own"),
                        Map.of("GODWIT_ADMIN__ENABLED", "false"));
        var loaded = own.load();
        Files.writeString(acl, "topic readwrite b/#\n");
        try (GodwitServer other = GodwitServer.start(loaded.configuration())) {
            other.follow(own, loaded);
            assertThat(other.reload("test").changes())
                    .extracting(ReloadPlan.Change::key)
                    .containsExactly("authorization.acl-file");
            assertThat(other.reload("again").changes()).isEmpty();
        }
    }

    @Test
    void whatChangesBeforeFilesAreWatchedIsAppliedWhenItBegins() throws Exception {
        write("authentication.anonymous = true\nreload.watch = true\n" + OTHER);
        var own =
                new ConfigurationSource(
                        file,
                        null,
                        directory.resolve("own"),
                        Map.of("GODWIT_ADMIN__ENABLED", "false"));
        var loaded = own.load();
        write("authentication.anonymous = true\nreload.watch = true\n");
        try (GodwitServer other = GodwitServer.start(loaded.configuration())) {
            assertThat(other.addresses()).containsOnlyKeys("tcp", "other");
            other.follow(own, loaded);
            assertThat(other.addresses()).containsOnlyKeys("tcp");
        }
    }

    @Test
    void aWatchedFileIsAppliedWhenItIsWritten() throws IOException {
        write("authentication.anonymous = true\nreload.watch = true\n" + OTHER);
        server.reload("begins to watch");
        write("authentication.anonymous = true\nreload.watch = true\n");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(server.addresses()).containsOnlyKeys("tcp"));
    }

    @Test
    void aServerWithoutAFileTakesConfigurationsOnly() throws Exception {
        var configuration = source.load().configuration().withDataDir(directory.resolve("own"));
        try (GodwitServer own = GodwitServer.start(configuration)) {
            assertThatThrownBy(() -> own.reload("test")).isInstanceOf(Refusal.class);
            assertThat(
                            own.reload(
                                            configuration.withListeners(
                                                    configuration.listeners().subList(0, 1)))
                                    .changes())
                    .isNotEmpty();
            assertThat(own.addresses()).hasSize(1);
        }
    }
}
