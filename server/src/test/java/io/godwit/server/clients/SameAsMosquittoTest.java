package io.godwit.server.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.GodwitServer;
import io.godwit.server.clients.MosquittoCommands.Subscriber;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.mosquitto.MosquittoConfiguration;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The installed mosquitto and Godwit, started from the same files, let the same pass. */
@Timeout(300)
final class SameAsMosquittoTest {

    private static final Map<String, List<String>> WHO = who();

    private static final List<String> TOPICS =
            List.of(
                    "public/x",
                    "news/x",
                    "alice/x",
                    "alice/private/x",
                    "alice/in",
                    "bob/1/x",
                    "bob/1/2/x",
                    "data/alice/x",
                    "data/bob/x",
                    "clients/writer/x",
                    "clients/other/x",
                    "nobody/x");

    private static final String ACL =
            """
            # for everybody
            pattern readwrite public/#
            topic read news/#

            user alice
            topic readwrite alice/#
            topic deny alice/private/#
            topic news/+

            user bob
            topic write alice/in
            topic readwrite bob/+/x
            pattern readwrite data/%u/#
            pattern write clients/%c/#
            """;

    /** Mosquitto lets clients guess on, which a table of wrong passwords needs. */
    private static final Map<String, String> PATIENT =
            Map.of(
                    "GODWIT_ADMIN__ENABLED", "false",
                    "GODWIT_PROTECTION__BRUTE_FORCE__FAILURES", "0",
                    "GODWIT_PROTECTION__BRUTE_FORCE__ADDRESS_FAILURES", "0",
                    "GODWIT_PROTECTION__BRUTE_FORCE__LONGEST_DELAY", "0 s");

    @TempDir private Path directory = Path.of("");
    private final List<AutoCloseable> started = new ArrayList<>();

    private static Map<String, List<String>> who() {
        Map<String, List<String>> who = new LinkedHashMap<>();
        who.put("anonymous", List.of());
        who.put("alice", List.of("-u", "alice", "-P", "wonder"));
        who.put("bob", List.of("-u", "bob", "-P", "builder"));
        return who;
    }

    @BeforeEach
    void writeFiles() throws Exception {
        Path passwords = directory.resolve("passwd");
        passwd("-c", "-b", passwords.toString(), "alice", "wonder");
        passwd("-b", passwords.toString(), "bob", "builder");
        Files.writeString(directory.resolve("acl"), ACL);
    }

