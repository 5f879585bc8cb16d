package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.Persistence;
import io.godwit.transport.ListenerSettings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminSocketOfAServerTest {

    @TempDir private Path directory = Path.of("");

    private Configuration configuration(Path data) {
        return Configuration.defaults()
                .withDataDir(data)
                .withEventLoops(1)
                .withListeners(List.of(ListenerSettings.tcp("tcp", "127.0.0.1", 0)));
    }

    private static String ask(Path socket, String method, String path, String body)
            throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String request =
                    """
                    %s %s HTTP/1.1
                    Host: x
                    Connection: close
                    Content-Type: application/json
                    Content-Length: %d

                    %s\
                    """
                            .formatted(method, path, body.length(), body)
                            .replace("\n", "\r\n");
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    @Test
    void itIsThereWhileTheServerRuns() throws IOException {
        Path socket = directory.resolve("godwit.sock");
        try (GodwitServer server = GodwitServer.start(configuration(directory))) {
            assertThat(server.addresses()).hasSize(1);
            assertThat(ask(socket, "GET", "/api/v1/version", ""))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("{\"version\":\"" + Version.current() + "\"}");
        }
        assertThat(socket).doesNotExist();
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        try (GodwitServer server = GodwitServer.start(configuration(directory))) {
            assertThat(server.addresses()).hasSize(1);
            assertThat(ask(socket, "GET", "/api/v1/version", "")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatIsInMemoryIsNotBackedUp() throws IOException {
        Path backup = directory.resolve("backup");
        Persistence inMemory =
                new Persistence(
                        Persistence.Mode.MEMORY, Persistence.Durability.PROCESS, 0, Duration.ZERO);
        Configuration configuration = configuration(directory).withPersistence(inMemory);
        try (GodwitServer server = GodwitServer.start(configuration)) {
            assertThat(server.addresses()).hasSize(1);
            assertThat(
                            ask(
                                    directory.resolve("godwit.sock"),
                                    "POST",
                                    "/api/v1/backup",
                                    "{\"directory\": \"" + backup + "\"}"))
                    .startsWith("HTTP/1.1 409 ")
                    .contains("persistence.mode = memory");
        }
        assertThat(backup).doesNotExist();
    }

    @Test
    void whatIsOnDiskIsBackedUp() throws IOException {
        Path backup = directory.resolve("backup");
        try (GodwitServer server = GodwitServer.start(configuration(directory))) {
            assertThat(server.addresses()).hasSize(1);
            assertThat(
                            ask(
                                    directory.resolve("godwit.sock"),
                                    "POST",
                                    "/api/v1/backup",
                                    "{\"directory\": \"" + backup + "\"}"))
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(backup.resolve("CURRENT")).exists();
    }

    @Test
    void aServerThatCannotOpenItDoesNotStartAndLeavesNothingOpen() throws IOException {
        Path socket = Files.writeString(directory.resolve("godwit.sock"), "precious");
        assertThatThrownBy(() -> GodwitServer.start(configuration(directory)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is no socket");
        Files.delete(socket);
        try (GodwitServer server = GodwitServer.start(configuration(directory))) {
            assertThat(server.addresses()).hasSize(1);
        }
    }
}
