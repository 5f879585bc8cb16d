package io.godwit.transport;

import static io.godwit.transport.FrameClient.ask;
import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameConnection.SEND;
import static io.godwit.transport.FrameConnection.SHARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.spi.Wire;
import io.netty.buffer.PoolArenaMetric;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WritingTest {

    /** More than the buffers of both sockets take. */
    private static final int MUCH = 20_000_000;

    @ParameterizedTest
    @EnumSource
    void aSlowReaderGetsAllAndItsMemoryComesBack(SocketKind kind) throws Exception {
        for (byte how : new byte[] {SEND, SHARE}) {
            try (TestServer server = new TestServer(kind, 2);
                    FrameClient client = new FrameClient(server.address(), 4_096)) {
                client.send(connect(1));
                assertThat(client.readBytes()).hasSize(1);
                FrameConnection connection = server.accepted();
                client.send(ask(how, MUCH));
                await().until(() -> connection.unsent > Wire.LOW_MARK);
                assertThat(connection.writables).hasValue(0);
                assertThat(client.readBytes()).isEqualTo(server.payload(MUCH));
                await().until(() -> connection.writables.get() >= 1);
                assertThat(connection.unsent).isLessThanOrEqualTo(Wire.LOW_MARK);
                await().until(() -> server.transport().allocator().pinnedDirectMemory() == 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatStopsAndGoesOnGetsAllInOrder(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = new FrameClient(server.address(), 4_096)) {
            FrameConnection connection = server.accepted();
            for (int round = 0; round < 10; round++) {
                int bytes = 3_000_000 + round;
                client.send(ask(round % 2 == 0 ? SEND : SHARE, bytes), FrameClient.echo("small"));
                connection.onLoop(() -> {});
                assertThat(client.readBytes()).isEqualTo(server.payload(bytes));
                assertThat(client.readText()).isEqualTo("small");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void smallPacketsForAPeerThatDoesNotReadWaitInFullBuffers(SocketKind kind) throws Exception {
        int turns = 5_000;
        int packet = 20;
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = new FrameClient(server.address(), 4_096)) {
            FrameConnection connection = server.accepted();
            client.send(ask(SEND, MUCH));
            await().until(() -> connection.unsent > Wire.LOW_MARK);
            long before = server.transport().allocator().pinnedDirectMemory();
            for (int i = 0; i < turns; i++) {
                connection.onLoop(() -> {
                    connection.wire().allocate(packet).putInt(packet - 4);
                    connection.wire().commit(packet);
                    connection.wire().flush();
                });
            }
            long after = server.transport().allocator().pinnedDirectMemory();
            assertThat(after - before).isLessThanOrEqualTo(2L * turns * packet);
            assertThat(client.readBytes()).hasSize(MUCH);
            for (int i = 0; i < turns; i++) {
                assertThat(client.readBytes()).hasSize(packet - 4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscribersShareOneCopyOfAPayload(SocketKind kind) throws Exception {
        int size = 500_000;
        try (TestServer server = new TestServer(kind, 1)) {
            List<FrameClient> clients = new ArrayList<>();
            List<FrameConnection> connections = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(server.connect());
                connections.add(server.accepted());
            }
            long before = largeAllocations(server);
            connections
                    .getFirst()
                    .onLoop(() -> {
                        for (FrameConnection each : connections) {
                            each.wire().allocate(4).putInt(size);
                            each.wire().commit(4);
                            each.wire().share(server.payload(size));
                            each.wire().flush();
                        }
                    });
            assertThat(largeAllocations(server) - before).isEqualTo(1);
            for (FrameClient client : clients) {
                assertThat(client.readBytes()).isEqualTo(server.payload(size));
                client.close();
            }
            await().until(() -> server.transport().allocator().pinnedDirectMemory() == 0);
        }
    }

    private static long largeAllocations(TestServer server) {
        return server.transport().allocator().metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numNormalAllocations)
                .sum();
    }

    @ParameterizedTest
    @EnumSource
    void nothingStaysWithAConnectionThatIsIdle(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 2);
                FrameClient client = server.connect()) {
            client.send(connect(1), FrameClient.echo("one"));
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readText()).isEqualTo("one");
            await().until(() -> server.transport().allocator().pinnedDirectMemory() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writingAfterTheEndIsHarmless(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = server.connect()) {
            FrameConnection connection = server.accepted();
            Wire wire = connection.wire();
            connection.onLoop(() -> {
                wire.close();
                wire.allocate(8).putLong(1);
                wire.commit(8);
                wire.share(server.payload(100_000));
                wire.flush();
                assertThat(wire.unsent()).isZero();
            });
            assertThat(client.read()).isEqualTo(-1);
            client.close();
            connection.awaitClosed();
            connection.onLoop(() -> {
                wire.allocate(8).putLong(1);
                wire.commit(8);
                wire.share(server.payload(100_000));
                wire.flush();
                wire.pauseReading();
                wire.resumeReading();
                wire.close();
                assertThat(wire.unsent()).isZero();
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLentBufferStaysValidWhateverHappens(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient client = new FrameClient(server.address(), 4_096)) {
            FrameConnection connection = server.accepted();
            client.send(ask(SEND, MUCH));
            await().until(() -> connection.unsent > Wire.LOW_MARK);
            Wire wire = connection.wire();
            AtomicReference<ByteBuffer> lent = new AtomicReference<>();
            connection.onLoop(() -> {
                wire.allocate(8).putInt(4).putInt(1);
                wire.commit(8);
                wire.flush();
                lent.set(wire.allocate(8).putInt(4));
            });
            assertThat(client.readBytes()).hasSize(MUCH);
            assertThat(client.readBytes()).containsExactly(0, 0, 0, 1); // while the other is lent
            connection.onLoop(() -> {
                lent.get().putInt(2);
                wire.commit(8);
                wire.flush();
                lent.set(wire.allocate(8).putInt(4).putInt(3));
                wire.close();
                wire.commit(8);
            });
            assertThat(client.readBytes()).containsExactly(0, 0, 0, 2);
            assertThat(client.read()).isEqualTo(-1);
        }
    }
}
