package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.frame;
import static io.godwit.transport.FrameClient.join;
import static io.godwit.transport.FrameConnection.CONNECT_LATER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** As {@link MoveTest}, over TLS: with both of its providers, and in both versions. */
class TlsMoveTest {

    @TempDir private static Path directory = Path.of("");
    private static ListenerSettings settings = ListenerSettings.tcp("test", "127.0.0.1", 0);
    private static @Nullable TlsClients clients;

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestAuthority authority = new TestAuthority(directory, "authority");
        var own = authority.server("localhost");
        settings = settings.withTls(TlsSettings.of(own.certificate(), own.key()));
        clients = new TlsClients(authority.certificate, null);
    }

    static Stream<Arguments> servers() {
        return Stream.of(SocketKind.values())
                .flatMap(kind ->
                        Stream.of(1, 2, 4)
                                .flatMap(loops ->
                                        Stream.of(SslProvider.JDK, SslProvider.OPENSSL_REFCNT)
                                                .flatMap(provider ->
                                                        Stream.of("TLSv1.2", "TLSv1.3")
                                                                .map(version ->
                                                                        Arguments.of(
                                                                                kind, loops,
                                                                                provider,
                                                                                version)))));
    }

    private static TestServer start(SocketKind kind, int loops, SslProvider provider) {
        return new TestServer(new NettyTransport(loops, 1_000, kind, provider), settings);
    }

    private static FrameClient connectTo(TestServer server, String version) throws IOException {
        return Objects.requireNonNull(clients).connect(server.address(), version);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void everyLoopCanMoveToEveryOther(
            SocketKind kind, int loops, SslProvider provider, String version) throws Exception {
        try (TestServer server = start(kind, loops, provider)) {
            List<FrameClient> connected = new ArrayList<>();
            for (int i = 0; i < loops * loops * 2; i++) {
                int home = i / loops % loops; // accepted by loop i % loops
                FrameClient client = connectTo(server, version);
                connected.add(client);
                assertThat(client.send(connect(home)).readBytes()).containsExactly(home);
                FrameConnection connection = server.accepted();
                assertThat(connection.shard().index()).isEqualTo(home);
                assertThat(connection.wire().origin().isEncrypted()).isTrue();
            }
            for (int round = 0; round < 10; round++) {
                String text = "round " + round + "x".repeat(round * 3_000);
                for (FrameClient client : connected) {
                    client.send(echo(text));
                }
                for (FrameClient client : connected) {
                    assertThat(client.readText()).isEqualTo(text);
                }
            }
            for (FrameClient client : connected) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void packetsBehindConnectInOneRecord(
            SocketKind kind, int loops, SslProvider provider, String version) throws Exception {
        try (TestServer server = start(kind, loops, provider)) {
            for (int i = 0; i < 2 * loops; i++) {
                try (FrameClient client = connectTo(server, version)) {
                    client.send(connect(i / 2 % loops), echo("first"), echo("second"));
                    assertThat(client.readBytes()).hasSize(1);
                    assertThat(client.readText()).isEqualTo("first");
                    assertThat(client.readText()).isEqualTo("second");
                    client.sendByteByByte(echo("third"));
                    assertThat(client.readText()).isEqualTo("third");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aRecordForEachByte(SocketKind kind, int loops, SslProvider provider, String version)
            throws Exception {
        try (TestServer server = start(kind, loops, provider)) {
            for (int i = 0; i < 2 * loops; i++) {
                try (FrameClient client = connectTo(server, version)) {
                    client.sendByteByByte(
                            join(connect(i / 2 % loops), echo("first"), echo("second")));
                    assertThat(client.readBytes()).hasSize(1);
                    assertThat(client.readText()).isEqualTo("first");
                    assertThat(client.readText()).isEqualTo("second");
                }
            }
        }
    }

    /** Records come in segments of one byte, the handshake's as well. */
    @ParameterizedTest
    @MethodSource("servers")
    void aSegmentForEachByte(SocketKind kind, int loops, SslProvider provider, String version)
            throws Exception {
        try (TestServer server = start(kind, loops, provider);
                Dribble dribble = new Dribble(server.address());
                FrameClient client =
                        Objects.requireNonNull(clients).connect(dribble.address(), version)) {
            client.send(connect(loops - 1), echo("first"), echo("second"));
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readText()).isEqualTo("first");
            assertThat(client.readText()).isEqualTo("second");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void everySplitWhileConnectIsDecided(
            SocketKind kind, int loops, SslProvider provider, String version) throws Exception {
        byte[] connect = frame(CONNECT_LATER, (byte) (loops - 1));
        byte[] behind = join(echo("first"), echo("second"));
        try (TestServer server = start(kind, loops, provider)) {
            for (int split = 0; split <= behind.length; split += 3) {
                try (FrameClient client = connectTo(server, version)) {
                    client.send(connect, Arrays.copyOf(behind, split));
                    Runnable decide = server.awaitUndecided();
                    client.send(Arrays.copyOfRange(behind, split, behind.length));
                    decide.run();
                    assertThat(client.readBytes()).hasSize(1);
                    assertThat(client.readText()).isEqualTo("first");
                    assertThat(client.readText()).isEqualTo("second");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aCloseDuringTheMoveClosesOnce(
            SocketKind kind, int loops, SslProvider provider, String version) throws Exception {
        try (TestServer server = start(kind, loops, provider)) {
            List<FrameConnection> connections = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                FrameClient client = connectTo(server, version);
                client.send(frame(CONNECT_LATER, (byte) (i % loops)), echo("behind"));
                Runnable decide = server.awaitUndecided();
                connections.add(server.accepted());
                Thread race = Thread.ofPlatform().start(decide);
                if (i % 2 == 0) {
                    client.reset();
                } else {
                    client.close(); // says good-bye
                }
                race.join();
            }
            for (FrameConnection connection : connections) {
                connection.awaitClosed();
                assertThat(connection.arrivals.get()).isLessThanOrEqualTo(1);
            }
        }
    }

    /** An end without it would look like an attacker's cutting off what comes last. */
    @ParameterizedTest
    @MethodSource("servers")
    void theLastPacketIsFollowedByCloseNotify(
            SocketKind kind, int loops, SslProvider provider, String version) throws Exception {
        try (TestServer server = start(kind, loops, provider)) {
            FrameClient client = connectTo(server, version);
            client.send(connect(loops - 1), frame(FrameConnection.QUIT, "bye".getBytes(UTF_8)));
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readText()).isEqualTo("bye");
            assertThat(client.read()).isEqualTo(-1); // the JDK throws if the connection just ends
            client.close();
            server.accepted().awaitClosed();
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void muchInBothDirections(SocketKind kind, int loops, SslProvider provider, String version)
            throws Exception {
        int size = 3_000_000;
        try (TestServer server = start(kind, loops, provider);
                FrameClient client = connectTo(server, version)) {
            client.send(connect(loops - 1));
            assertThat(client.readBytes()).hasSize(1);
            for (byte command : new byte[] {FrameConnection.SEND, FrameConnection.SHARE}) {
                client.send(FrameClient.ask(command, size));
                assertThat(client.readBytes()).isEqualTo(TestServer.newPayload(size));
            }
            byte[] large = TestServer.newPayload(300_000);
            client.send(frame(FrameConnection.ECHO, large));
            assertThat(client.readBytes()).isEqualTo(large);
        }
    }

    @Test
    void openSslIsThereToBeTested() {
        assertThat(NettyTransport.tlsProvider()).startsWith("OpenSSL (BoringSSL");
    }
}
