package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.UnixPeer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix domain sockets: their files, and who is at the other end. */
class UnixSocketTest {

    @TempDir private Path directory = Path.of("");

    private ListenerSettings at(Path path, String mode) {
        return new ListenerSettings(
                "unix", new Endpoint.Unix(path, mode, null, null), null, null, null);
    }

    private Path path() {
        return directory.resolve("mqtt.sock");
    }

    private TestServer start() {
        return new TestServer(
                new NettyTransport(2, 100, SocketKind.EPOLL), at(path(), "rw-rw----"));
    }

    private static Listener open(TestServer server, ListenerSettings settings) throws IOException {
        return server.transport()
                .listen(settings, (wire, shard, _) -> new FrameConnection(server, wire, shard));
    }

    private static void expectService(Path path) throws IOException {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(path));
            client.write(ByteBuffer.wrap(join(connect(1), echo("hello"))));
            ByteBuffer answer = ByteBuffer.allocate(4 + 1 + 4 + 5);
            while (answer.hasRemaining()) {
                assertThat(client.read(answer)).isPositive();
            }
            assertThat(new String(answer.array(), 9, 5)).isEqualTo("hello");
        }
    }

    @Test
    void itServesAndKnowsWhoIsThere() throws Exception {
        try (TestServer server = start()) {
            expectService(path());
            FrameConnection connection = server.accepted();
            connection.awaitClosed();
            Origin origin = connection.wire().origin();
            assertThat(origin.address()).isNull();
            UnixPeer unixPeer = Objects.requireNonNull(origin.unixPeer());
            assertThat(unixPeer.process()).isEqualTo((int) ProcessHandle.current().pid());
            assertThat(unixPeer.user()).isEqualTo(Files.getAttribute(directory, "unix:uid"));
            assertThat(connection.wire().peer())
                    .isEqualTo(
                            "process %d of user %d"
                                    .formatted(
                                            origin.unixPeer().process(), origin.unixPeer().user()));
        }
    }

    @Test
    void theFileHasItsModeAndGoesWithTheListener() throws Exception {
        try (TestServer server = start()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                    .isEqualTo("rw-rw----");
            assertThat(server.listener().settings().type()).isEqualTo("unix");
        }
        assertThat(path()).doesNotExist();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatAKilledProcessLeftIsReplaced() throws Exception {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path()));
        } // the file stays
        assertThat(path()).exists();
        try (TestServer server = start()) {
            expectService(path());
            assertThat(server.accepted()).isNotNull();
        }
    }

    @Test
    void aSocketThatIsServedIsLeftAlone() throws Exception {
        try (TestServer server = start()) {
            assertThatThrownBy(() -> open(server, at(path(), "rw-------")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("listener unix: cannot listen on " + path())
                    .hasMessageContaining("another process serves this socket");
            expectService(path());
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("precious"), "text");
        try (TestServer server = start()) {
            assertThatThrownBy(() -> open(server, at(file, "rw-------")))
                    .hasMessageContaining("there is a file, which is no socket");
            assertThat(file).hasContent("text");
        }
    }

    @Test
    void whatTheSystemCannotDoIsSaidInWords() throws Exception {
        try (TestServer server = start()) {
            Path deep = directory.resolve("x".repeat(120));
            assertThatThrownBy(() -> open(server, at(deep, "rw-------")))
                    .hasMessageContaining("bytes, and the system takes");
            Path nowhere = directory.resolve("missing/mqtt.sock");
            assertThatThrownBy(() -> open(server, at(nowhere, "rw-------")))
                    .hasMessageContaining("cannot listen on " + nowhere);
            var owner =
                    new Endpoint.Unix(directory.resolve("o"), "rw-------", "no-such-user", null);
            assertThatThrownBy(() ->
                            open(server, new ListenerSettings("unix", owner, null, null, null)))
                    .hasMessageContaining("knows no user no-such-user");
            assertThat(directory.resolve("o")).doesNotExist();
        }
        try (TestServer server = new TestServer(SocketKind.NIO, 1)) {
            assertThatThrownBy(() -> open(server, at(path(), "rw-------")))
                    .hasMessageContaining("Unix domain sockets need epoll");
        }
    }
}
