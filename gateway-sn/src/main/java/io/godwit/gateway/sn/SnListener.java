package io.godwit.gateway.sn;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.GatewayReceiver;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

    private static final String THREAD = "godwit-sn";
    private static final long STOP_SECONDS = 3;

    private final SnSettings settings;
    private final EventLoopGroup group;
    private final Loop loop;
    private final SnPort port;
    private volatile @Nullable SnGateway gateway;
    private volatile @Nullable DtlsKeys keys;
    private @Nullable DeviceJournal journal;

    private SnListener(SnSettings settings, @Nullable DtlsKeys keys, Time time) throws IOException {
        this.settings = settings;
        this.keys = keys;
        SnSettings.Advertising advertise = settings.advertise();
        InetSocketAddress place = resolved(settings, settings.bind(), settings.port());
        if (advertise != null) {
            resolved(settings, advertise.address(), settings.port());
        }
        SnSettings.Dtls dtls = settings.dtls();
        this.group =
                dtls == null
                        ? UdpPort.loops(THREAD)
                        : new DefaultEventLoopGroup(1, new DefaultThreadFactory(THREAD));
        this.loop = new Loop(group.next());
        try {
            this.port =
                    dtls == null || keys == null
                            ? new UdpPort(
                                    place, advertise != null, group, this::received, this::counted)
                            : new DtlsPort(
                                    place,
                                    dtls,
                                    keys,
                                    settings.sourceRate(),
                                    time,
                                    loop,
                                    this::received,
                                    this::counted);
        } catch (IOException | RuntimeException failure) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw cannotListen(settings, failure);
        }
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

    private static IOException cannotListen(SnSettings settings, Exception cause) {
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
     * the system's queue, or with DTLS is lost.
     *
     * @param keys what the files of its DTLS hold; null if it has none
     * @param acceptor the broker
     * @param shards the broker's, whose loops run
     * @param random for what nobody may guess
     * @param directory where topic identifiers and wills are kept beyond this process; null for
     *     nowhere
     * @throws IOException with the reason and the way out, for example if the port is taken
     * @throws IllegalArgumentException if a predefined topic is not valid, or the keys are missing
     */
    public static SnListener bind(
            SnSettings settings,
            @Nullable DtlsKeys keys,
            GatewayReceiver.Acceptor acceptor,
            List<Shard> shards,
            Time time,
            RandomGenerator random,
            @Nullable Path directory)
            throws IOException {
        if ((settings.dtls() == null) != (keys == null)) {
            throw new IllegalArgumentException("DTLS takes settings and keys");
        }
        Path file = settings.protectionFile();
        Protection protection =
                file == null
                        ? null
                        : new Protection(
                                ProtectionKeys.read(file),
                                settings.gatewayId(),
                                time.wallMillis(),
                                random);
        SnListener listener = new SnListener(settings, keys, time);
        DeviceJournal journal = null;
        try {
            if (directory != null) {
                Path kept = directory.resolve(settings.name() + ".topics");
                journal = DeviceJournal.open(kept, listener.loop);
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
                        listener.port::send,
                        acceptor,
                        shards,
                        listener.address(),
                        journal,
                        protection);
        listener.start(gateway);
        return listener;
    }

    private void start(SnGateway started) {
        gateway = started; // before anything is read
        loop.netty()
                .scheduleAtFixedRate(
                        () -> attempt(started::tick),
                        TimerWheel.RESOLUTION,
                        TimerWheel.RESOLUTION,
                        TimeUnit.MILLISECONDS);
        SnSettings.Advertising advertise = settings.advertise();
        if (advertise != null) {
            InetSocketAddress everybody =
                    new InetSocketAddress(advertise.address(), address().getPort());
            int seconds = (int) advertise.interval().toSeconds();
            loop.execute(new Advertiser(started, everybody, seconds)::fire);
        }
    }

    /** Takes datagrams from now on. */
    public void accept() {
        port.accept();
    }

    /** What fails must not take the rest with it. */
    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            LOG.error("an action of the gateway for MQTT-SN failed; the others go on", failure);
        }
    }

    private void received(InetSocketAddress from, @Nullable Secured secured, ByteBuffer datagram) {
        SnGateway receiving = gateway;
        if (receiving != null) {
            attempt(() -> receiving.receive(from, secured, datagram));
        }
    }

    private void counted(SnCounter counter) {
        SnGateway counting = gateway;
        if (counting != null) {
            counting.count(counter);
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

    /** The keys that are in force; null without DTLS. */
    public @Nullable DtlsKeys keys() {
        return keys;
    }

    /**
     * Puts other keys in force, and ends the DTLS sessions that they do not admit. Their clients
     * stay connected to the broker until somebody disconnects them. Not to be called on a loop;
     * waits a few seconds at most.
     *
     * @throws IllegalStateException if it has no DTLS
     */
    public void replace(DtlsKeys others) {
        DtlsKeys before = keys;
        if (before == null || !(port instanceof DtlsPort dtls)) {
            throw new IllegalStateException("listener " + settings.name() + " has no DTLS");
        }
        keys = others;
        dtls.replace(others);
        dtls.end(it -> !others.admits(it.pskIdentity(), it.certificates(), before));
    }

    /** Where it listens, with the port that the system chose. */
    public InetSocketAddress address() {
        return port.address();
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
        CountDownLatch told = new CountDownLatch(1);
        if (closing != null) {
            loop.execute(closing::close);
        }
        loop.execute(told::countDown);
        try {
            if (!told.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("not all clients of listener {} could be told", settings.name());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        port.close();
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        if (journal != null) {
            journal.close();
        }
    }
}
