package io.godwit.server.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.access.rules.AclFile;
import io.godwit.access.rules.RuleAuthorizer;
import io.godwit.broker.Broker;
import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.NettyTransport;
import io.godwit.transport.SocketKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One ACL file, and the same clients at Mosquitto and here: the same is delivered. */
@Timeout(120)
class MosquittoRulesTest {

    private static final String END = "end";

    /** Everybody may know when it is over. */
    private static final String ACL =
            """
            # anonymous clients
            topic read open/#
            topic readwrite anonymous
            topic read end

            user admin
            topic write #

            user alice
            topic read end
            topic read open/#
            topic write open/alice
            topic home/#
            topic deny home/safe/#
            topic deny home/+/key
            topic read +/lamp
            topic $test/a

            user with a blank
            topic read end
            topic read open/#

            user d+
            topic read end
            topic readwrite d

            user carol
            topic read end
            topic deny to/carol-id/private
            topic read $test/#
            topic   write   from/carol/deep/down

            pattern read end
            pattern read to/%c/#
            pattern write to/+/private
            pattern deny to/%c/secret
            pattern readwrite users/%u
            pattern write from/%u/%c
            pattern read level/%c

            user alice
            topic read later
            """;

    private static final List<String> TOPICS =
            List.of(
                    "open",
                    "open/a",
                    "open/alice",
                    "anonymous",
                    "home",
                    "home/x",
                    "home/safe",
                    "home/safe/x",
                    "home/a/key",
                    "home/lamp",
                    "other/lamp",
                    "$test/a",
                    "$test/b",
                    "later",
                    "d",
                    "to/c1",
                    "to/c1/x",
                    "to/c1/secret",
                    "to/carol-id/private",
                    "to/carol-id/x",
                    "to/a/b/x",
                    "level/a/b",
                    "users/alice",
                    "users/carol",
                    "users/",
                    "from/alice/c1",
                    "from/carol/carol-id",
                    "from/carol/deep/down",
                    "unknown");

    /** Client Identifiers and user names. */
    private static final Map<String, String> CLIENTS =
            new TreeMap<>(
                    Map.of(
                            "c1", "alice",
                            "carol-id", "carol",
                            "a/b", "erin",
                            "blank", "with a blank",
                            "plain", "d+",
                            "plus+", "alice",
                            "stranger", "nobody"));

    @TempDir private Path directory = Path.of("");

    /** A client and what it got. */
    private static final class Client implements AutoCloseable {

        private final MqttClient client;
        private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

        Client(int port, String clientId, @Nullable String userName) throws MqttException {
            client = new MqttClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
            client.setTimeToWait(20_000);
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            if (userName != null) {
                options.setUserName(userName);
                options.setPassword("any".toCharArray());
            }
            client.connect(options);
        }

        void subscribe() throws MqttException {
            for (String filter : List.of("#", "$test/#")) {
                client.subscribe(
                        filter,
                        1,
                        (topic, message) -> {
                            String text = new String(message.getPayload(), UTF_8);
                            got.add(topic + " " + text + (message.isRetained() ? " kept" : ""));
                        });
            }
        }

        void publish(String topic, String text, boolean isRetained) throws MqttException {
            client.publish(topic, text.getBytes(UTF_8), 1, isRetained);
        }

        /** What came before the message that says that it is over. */
        TreeSet<String> untilEnd(String mark) throws InterruptedException {
            TreeSet<String> all = new TreeSet<>();
            while (true) {
                String next = got.poll(30, TimeUnit.SECONDS);
                assertThat(next).as("%s waits, after %s", client.getClientId(), all).isNotNull();
                if (String.valueOf(next).equals(END + " " + mark)) {
                    return all;
                }
                all.add(next);
            }
        }

        @Override
        public void close() throws MqttException {
            client.disconnectForcibly(0, 1_000, true);
            client.close();
        }
    }