    private static void passwd(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("mosquitto_passwd"));
        command.addAll(List.of(arguments));
        assertThat(run(command)).isZero();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : started.reversed()) {
            each.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path configuration(String name, String template, int first, int second)
            throws IOException {
        String text =
                template.replace("FIRST", first + " 127.0.0.1")
                        .replace("SECOND", second + " 127.0.0.1")
                        .replace("DIR", directory.toString());
        return Files.writeString(directory.resolve(name), "user root\n" + text);
    }

    /** The ports of two listeners. */
    private int[] startMosquitto(String template) throws Exception {
        int[] ports = {freePort(), freePort()};
        Path file = configuration("mosquitto.conf", template, ports[0], ports[1]);
        Path system = Path.of("/usr/sbin/mosquitto");
        String program = Files.exists(system) ? system.toString() : "mosquitto";
        Process process =
                new ProcessBuilder(program, "-v", "-c", file.toString())
                        .redirectErrorStream(true)
                        .start();
        started.add(() -> process.destroyForcibly().waitFor());
        BufferedReader said = process.inputReader(UTF_8);
        for (String line = said.readLine(); ; line = said.readLine()) {
            assertThat(line).as("mosquitto starts").isNotNull();
            if (line.endsWith(" running")) {
                break;
            }
        }
        Thread.ofPlatform().daemon().start(() -> said.lines().forEach(_ -> {}));
        return ports;
    }

    private int[] startGodwit(String template) throws Exception {
        int[] ports = {freePort(), freePort()};
        Path file = configuration("godwit-mosquitto.conf", template, ports[0], ports[1]);
        LoadedConfiguration loaded = MosquittoConfiguration.load(file, PATIENT);
        GodwitServer server =
                GodwitServer.start(loaded.withDataDir(directory.resolve("data")).configuration());
        started.add(server);
        return ports;
    }

    private static int run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static int publish(
            int port, String version, List<String> who, String id, String topic, String payload)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "mosquitto_pub",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                "" + port,
                                "-V",
                                version,
                                "-i",
                                id,
                                "-q",
                                "1",
                                "-t",
                                topic,
                                "-m",
                                payload));
        command.addAll(who);
        return run(command);
    }

    /** Who gets in, on both listeners. */
    private static Map<String, Boolean> connects(int[] ports) throws Exception {
        Map<String, List<String>> all = new TreeMap<>(WHO);
        all.put("alice with a wrong password", List.of("-u", "alice", "-P", "wander"));
        all.put("alice without a password", List.of("-u", "alice"));
        all.put("mallory", List.of("-u", "mallory", "-P", "x"));
        Map<String, Boolean> outcome = new TreeMap<>();
        for (int i = 0; i < ports.length; i++) {
            for (String version : List.of("mqttv31", "mqttv311", "mqttv5")) {
                for (var who : all.entrySet()) {
                    int exit = publish(ports[i], version, who.getValue(), "c", "public/x", "hi");
                    outcome.put(who.getKey() + ", " + version + ", listener " + i, exit == 0);
                }
            }
        }
        return outcome;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listener FIRST\nlistener SECOND\npassword_file DIR/passwd\n",
                "listener FIRST\nlistener SECOND\npassword_file DIR/passwd\nallow_anonymous true\n",
                "listener FIRST\nlistener SECOND\nallow_anonymous true\n",
                "listener FIRST\nlistener SECOND\n",
                "per_listener_settings true\n"
                        + "listener FIRST\npassword_file DIR/passwd\n"
                        + "listener SECOND\nallow_anonymous true\npassword_file DIR/passwd\n"
            })
    void theSameClientsGetIn(String template) throws Exception {
        assertThat(connects(startGodwit(template))).isEqualTo(connects(startMosquitto(template)));
    }

    /** What each reader of everything gets when each writer writes everywhere. */
    private static Map<String, List<String>> deliveries(int port, ProtocolVersion version)
            throws Exception {
        String word = "mqttv" + version.toString().replace(".", "").replace("50", "5");
        var commands = new MosquittoCommands("127.0.0.1", port, version, List.of());
        Map<String, Subscriber> readers = new TreeMap<>();
        try {
            for (var reader : WHO.entrySet()) {
                List<String> arguments = new ArrayList<>(List.of("-t", "#", "-q", "1"));
                arguments.addAll(reader.getValue());
                readers.put(reader.getKey(), commands.sub(arguments.toArray(String[]::new)));
            }
            for (var writer : WHO.entrySet()) {
                for (String topic : TOPICS) {
                    publish(port, word, writer.getValue(), "writer", topic, writer.getKey());
                }
            }
            publish(port, word, List.of(), "last", "public/end", "end");
            Map<String, List<String>> got = new TreeMap<>();
            for (var reader : readers.entrySet()) {
                got.put(reader.getKey(), reader.getValue().until("end"));
            }
            return got;
        } finally {
            readers.values().forEach(Subscriber::close);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameMessagesReachTheSameClients(ProtocolVersion version) throws Exception {
        String template =
                "listener FIRST\nlistener SECOND\nallow_anonymous true\n"
                        + "password_file DIR/passwd\nacl_file DIR/acl\n";
        Map<String, List<String>> expected = deliveries(startMosquitto(template)[0], version);
        assertThat(expected.get("alice")).contains("1 0 alice/x alice").hasSizeGreaterThan(5);
        assertThat(deliveries(startGodwit(template)[1], version)).isEqualTo(expected);
    }
}
