package io.godwit.gateway.sn;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.GatewayReceiver;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP port where clients of MQTT-SN are served, with one event loop of its own. Safe from any
 * thread.
 *
 * <p>The JVM needs {@code --enable-native-access=ALL-UNNAMED} for epoll.
 */
public final class SnListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SnListener.class);

    private static final int LARGEST = 65_536;
    private static final long STOP_SECONDS = 3;

    private final SnSettings settings;
    private final EventLoopGroup group;
    private final Channel channel;
    private final InetSocketAddress address;
    private final Loop loop;
    private volatile @Nullable SnGateway gateway;
    private @Nullable DeviceJournal journal;
    private boolean flushPending;

    private SnListener(SnSettings settings) throws IOException {
        this.settings = settings;
        SnSettings.Advertising advertise = settings.advertise();
        InetSocketAddress place = resolved(settings, settings.bind(), settings.port());
        if (advertise != null) {
            resolved(settings, advertise.address(), settings.port());
        }
        boolean epoll = Epoll.isAvailable();
        this.group =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("godwit-sn"),
                        epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        ChannelFuture bound =
                new Bootstrap()
                        .group(group)
                        .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                        .option(ChannelOption.SO_BROADCAST, advertise != null)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(LARGEST))
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(new Handler())
                        .bind(place)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw cannotListen(settings, bound.cause());
        }
        this.channel = bound.channel();
        this.address = (InetSocketAddress) channel.localAddress();
        this.loop = new Loop(channel.eventLoop());
    }

    private static InetSocketAddress resolved(SnSettings settings, String host, int port)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException(
                    "listener %s: %s is not a name or an address that this machine knows"
                            .formatted(settings.name(), host));
        }
        return address;
    }

    private static IOException cannotListen(SnSettings settings, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        String wayOut =
                reason.contains("Address already in use")
                        ? "; another process has the port: stop that one, or choose another port"
                        : "";
        return new IOException(
                "listener %s cannot listen on udp/%s:%d: %s%s"
                        .formatted(
                                settings.name(), settings.bind(), settings.port(), reason, wayOut),
                cause);
    }

    /**
     * Opens a port, which takes datagrams from {@link #accept} on; what comes meanwhile waits in
     * the system's queue.
     *
     * @param acceptor the broker
     * @param shards the broker's, whose loops run
     * @param random for what nobody may guess
     * @param directory where topic identifiers are kept beyond this process; null for nowhere
     * @throws IOException with the reason and the way out, for example if the port is taken
     * @throws IllegalArgumentException if a predefined topic is not valid
     */
    public static SnListener bind(
            SnSettings settings,
            GatewayReceiver.Acceptor acceptor,
            List<Shard> shards,
            Time time,
            RandomGenerator random,
            @Nullable Path directory)
            throws IOException {
        SnListener listener = new SnListener(settings);
        DeviceJournal journal = null;
        try {
            if (directory != null) {
                Path file = directory.resolve(settings.name() + ".topics");
                journal = DeviceJournal.open(file, listener.loop);
            }
        } catch (IOException unusable) {
            listener.close();
            throw unusable;
        }
        listener.journal = journal;
        SnGateway gateway =
                new SnGateway(
                        settings,
                        listener.loop,
                        time,
                        random,
                        listener::send,
                        acceptor,
                        shards,
                        listener.address,
                        journal);
        listener.start(gateway);
        return listener;
    }

    private void start(SnGateway started) {
        gateway = started; // before anything is read
        io.netty.channel.EventLoop netty = channel.eventLoop();
        netty.scheduleAtFixedRate(
                () -> attempt(started::tick),
                TimerWheel.RESOLUTION,
                TimerWheel.RESOLUTION,
                TimeUnit.MILLISECONDS);
        SnSettings.Advertising advertise = settings.advertise();
        if (advertise != null) {
            Peer everybody =
                    new Peer(new InetSocketAddress(advertise.address(), address.getPort()), null);
            int seconds = (int) advertise.interval().toSeconds();
            loop.execute(new Advertiser(started, everybody, seconds)::fire);
        }
    }

    /** Takes datagrams from now on. */
    public void accept() {
        channel.config().setAutoRead(true);
    }

    /** What fails must not take the rest with it. */
    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            LOG.error("an action of the gateway for MQTT-SN failed; the others go on", failure);
        }
    }

    /** On the loop: what a turn sends goes to the socket at its end. */
    private void send(InetSocketAddress to, byte[] datagram) {
        SnGateway counting = gateway;
        if (!channel.isWritable() && counting != null) {
            counting.count(SnCounter.DATAGRAMS_UNSENT);
            return;
        }
        channel.write(new DatagramPacket(Unpooled.wrappedBuffer(datagram), to))
                .addListener(sent -> {
                    if (!sent.isSuccess() && counting != null) {
                        counting.count(SnCounter.DATAGRAMS_UNSENT);
                    }
                });
        if (!flushPending) {
            flushPending = true;
            loop.execute(() -> {
                flushPending = false;
                channel.flush();
            });
        }
    }

    private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            SnGateway receiving = gateway;
            if (receiving != null) {
                attempt(() -> receiving.receive(packet.sender(), packet.content().nioBuffer()));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("the socket of listener {} has reported", settings.name(), cause);
        }
    }

    /** One of Netty's loops as the gateway's. */
    private record Loop(io.netty.channel.EventLoop netty) implements EventLoop {

        @Override
        public void execute(Runnable action) {
            try {
                netty.execute(() -> attempt(action));
            } catch (RejectedExecutionException stopped) {
                LOG.debug("an action came after the loop had stopped", stopped);
            }
        }

        @Override
        public boolean inLoop() {
            return netty.inEventLoop();
        }
    }

    /** What it was opened with. */
    public SnSettings settings() {
        return settings;
    }

    /** Where it listens, with the port that the system chose. */
    public InetSocketAddress address() {
        return address;
    }

    /** A count since it was opened. */
    public long count(SnCounter counter) {
        SnGateway counting = gateway;
        return counting == null ? 0 : counting.counted(counter);
    }

    /**
     * Tells its clients that it goes, and closes the port. Their sessions are left as they are: the
     * broker closes its connections by itself. Not to be called on a loop.
     */
    @Override
    public void close() {
        SnGateway closing = gateway;
        if (closing != null) {
            loop.execute(closing::close);
        }
        loop.execute(channel::flush);
        loop.execute(channel::close);
        // A group that shuts down closes its channels first, whatever they still have to send.
        channel.closeFuture().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        if (journal != null) {
            journal.close();
        }
    }
}
