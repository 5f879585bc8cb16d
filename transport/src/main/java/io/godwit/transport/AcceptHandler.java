package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.UnixPeer;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Receiver.Place;
import io.godwit.transport.websocket.WebSocketListener;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the sockets that a listener accepts, and spreads them over the loops. */
final class AcceptHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptHandler.class);

    /** Milliseconds without accepting after the system refused a socket, as without descriptors. */
    private static final long PAUSE_AFTER_FAILURE = 100;

    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The wire watches the socket's buffer itself, so that Netty need not. */
    private static final WriteBufferWaterMark UNWATCHED =
            new WriteBufferWaterMark(0, Integer.MAX_VALUE);

    private static final ReceiveBuffers RECEIVE_BUFFERS = new ReceiveBuffers();

    private final ListenerState state;
    private final @Nullable WebSocketListener webSockets;
    private final Receiver.Acceptor acceptor;
    private final NettyLoop own;
    private final List<NettyLoop> loops;
    private final ByteBufAllocator allocator;
    private final OpenSockets sockets;

    private @Nullable ChannelHandlerContext context;
    private boolean begun;
    private boolean failing;
    private int next;
    private long refused;
    private long loggedRefused = System.nanoTime() - LOG_EVERY_NANOS;
    private long failures;
    private long loggedFailure = System.nanoTime() - LOG_EVERY_NANOS;

    /**
     * Of a listener that opens.
     *
     * @param own the loop that the listener itself is on
     * @param loops those that its sockets are spread over
     */
    AcceptHandler(
            ListenerSettings settings,
            @Nullable TlsContext tls,
            Receiver.Acceptor acceptor,
            NettyLoop own,
            List<NettyLoop> loops,
            ByteBufAllocator allocator,
            OpenSockets sockets) {
        this.state = new ListenerState(settings, tls, this::roomAgain);
        WebSocketSettings webSocket = settings.webSocket();
        this.webSockets = webSocket == null ? null : webSocket.listener(state::isCertifiedFor);
        this.acceptor = acceptor;
        this.own = own;
        this.loops = loops;
        this.allocator = allocator;
        this.sockets = sockets;
    }

    ListenerState state() {
        return state;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Begins to accept, soon; from any thread. Until then sockets wait in the system's queue. */
    void begin() {
        if (context != null) {
            context.executor()
                    .execute(() -> {
                        begun = true;
                        acceptOn();
                    });
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel channel = (Channel) message;
        InetAddress address = clientOf(channel);
        Place place = address == null ? null : acceptor.admit(address, own.shard());
        if (address != null && place == null) {
            channel.unsafe().closeForcibly();
            return;
        }
        if (!sockets.tryOpen()) {
            if (place != null) {
                place.leave();
            }
            refuse(channel);
            return;
        }
        NettyLoop loop = loops.get(next);
        next = (next + 1) % loops.size();
        NettyWire wire = new NettyWire(state, channel, loop, acceptor, sockets, place);
        configure(channel.config());
        if (channel instanceof EpollDomainSocketChannel unix) {
            wire.come(origin(unix));
        }
        TlsHandshake handshake = layers(channel.pipeline(), wire);
        loop.netty()
                .register(channel)
                .addListener(registered -> {
                    if (!registered.isSuccess()) { // and no layer is told that it is over
                        if (handshake != null) {
                            handshake.end();
                        }
                        wire.gone();
                    }
                });
    }

    /**
     * The address of a socket's client; null if it has none, or if a proxy is still to say where
     * the client is: then the wire asks for its place ({@link NettyWire#admit}).
     */
    private @Nullable InetAddress clientOf(Channel channel) {
        ListenerSettings settings = state.settings();
        return settings.proxy() == null
                        && channel.remoteAddress() instanceof InetSocketAddress peer
                        && !settings.isForwarder(peer.getAddress())
                ? peer.getAddress()
                : null;
    }

    /**
     * What stands between the socket and the wire, from the socket on. Each layer keeps {@code
     * channelActive} to itself until what comes above it can be sent and read through it: a
     * connection begins when that reaches the wire. What a layer has learnt of the peer it tells
     * the wire before ({@link NettyWire#come}). When a wire has begun, no layer may have a timer or
     * a task of its own, since the channel can move to another loop at any time then; that of a
     * WebSocket the wire takes along.
     *
     * @return the one that has begun to count as a handshake, if there is one
     */
    private @Nullable TlsHandshake layers(ChannelPipeline pipeline, NettyWire wire) {
        ListenerSettings settings = state.settings();
        if (settings.proxy() != null) {
            ProxyHeader.addTo(pipeline, state, settings.proxy(), wire);
        }
        TlsHandshake handshake = null;
        if (settings.tls() != null) {
            if (!state.handshakes().begin()) {
                waitForRoom();
            }
            handshake = new TlsHandshake(state, wire);
            pipeline.addLast(handshake);
        }
        if (webSockets != null) {
            wire.in(webSockets.addTo(pipeline, new WebSocketStream(wire, pipeline.channel())));
        }
        pipeline.addLast(wire);
        return handshake;
    }

    private Origin origin(EpollDomainSocketChannel channel) {
        UnixPeer peer = null;
        try {
            PeerCredentials known = channel.peerCredentials();
            int[] groups = known.gids();
            peer = new UnixPeer(known.uid(), groups.length > 0 ? groups[0] : -1, known.pid());
        } catch (IOException gone) {
            LOG.debug("listener {}: a peer has gone before it was known", state.name(), gone);
        }
        return new Origin(state.name(), null, 0, false, List.of(), peer, Map.of());
    }

    /** New sockets stay in the system's queue meanwhile. */
    private void waitForRoom() {
        state.incidents()
                .report(
                        Incident.HANDSHAKES_WAITED,
                        "%d TLS handshakes are under way, which is the limit (handshakes); new sockets wait until one has ended"
                                .formatted(state.handshakes().underWay()));
        if (context != null) {
            context.channel().config().setAutoRead(false);
        }
    }

    private void roomAgain() {
        if (context != null) {
            context.executor().execute(this::acceptOn);
        }
    }

    private void acceptOn() {
        if (context != null
                && context.channel().isOpen()
                && begun
                && !failing
                && !state.handshakes().isWaiting()) {
            context.channel().config().setAutoRead(true);
        }
    }

    /** TCP_NODELAY is Netty's default. */
    private void configure(ChannelConfig config) {
        config.setAllocator(allocator);
        config.setRecvByteBufAllocator(RECEIVE_BUFFERS);
        config.setWriteBufferWaterMark(UNWATCHED);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private void refuse(Channel channel) {
        channel.unsafe().closeForcibly();
        refused++;
        long now = System.nanoTime();
        if (now - loggedRefused >= LOG_EVERY_NANOS) {
            LOG.warn(
                    "listener {}: {} sockets closed at once, since the limit of {} open ones is"
                            + " reached; raise it, or find out who opens so many",
                    state.name(),
                    refused,
                    sockets.limit());
            loggedRefused = now;
            refused = 0;
        }
    }

    /**
     * The system could not give a socket. The peer still waits, so that trying again at once would
     * keep the loop busy with nothing else.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failures++;
        long now = System.nanoTime();
        if (now - loggedFailure >= LOG_EVERY_NANOS) {
            LOG.warn(
                    "listener {}: could not accept a socket, {} times since this was last logged:"
                            + " {}; trying again. If files are too many, raise the limit of open"
                            + " files (ulimit -n)",
                    state.name(),
                    failures,
                    cause.getMessage());
            loggedFailure = now;
            failures = 0;
        }
        if (!failing) {
            failing = true;
            context.channel().config().setAutoRead(false);
            context.executor()
                    .schedule(
                            () -> {
                                failing = false;
                                acceptOn();
                            },
                            PAUSE_AFTER_FAILURE,
                            TimeUnit.MILLISECONDS);
        }
    }
}
