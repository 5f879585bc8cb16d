package io.godwit.app.messages;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A broker that others wrote, as a process, on loopback. */
final class OtherBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final int port;
    private final Process process;

    private OtherBroker(Path directory, int port, List<String> command) throws IOException {
        this.port = port;
        Path log = directory.resolve("broker.log");
        this.process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it has ended: " + Files.readString(log));
                    }
                    return isListening();
                });
    }

    /** Debian's mosquitto, which says each second how many clients there are. */
    static OtherBroker mosquitto(Path directory) throws IOException {
        int port = TestBroker.closedPort();
        Path file =
                Files.writeString(
                        directory.resolve("mosquitto.conf"),
                        """
                        listener %d 127.0.0.1
                        allow_anonymous true
                        sys_interval 1
                        """
                                .formatted(port));
        return new OtherBroker(
                directory, port, List.of("/usr/sbin/mosquitto", "-c", file.toString()));
    }

    /** HiveMQ CE, which {@code scripts/clients.sh} has built from {@code bench/peers/hivemq}. */
    static OtherBroker hiveMq(Path directory) throws IOException {
        Path target = Path.of(property("godwit.root"), "bench/peers/hivemq/target");
        if (!Files.exists(target.resolve("peer.built"))) {
            throw new IOException(
                    "HiveMQ CE is not built: ./test does it, or install_hivemq of scripts/clients.sh");
        }
        int port = TestBroker.closedPort();
        Path file =
                Files.writeString(
                        directory.resolve("config.xml"),
                        """
                        <hivemq>
                          <listeners>
                            <tcp-listener>
                              <port>%d</port>
                              <bind-address>127.0.0.1</bind-address>
                            </tcp-listener>
                          </listeners>
                          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                          <persistence><mode>in-memory</mode></persistence>
                        </hivemq>
                        """
                                .formatted(port));
        return new OtherBroker(
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

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
