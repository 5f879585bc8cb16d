package io.godwit.app;

import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.server.GodwitServer;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;

/**
 * What the Java machine is shown when the build makes its AOT cache, so that later starts find the
 * classes loaded and linked and know which methods are worth compiling: the real broker with its
 * store, on a port that the system chooses, and clients on loopback. Takes some seconds.
 */
final class Training {

    private static final Duration MOST_TIME = Duration.ofMinutes(2);
    private static final int CONNECTIONS = 1_500;

    /** Messages that a client sends at once, as clients of a busy broker do. */
    private static final int BATCH = 20;

    private static final int BATCHES = 150;
    private static final int SUBSCRIBERS = 4;

    private Training() {}

    /**
     * Runs it, and exits with 0 if all went well.
     *
     * @param arguments a directory for data, empty or missing
     */
    public static void main(String[] arguments) throws Exception {
        limit();
        run(Path.of(arguments[0]));
        System.exit(0);
    }

    /** The build waits for the training, and everybody who starts Godwit for the build. */
    static void limit() {
        Thread.ofPlatform().daemon().name("training-limit").start(Training::endIfItHangs);
    }

    private static void endIfItHangs() {
        try {
            Thread.sleep(MOST_TIME);
        } catch (InterruptedException over) {
            return;
        }
        System.err.println("the training did not end within " + MOST_TIME.toSeconds() + " s");
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Runtime.getRuntime().halt(1);
    }

    /** Starts a broker in a directory, empty or missing, drives it, and stops it. */
    static void run(Path folder) throws IOException, ConfigurationProblems, PacketException {
        Path file = Files.createDirectories(folder).resolve("training.conf");
        Files.writeString(file, "authentication { anonymous = true }\n");
        commands(file);
        Configuration configuration =
                Configuration.load(
                                file,
                                Map.of(
                                        "GODWIT_LISTENERS__TCP__PORT",
                                        "0",
                                        "GODWIT_ADMIN__PORT",
                                        "0"))
                        .withDataDir(folder.resolve("data"));
        try (GodwitServer server = GodwitServer.start(configuration)) {
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            StartupLines.of(
                            configuration,
                            server.addresses(),
                            server.adminAddress(),
                            server.recovered())
                    .forEach(nowhere::println);
            InetSocketAddress broker = Objects.requireNonNull(server.addresses().get("tcp"));
            for (ProtocolVersion version :
                    new ProtocolVersion[] {ProtocolVersion.V3_1_1, ProtocolVersion.V5}) {
                comeAndGo(broker, version);
                for (int qos = 0; qos <= 2; qos++) {
                    publish(broker, version, qos, 1, false);
                    publish(broker, version, qos, SUBSCRIBERS, false);
                }
            }
            publish(broker, ProtocolVersion.V3_1_1, 1, 1, true);
        }
    }

    private static void commands(Path file) {
        CommandLine godwit = GodwitCommand.commandLine();
        godwit.setOut(new PrintWriter(Writer.nullWriter()));
        godwit.setErr(new PrintWriter(Writer.nullWriter()));
        godwit.execute("--version");
        godwit.execute("--help");
        godwit.execute("--wrong"); // a class that is only looked at keeps others out of the cache
        godwit.execute("check", file.toString());
        godwit.execute("--test-config", "--config", file.toString());
        RunOptions.plain(List.of("--config", file.toString()));
        Main.run("--version");
    }

    private static void comeAndGo(InetSocketAddress broker, ProtocolVersion version)
            throws IOException, PacketException {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (TrainingClient client =
                    new TrainingClient(broker, version, "visitor-" + i, true)) {
                client.subscribe(TopicFilter.of("visitors/" + i), 0);
                client.disconnect();
            }
        }
    }

    private static void publish(
            InetSocketAddress broker,
            ProtocolVersion version,
            int qos,
            int subscribers,
            boolean kept)
            throws IOException, PacketException {
        String topic = "training/%s/%d/%d/%s".formatted(version, qos, subscribers, kept);
        TopicName name = TopicName.of(topic);
        List<TrainingClient> clients = new ArrayList<>();
        try (TrainingClient publisher = new TrainingClient(broker, version, topic, true)) {
            for (int i = 0; i < subscribers; i++) {
                clients.add(new TrainingClient(broker, version, topic + "/" + i, !kept));
                clients.getLast().subscribe(TopicFilter.of(topic), qos);
            }
            for (int i = 0; i < BATCHES; i++) {
                publisher.publish(name, qos, BATCH);
                for (TrainingClient subscriber : clients) {
                    subscriber.take(qos, BATCH);
                }
            }
            publisher.disconnect();
            for (TrainingClient subscriber : clients) {
                subscriber.disconnect();
            }
        } finally {
            for (TrainingClient subscriber : clients) {
                subscriber.close();
            }
        }
    }
}
