package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AcceptTest {

    /** One of IPv6 would take the addresses of both for 0.0.0.0, whatever is said of IPv4. */
    @ParameterizedTest
    @EnumSource
    void aListenerOnAnAddressOfIpv4IsNoneOfIpv6(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1)) {
            String port = ":%04X".formatted(server.address().getPort());
            assertThat(listening(Path.of("/proc/net/tcp"))).contains("0100007F" + port);
            Path ofIpv6 = Path.of("/proc/net/tcp6");
            if (Files.exists(ofIpv6)) {
                assertThat(listening(ofIpv6)).noneMatch(place -> place.endsWith(port));
            }
        }
    }

    /** The places of the sockets that listen; others may have had the port lately. */
    private static List<String> listening(Path table) throws IOException {
        return Files.readAllLines(table).stream()
                .map(line -> line.strip().split(" +"))
                .filter(columns -> columns[3].equals("0A"))
                .map(columns -> columns[1])
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void oneSocketTooManyIsClosedAtOnce(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 2, 2);
                FrameClient first = server.connect();
                FrameClient second = server.connect();
                FrameClient third = server.connect()) {
            assertThat(third.read()).isEqualTo(-1);
            assertThat(server.transport().openSockets()).isEqualTo(2);
            first.close();
            await().until(() -> server.transport().openSockets() == 1);
            try (FrameClient fourth = server.connect()) {
                fourth.send(echo("in"));
                assertThat(fourth.readText()).isEqualTo("in");
            }
            second.send(echo("still there"));
            assertThat(second.readText()).isEqualTo("still there");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatIsBoundAcceptsNothingBeforeItIsTold(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1)) {
            AtomicInteger accepted = new AtomicInteger();
            Listener bound = bind(server, accepted);
            try (FrameClient early = new FrameClient(bound.address())) {
                early.send(echo("early"));
                expectTurns(server);
                assertThat(accepted).hasValue(0);
                bound.accept();
                assertThat(early.readText()).isEqualTo("early");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatWasOnlyBoundIsClosedWithoutAcceptingAnything(SocketKind kind)
            throws Exception {
        try (TestServer server = new TestServer(kind, 1)) {
            AtomicInteger accepted = new AtomicInteger();
            Listener bound = bind(server, accepted);
            try (FrameClient early = new FrameClient(bound.address())) {
                early.send(echo("early"));
                expectTurns(server);
                bound.close();
                assertThat(hasEnded(early)).isTrue();
                assertThat(accepted).hasValue(0);
            }
        }
    }

    private static Listener bind(TestServer server, AtomicInteger accepted) throws IOException {
        return server.transport()
                .bind(
                        ListenerSettings.tcp("bound", "127.0.0.1", 0),
                        (wire, shard, _) -> {
                            accepted.incrementAndGet();
                            return new FrameConnection(server, wire, shard);
                        });
    }

    /** The one loop looks at all that is ready several times. */
    private static void expectTurns(TestServer server) throws IOException {
        for (int i = 0; i < 3; i++) {
            try (FrameClient other = server.connect()) {
                other.send(echo("a turn"));
                assertThat(other.readText()).isEqualTo("a turn");
            }
        }
    }

    private static boolean hasEnded(FrameClient client) throws IOException {
        try {
            return client.read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedListenerRefusesAndItsConnectionsStay(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 2);
                FrameClient client = server.connect()) {
            server.accepted();
            server.listener().close();
            await().until(() -> isRefused(server)); // the JDK closes with the selector's next turn
            client.send(echo("still there"));
            assertThat(client.readText()).isEqualTo("still there");
        }
    }

    private static boolean isRefused(TestServer server) throws IOException {
        try (FrameClient _ = server.connect()) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTakenPortIsSaidClearly(SocketKind kind) {
        try (TestServer server = new TestServer(kind, 1)) {
            int port = server.address().getPort();
            assertThatThrownBy(() -> listen(server, "127.0.0.1", port))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("listener other: cannot listen on 127.0.0.1:" + port)
                    .hasMessageContaining("another process has the port")
                    .hasMessageContaining("choose another port");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAddressOfAnotherMachineIsSaidClearly(SocketKind kind) {
        try (TestServer server = new TestServer(kind, 1)) {
            assertThatThrownBy(() -> listen(server, "192.0.2.1", 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the address is not one of this machine's");
            assertThatThrownBy(() -> listen(server, "no such host", 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no such host is not a name or an address");
        }
    }

    private static Listener listen(TestServer server, String host, int port) throws IOException {
        return server.transport()
                .listen(
                        ListenerSettings.tcp("other", host, port),
                        (wire, shard, _) -> new FrameConnection(server, wire, shard));
    }

    @ParameterizedTest
    @EnumSource
    void thePeerIsWrittenAsAPersonDoes(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = server.connect()) {
            FrameConnection connection = server.accepted();
            client.close();
            connection.awaitClosed();
            assertThat(connection.wire().peer()).isEqualTo("127.0.0.1:" + client.port());
        }
    }

    @ParameterizedTest
    @EnumSource
    void tenThousandConnectsLeaveNothingBehind(SocketKind kind) throws Exception {
        int connects = 10_000;
        int threads = 8;
        try (TestServer server = new TestServer(kind, 2);
                ExecutorService clients = Executors.newFixedThreadPool(threads)) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                work.add(() -> {
                    int answered = 0;
                    for (int j = 0; j < connects / threads; j++) {
                        FrameClient client = server.connect();
                        client.send(connect(j % 2), echo("x"));
                        answered += client.readBytes().length;
                        client.reset(); // leaves no port waiting
                    }
                    return answered;
                });
            }
            int answered = 0;
            for (Future<Integer> done : clients.invokeAll(work)) {
                answered += done.get();
            }
            assertThat(answered).isEqualTo(connects);
            await().until(() -> server.transport().openSockets() == 0);
        }
    }
}
