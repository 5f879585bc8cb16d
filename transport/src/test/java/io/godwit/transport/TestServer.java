package io.godwit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.netty.buffer.PoolArenaMetric;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A transport on a loopback port with {@link FrameConnection}s behind it. Closing it checks that
 * nothing went wrong, that each connection was closed once, and that every buffer was given back.
 */
final class TestServer implements AutoCloseable {

    private final TestTime time = new TestTime();

    private record Undecided(FrameConnection connection, Runnable move) {}

    private final NettyTransport transport;
    private final List<Shard> shards = new ArrayList<>();
    private final Listener listener;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<FrameConnection> all = new CopyOnWriteArrayList<>();
    private final BlockingQueue<FrameConnection> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Undecided> undecided = new LinkedBlockingQueue<>();
    private final Map<Integer, byte[]> payloads = new ConcurrentHashMap<>();

    TestServer(SocketKind kind, int loops) {
        this(kind, loops, 100_000);
    }

    TestServer(SocketKind kind, int loops, int maxSockets) {
        this(
                new NettyTransport(loops, maxSockets, kind),
                ListenerSettings.tcp("test", "127.0.0.1", 0));
    }

    /** A server of which the listener is this. */
    TestServer(NettyTransport transport, ListenerSettings settings) {
        this.transport = transport;
        for (EventLoop loop : transport.loops()) {
            shards.add(new Shard(shards.size(), loop, time, new Random(shards.size())));
        }
        transport.attach(shards);
        try {
            listener =
                    transport.listen(
                            settings,
                            (wire, shard, _) -> {
                                FrameConnection made = new FrameConnection(this, wire, shard);
                                all.add(made);
                                accepted.add(made);
                                return made;
                            });
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    NettyTransport transport() {
        return transport;
    }

    Listener listener() {
        return listener;
    }

    List<Shard> shards() {
        return shards;
    }

    InetSocketAddress address() {
        return listener.address();
    }

    /** Puts the clock forward, so that timers fire at the next tick. */
    void pass(Duration duration) {
        time.pass(duration);
    }

    FrameClient connect() throws IOException {
        return new FrameClient(address());
    }

    /** The next connection that was accepted. */
    FrameConnection accepted() throws InterruptedException {
        return taken(accepted.poll(20, TimeUnit.SECONDS));
    }

    private static <T> T taken(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("nothing came within 20 s");
        }
        return value;
    }

    void undecided(FrameConnection connection, Runnable move) {
        undecided.add(new Undecided(connection, move));
    }

    /** Waits for a connection whose CONNECT was read and is not decided. */
    Runnable awaitUndecided() throws InterruptedException {
        Undecided next = taken(undecided.poll(20, TimeUnit.SECONDS));
        return () -> next.connection().shard().loop().execute(next.move());
    }

    /** Bytes to send, always the same array for the same length. */
    byte[] payload(int bytes) {
        return payloads.computeIfAbsent(bytes, TestServer::newPayload);
    }

    static byte[] newPayload(int bytes) {
        byte[] made = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            made[i] = (byte) (i * 31 + (i >> 8));
        }
        return made;
    }

    void fail(Throwable failure) {
        failures.add(failure);
    }

    /** Buffers that are out, in the pool's caches or in use; exact only when the loops ended. */
    private long activeBuffers() {
        return transport.allocator().metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    @Override
    public void close() {
        listener.close();
        assertThat(transport.stop(Duration.ofSeconds(20))).as("the loops end").isTrue();
        assertThat(failures).isEmpty();
        assertThat(all).allSatisfy(made -> assertThat(made.closes).hasValue(1));
        assertThat(transport.openSockets()).isZero();
        assertThat(activeBuffers()).as("buffers that were not given back").isZero();
    }
}
