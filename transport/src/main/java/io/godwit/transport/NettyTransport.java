package io.godwit.transport;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Receiver;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loops, and the listeners whose sockets they serve. First the shards are made with the {@link
 * #loops}, then {@link #attach} ties them together, then {@link #listen} opens ports.
 *
 * <p>The JVM needs {@code --enable-native-access=ALL-UNNAMED} for epoll.
 */
public final class NettyTransport {

    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

    private static final int BACKLOG = 4096;
    private static final int PAGE = 8 << 10;
    private static final int PAGES_PER_CHUNK_LOG2 = 9;
    private static final int SMALL_CACHE = 256;
    private static final int NORMAL_CACHE = 64;

    private final SocketKind kind;
    private final @Nullable SslProvider encryption;
    private final MultiThreadIoEventLoopGroup group;
    private final List<NettyLoop> loops;
    private final PooledByteBufAllocator allocator;
    private final OpenSockets sockets;
    private boolean attached;
    private int opened;
    private final List<Listener> listeners = new ArrayList<>();

    /**
     * Makes the loops.
     *
     * @param loopCount 1 or more
     * @param maxSockets accepted sockets that may be open at once, over all listeners; one more is
     *     closed when it is accepted
     */
    public NettyTransport(int loopCount, int maxSockets, SocketKind kind) {
        this(loopCount, maxSockets, kind, null);
    }

    /**
     * The same with somebody to encrypt; null for the best, whose library is loaded when it is
     * needed.
     */
    NettyTransport(
            int loopCount, int maxSockets, SocketKind kind, @Nullable SslProvider encryption) {
        this.kind = kind;
        this.encryption = encryption;
        this.sockets = new OpenSockets(maxSockets);
        this.allocator =
                new PooledByteBufAllocator(
                        true,
                        0,
                        loopCount,
                        PAGE,
                        PAGES_PER_CHUNK_LOG2,
                        SMALL_CACHE,
                        NORMAL_CACHE,
                        false);
        this.group =
                new MultiThreadIoEventLoopGroup(
                        loopCount, new DefaultThreadFactory("godwit-loop"), kind.handlers());
        List<NettyLoop> made = new ArrayList<>();
        for (EventExecutor loop : group) {
            made.add(new NettyLoop((IoEventLoop) loop, allocator));
        }
        this.loops = List.copyOf(made);
    }

    /** The loops, one for each shard. */
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    /**
     * Ties each shard to its loop, which from now on calls {@link Shard#tick}.
     *
     * @param shards made with the {@link #loops}, in their order
     */
    public synchronized void attach(List<Shard> shards) {
        if (attached) {
            throw new IllegalStateException("the shards were attached before");
        }
        if (shards.size() != loops.size()) {
            throw new IllegalArgumentException(
                    shards.size() + " shards do not fit " + loops.size() + " loops");
        }
        for (int i = 0; i < loops.size(); i++) {
            if (shards.get(i).loop() != loops.get(i)) {
                throw new IllegalArgumentException("shard " + i + " has the loop of another");
            }
        }
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).attach(shards.get(i));
        }
        attached = true;
    }

    /**
     * Opens a listener. Its connections are spread over the loops.
     *
     * @throws IOException with the reason and the way out, for example if the port is taken
     */
    public Listener listen(ListenerSettings settings, Receiver.Acceptor acceptor)
            throws IOException {
        Listener listener = bind(settings, acceptor);
        listener.accept();
        return listener;
    }

    /**
     * Takes the place of a listener, but accepts nothing before {@link Listener#accept}: who
     * connects meanwhile waits in the system's queue.
     *
     * @throws IOException as {@link #listen}
     */
    public synchronized Listener bind(ListenerSettings settings, Receiver.Acceptor acceptor)
            throws IOException {
        if (!attached) {
            throw new IllegalStateException("attach() comes before bind()");
        }
        TlsContext tls = settings.tls() == null ? null : contextOf(settings, settings.tls());
        try {
            // Not a switch over types: the Java machine makes the first of them when it runs.
            return settings.endpoint() instanceof Endpoint.Tcp tcp
                    ? listenOnTcp(settings, tls, tcp, acceptor)
                    : listenOnUnix(settings, tls, (Endpoint.Unix) settings.endpoint(), acceptor);
        } catch (IOException failure) {
            if (tls != null) {
                tls.release();
            }
            throw failure;
        }
    }

    /** Certificates that are out of date are served all the same, since the rest may need them. */
    private TlsContext contextOf(ListenerSettings settings, TlsSettings tls) throws IOException {
        try {
            TlsContext context =
                    TlsContext.of(tls, encryption == null ? TlsContext.best() : encryption);
            context.material()
                    .outOfDate(Instant.now())
                    .ifPresent(problem ->
                            LOG.error("listener {}: {}", settings.name(), problem.getMessage()));
            return context;
        } catch (TlsProblem problem) {
            throw new IOException(
                    "listener %s: %s".formatted(settings.name(), problem.getMessage()), problem);
        }
    }

    /** Which library encrypts, in words: Netty's OpenSSL where it can be loaded, or the JDK. */
    public static String tlsProvider() {
        return TlsContext.provider();
    }

    private Listener listenOnTcp(
            ListenerSettings settings,
            @Nullable TlsContext tls,
            Endpoint.Tcp tcp,
            Receiver.Acceptor acceptor)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(tcp.bind(), tcp.port());
        if (address.isUnresolved()) {
            throw new IOException(
                    "listener %s: %s is not a name or an address that this machine knows"
                            .formatted(settings.name(), tcp.bind()));
        }
        ServerChannel channel = kind.newServerChannel(address.getAddress());
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        return bind(settings, tls, channel, address, null, acceptor);
    }

    private Listener listenOnUnix(
            ListenerSettings settings,
            @Nullable TlsContext tls,
            Endpoint.Unix unix,
            Receiver.Acceptor acceptor)
            throws IOException {
        if (kind != SocketKind.EPOLL) {
            throw new IOException(
                    "listener %s: Unix domain sockets need epoll, which this system does not have;"
                                    .formatted(settings.name())
                            + " use a listener of type tcp on 127.0.0.1");
        }
        UnixSocketFile file;
        try {
            file = UnixSocketFile.prepare(unix);
        } catch (IOException failure) {
            throw cannotListen(settings, failure);
        }
        ServerChannel channel = new EpollServerDomainSocketChannel();
        Listener listener = bind(settings, tls, channel, file.address(), file, acceptor);
        try {
            file.publish();
            return listener;
        } catch (IOException failure) {
            listener.close();
            throw cannotListen(settings, failure);
        }
    }

    private Listener bind(
            ListenerSettings settings,
            @Nullable TlsContext tls,
            ServerChannel channel,
            SocketAddress address,
            @Nullable UnixSocketFile file,
            Receiver.Acceptor acceptor)
            throws IOException {
        channel.config().setAllocator(allocator);
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        NettyLoop loop = loops.get(opened++ % loops.size());
        AcceptHandler accepting =
                new AcceptHandler(settings, tls, acceptor, loop, loops, allocator, sockets);
        channel.pipeline().addLast(accepting);
        ChannelFuture ready = loop.netty().register(channel).awaitUninterruptibly();
        if (ready.isSuccess()) {
            ready = channel.bind(address).awaitUninterruptibly();
        }
        if (!ready.isSuccess()) {
            channel.close();
            throw cannotListen(settings, ready.cause());
        }
        Listener listener = new Listener(accepting, channel, loops, file, this::forget);
        listeners.add(listener);
        return listener;
    }

    private synchronized void forget(Listener listener) {
        listeners.remove(listener);
    }

    private static IOException cannotListen(ListenerSettings settings, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        String wayOut = "";
        if (reason.contains("Address already in use")) {
            wayOut = "; another process has the port: stop that one, or choose another port";
        } else if (reason.contains("Permission denied")) {
            wayOut = "; ports below 1024 need a privilege: choose another port";
        } else if (reason.contains("assign requested address")) {
            wayOut = "; the address is not one of this machine's";
        }
        return new IOException(
                "listener %s: cannot listen on %s: %s%s"
                        .formatted(settings.name(), settings.endpoint(), reason, wayOut),
                cause);
    }

    /** Accepted sockets that are open now. Safe from any thread. */
    public int openSockets() {
        return sockets.count();
    }

    /**
     * Waits until all accepted sockets are closed. Not to be called on a loop.
     *
     * @return false if some were still open after that time
     */
    public boolean awaitClosed(Duration within) throws InterruptedException {
        return sockets.awaitNone(within);
    }

    PooledByteBufAllocator allocator() {
        return allocator;
    }

    /**
     * Closes all listeners and sockets and ends the loops. What was to be sent and was not is lost.
     * Not to be called on a loop.
     *
     * @param within how long to wait for the loops
     * @return whether they ended in time
     */
    public synchronized boolean stop(Duration within) {
        long end = System.nanoTime() + within.toNanos();
        List<Listener> open = List.copyOf(listeners);
        open.forEach(Listener::close);
        List<Future<?>> emptied = new ArrayList<>();
        for (NettyLoop loop : loops) {
            if (!loop.netty().isShuttingDown()) {
                emptied.add(loop.netty().submit(loop::closeAll));
            }
        }
        emptied.forEach(done -> done.awaitUninterruptibly(end - System.nanoTime(), NANOSECONDS));
        long left = Math.max(0, end - System.nanoTime());
        group.shutdownGracefully(0, left, NANOSECONDS);
        boolean ended = group.terminationFuture().awaitUninterruptibly(left, NANOSECONDS);
        if (ended) {
            open.forEach(Listener::release);
        }
        return ended;
    }
}