    @Test
    void theSameIsDelivered() throws Exception {
        Path acl = Files.writeString(directory.resolve("acl"), ACL);
        Map<String, TreeSet<String>> here = here(acl);
        Map<String, TreeSet<String>> there = atMosquitto(acl);
        assertThat(here).isEqualTo(there);
        // what makes it worth comparing
        assertThat(here.get("c1")).contains("home/x c1", "to/c1/x admin").hasSizeGreaterThan(20);
        assertThat(here.get("c1")).noneMatch(line -> line.startsWith("home/safe/x"));
        assertThat(here.get("a/b")).contains("level/a/b admin");
        assertThat(here.get("stranger")).doesNotContain("open/a admin");
        assertThat(here.get("late")).contains("home/x plus+ kept");
    }

    private Map<String, TreeSet<String>> here(Path acl) throws Exception {
        List<AclFile.Problem> problems = new ArrayList<>();
        RuleAuthorizer rules =
                new RuleAuthorizer(List.of(), AclFile.read(acl, problems), null, true);
        assertThat(problems).isEmpty();
        NettyTransport transport = new NettyTransport(1, 100, SocketKind.best());
        try {
            List<Shard> shards = new ArrayList<>();
            for (EventLoop loop : transport.loops()) {
                shards.add(new Shard(shards.size(), loop, Time.SYSTEM, new Random(1)));
            }
            Limits limits = Limits.defaults();
            Broker broker =
                    new Broker(
                            shards,
                            limits,
                            new InMemorySessionStore(),
                            new InMemoryRetainedStore(limits.retained()),
                            new AccessControl(
                                    (credentials, decided) ->
                                            decided.accept(
                                                    new Accepted(
                                                            new Identity(
                                                                    credentials.clientId(),
                                                                    credentials.userName()))),
                                    rules),
                            "godwit test",
                            7);
            transport.attach(shards);
            var listener = transport.listen(ListenerSettings.tcp("test", "127.0.0.1", 0), broker);
            return deliveries(listener.address().getPort());
        } finally {
            transport.stop(Duration.ofSeconds(10));
        }
    }

    private Map<String, TreeSet<String>> atMosquitto(Path acl) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path file =
                Files.writeString(
                        directory.resolve("mosquitto.conf"),
                        """
                        listener %d 127.0.0.1
                        allow_anonymous true
                        user root
                        acl_file %s
                        """
                                .formatted(port, acl));
        Process mosquitto =
                new ProcessBuilder(mosquitto(), "-c", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("mosquitto.log").toFile())
                        .start();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> accepts(port) || !mosquitto.isAlive());
            assertThat(mosquitto.isAlive())
                    .as(Files.readString(directory.resolve("mosquitto.log")))
                    .isTrue();
            return deliveries(port);
        } finally {
            mosquitto.destroyForcibly().waitFor();
        }
    }

    /** Debian has it where a user's path need not lead. */
    private static String mosquitto() {
        Path system = Path.of("/usr/sbin/mosquitto");
        return Files.isExecutable(system) ? system.toString() : "mosquitto";
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What each client gets of what all of them publish. */
    private static Map<String, TreeSet<String>> deliveries(int port) throws Exception {
        Map<String, TreeSet<String>> deliveries = new TreeMap<>();
        List<Client> clients = new ArrayList<>();
        try (Client admin = new Client(port, "admin", "admin")) {
            for (var each : CLIENTS.entrySet()) {
                clients.add(new Client(port, each.getKey(), each.getValue()));
            }
            clients.add(new Client(port, "anonymous", null));
            for (Client client : clients) {
                client.subscribe();
            }
            for (String topic : TOPICS) {
                admin.publish(topic, "admin", false);
                for (Client client : clients) {
                    client.publish(topic, client.client.getClientId(), true);
                }
            }
            admin.publish(END, "live", false);
            for (Client client : clients) {
                deliveries.put(client.client.getClientId(), client.untilEnd("live"));
            }
            Client late = new Client(port, "late", "alice");
            clients.add(late);
            late.subscribe();
            admin.publish(END, "retained", false);
            deliveries.put("late", late.untilEnd("retained"));
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
        return deliveries;
    }
}
