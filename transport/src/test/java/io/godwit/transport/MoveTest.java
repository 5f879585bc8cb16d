package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.frame;
import static io.godwit.transport.FrameClient.join;
import static io.godwit.transport.FrameConnection.CONNECT_LATER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.shard.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection moves to its home loop, whatever comes before, behind and meanwhile. */
class MoveTest {

    static Stream<Arguments> servers() {
        return Stream.of(SocketKind.values())
                .flatMap(kind -> Stream.of(1, 2, 4).map(loops -> Arguments.of(kind, loops)));
    }

    /** While it moves no loop has it, and whoever goes through them does not find it. */
    @ParameterizedTest
    @EnumSource
    void whoIsOnTheWayWhenItsListenerGoesIsClosed(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 2);
                FrameClient client = server.connect()) {
            client.send(frame(CONNECT_LATER, (byte) 1));
            Runnable decide = server.awaitUndecided();
            FrameConnection connection = server.accepted();
            EventLoop loop = connection.shard().loop();
            assertThat(connection.shard().index()).isZero();
            CountDownLatch leaves = new CountDownLatch(1);
            CountDownLatch told = new CountDownLatch(1);
            loop.execute(() -> {
                decide.run();
                loop.execute(() -> { // behind what asks it to leave, which is to be done next
                    leaves.countDown();
                    reached(told);
                });
            });
            reached(leaves);
            CompletableFuture<Void> all = server.listener().closeConnections();
            told.countDown();
            all.get(20, TimeUnit.SECONDS);
            assertThat(client.read()).isEqualTo(-1);
            connection.awaitClosed();
            assertThat(connection.arrivals).hasValue(0);
        }
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The connection counts it, since it may be more than there is memory for. */
    @ParameterizedTest
    @MethodSource("servers")
    void whatComesWhileConnectIsDecidedIsTold(SocketKind kind, int loops) throws Exception {
        try (TestServer server = new TestServer(kind, loops);
                FrameClient client = server.connect()) {
            client.send(frame(CONNECT_LATER, (byte) (loops - 1)));
            Runnable decide = server.awaitUndecided();
            FrameConnection connection = server.accepted();
            byte[] behind = echo("behind");
            client.send(behind);
            await().until(() -> connection.kept == behind.length);
            decide.run();
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readText()).isEqualTo("behind");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void everyLoopCanMoveToEveryOther(SocketKind kind, int loops) throws Exception {
        try (TestServer server = new TestServer(kind, loops)) {
            List<FrameClient> clients = new ArrayList<>();
            for (int i = 0; i < loops * loops * 3; i++) {
                int home = i / loops % loops; // accepted by loop i % loops
                FrameClient client = server.connect().send(connect(home));
                clients.add(client);
                assertThat(client.readBytes()).containsExactly(home);
                FrameConnection connection = server.accepted();
                assertThat(connection.shard().index()).isEqualTo(home);
            }
            for (int round = 0; round < 20; round++) {
                for (FrameClient client : clients) {
                    client.send(echo("round " + round + " " + client.port()));
                }
                for (FrameClient client : clients) {
                    assertThat(client.readText()).isEqualTo("round " + round + " " + client.port());
                }
            }
            for (FrameClient client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void packetsBehindConnectInOneSegment(SocketKind kind, int loops) throws Exception {
        try (TestServer server = new TestServer(kind, loops)) {
            for (int i = 0; i < 2 * loops; i++) {
                byte[] cutOff = echo("third");
                try (FrameClient client = server.connect()) {
                    client.send(connect(i / 2 % loops), echo("first"), echo("second"));
                    assertThat(client.readBytes()).hasSize(1);
                    assertThat(client.readText()).isEqualTo("first");
                    assertThat(client.readText()).isEqualTo("second");
                    client.sendByteByByte(cutOff);
                    assertThat(client.readText()).isEqualTo("third");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void byteByByte(SocketKind kind, int loops) throws Exception {
        try (TestServer server = new TestServer(kind, loops)) {
            for (int i = 0; i < 2 * loops; i++) {
                try (FrameClient client = server.connect()) {
                    client.sendByteByByte(
                            join(connect(i / 2 % loops), echo("first"), echo("second")));
                    assertThat(client.readBytes()).hasSize(1);
                    assertThat(client.readText()).isEqualTo("first");
                    assertThat(client.readText()).isEqualTo("second");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void everySplitIntoTwoSegmentsWhileConnectIsDecided(SocketKind kind, int loops)
            throws Exception {
        byte[] connect = frame(CONNECT_LATER, (byte) (loops - 1));
        byte[] behind = join(echo("first"), echo("second"));
        try (TestServer server = new TestServer(kind, loops)) {
            for (int split = 0; split <= behind.length; split++) {
                try (FrameClient client = server.connect()) {
                    byte[] early = new byte[split];
                    byte[] late = new byte[behind.length - split];
                    System.arraycopy(behind, 0, early, 0, early.length);
                    System.arraycopy(behind, split, late, 0, late.length);
                    client.send(connect, early);
                    Runnable decide = server.awaitUndecided();
                    client.send(late);
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
    void whatAPeerSentBeforeItClosedIsStillGiven(SocketKind kind, int loops) throws Exception {
        for (int length : new int[] {1, 1_000, 300_000}) { // the last is more than is read at once
            try (TestServer server = new TestServer(kind, loops)) {
                byte[] behind = echo("x".repeat(length));
                FrameClient client = server.connect();
                client.send(frame(CONNECT_LATER, (byte) (loops - 1)), behind);
                Runnable decide = server.awaitUndecided();
                FrameConnection connection = server.accepted();
                client.endOutput();
                decide.run();
                assertThat(client.readBytes()).hasSize(1);
                connection.awaitClosed();
                assertThat(connection.receivedBytes).isEqualTo(6 + behind.length);
                client.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aPeerThatEndsItsSideBehindConnectIsStillAnswered(SocketKind kind, int loops)
            throws Exception {
        try (TestServer server = new TestServer(kind, loops)) {
            FrameClient client = server.connect();
            client.send(frame(CONNECT_LATER, (byte) (loops - 1)));
            Runnable decide = server.awaitUndecided();
            FrameConnection connection = server.accepted();
            client.endOutput();
            for (int i = 0; i < loops; i++) { // until each loop has seen what came before
                try (FrameClient other = server.connect()) {
                    assertThat(other.send(echo("other")).readText()).isEqualTo("other");
                }
            }
            decide.run();
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.read()).isEqualTo(-1);
            connection.awaitClosed();
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aResetDuringTheMoveClosesOnce(SocketKind kind, int loops) throws Exception {
        try (TestServer server = new TestServer(kind, loops)) {
            List<FrameConnection> connections = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                FrameClient client = server.connect();
                client.send(frame(CONNECT_LATER, (byte) (i % loops)), echo("behind"));
                Runnable decide = server.awaitUndecided();
                connections.add(server.accepted());
                Thread race = Thread.ofPlatform().start(decide);
                client.reset();
                race.join();
            }
            for (FrameConnection connection : connections) {
                connection.awaitClosed();
                assertThat(connection.arrivals.get()).isLessThanOrEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void closedByUsBeforeItArrives(SocketKind kind, int loops) throws Exception {
        try (TestServer server = new TestServer(kind, loops);
                FrameClient client = server.connect()) {
            client.send(frame(CONNECT_LATER, (byte) (loops - 1)));
            server.awaitUndecided();
            FrameConnection connection = server.accepted();
            connection
                    .shard()
                    .loop()
                    .execute(() -> {
                        connection
                                .wire()
                                .moveTo(
                                        server.shards().get(loops - 1),
                                        connection.arrivals::incrementAndGet);
                        connection.wire().close();
                    });
            assertThat(client.read()).isEqualTo(-1);
            client.close();
            connection.awaitClosed();
            assertThat(connection.arrivals).hasValue(0);
            await().untilAsserted(() -> assertThat(server.transport().openSockets()).isZero());
        }
    }
}
