package io.godwit.client.brokers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A broker that is a process of its own. */
final class BrokerProcess implements TestBroker {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path directory;
    private final int port;
    private final List<String> command;
    private Process process;

    private BrokerProcess(Path directory, int port, List<String> command) throws IOException {
        this.directory = directory;
        this.port = port;
        this.command = command;
        this.process = start();
    }

    /** Debian's mosquitto. */
    static BrokerProcess mosquitto(Path directory) throws IOException {
        int port = freePort();
        Path file = directory.resolve("mosquitto.conf");
        Files.writeString(
                file,
                """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence true
                persistence_location %s/
                user root
                """
                        .formatted(port, directory));
        return new BrokerProcess(
                directory, port, List.of(Mosquitto.executable(), "-c", file.toString()));
    }

    /** HiveMQ CE, which {@code scripts/clients.sh} has built from {@code bench/peers/hivemq}. */
    static BrokerProcess hiveMq(Path directory) throws IOException {
        Path target = Path.of(property("godwit.root"), "bench/peers/hivemq/target");
        if (!Files.exists(target.resolve("peer.built"))) {
            throw new IOException(
                    "HiveMQ CE is not built: ./test does it, or install_hivemq of scripts/clients.sh");
        }
        int port = freePort();
        Path file = directory.resolve("config.xml");
        Files.writeString(
                file,
                """
                <hivemq>
                  <listeners>
                    <tcp-listener>
                      <port>%d</port>
                      <bind-address>127.0.0.1</bind-address>
                    </tcp-listener>
                  </listeners>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                  <persistence><mode>file</mode></persistence>
                </hivemq>
                """
                        .formatted(port));
        return new BrokerProcess(
                directory,
                port,
                List.of(
                        Path.of(property("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        target.resolve("classes") + ":" + target.resolve("dependency") + "/*",
                        "Peer",
                        file.toString(),
                        directory.toString()));
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process start() throws IOException {
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("broker.log").toFile()))
                        .start();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> {
                    if (!started.isAlive()) {
                        throw new IllegalStateException(
                                "the broker has ended: "
                                        + Files.readString(directory.resolve("broker.log")));
                    }
                    return isListening();
                });
        return started;
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void restart() throws IOException {
        close();
        process = start();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the broker does not end");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
