package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's socket, and the last handler of its channel; over plain TCP the only one. Everything happens on the loop that
 * the channel is registered with; {@link #moveTo} is the only way from one loop to another.
 */
final class NettyWire extends ChannelInboundHandlerAdapter implements Wire {

    private static final Logger LOG = LoggerFactory.getLogger(NettyWire.class);

    /** Milliseconds that a peer has to take what it is still to be sent, and to close. */
    static final int CLOSE_WITHIN = 5_000;

    /** Linux's TCP_CLOSE: the peer has reset the connection, or it timed out. */
    private static final int TCP_CLOSED = 7;

    private final String listener;
    private final Channel channel;
    private final Receiver.Acceptor acceptor;
    private final OpenSockets sockets;

    /** What the layers below have found out; null over plain TCP. */
    private @Nullable Origin origin;

    private NettyLoop loop;
    private Shard shard;

    /** Neighbours among the connections of the loop, which keeps them. */
    @Nullable NettyWire next;

    @Nullable NettyWire previous;

    private @Nullable Receiver receiver;
    private @Nullable Outbound outbound;
    private @Nullable Rest rest;
    private TimerWheel.@Nullable Timer closeTimer;

    private boolean paused;

    /** Paused, and the socket is still read until something comes. */
    private boolean lenient;

    private boolean placed;
    private boolean resuming;

    /** The peer has ended its side while CONNECT was decided. */
    private boolean ended;

    private boolean unregistered;
    private boolean moving;
    private boolean closing;
    private boolean gone;

    NettyWire(
            String listener,
            Channel channel,
            NettyLoop loop,
            Receiver.Acceptor acceptor,
            OpenSockets sockets) {
        this.listener = listener;
        this.channel = channel;
        channel.remoteAddress(); // which the channel then knows after its close as well
        this.loop = loop;
        this.shard = loop.shard();
        this.acceptor = acceptor;
        this.sockets = sockets;
    }

    private Receiver receiver() {
        if (receiver == null) {
            throw new IllegalStateException("the socket was not accepted yet");
        }
        return receiver;
    }

    NettyLoop loop() {
        return loop;
    }

    private Outbound outbound() {
        if (outbound == null) {
            throw new IllegalStateException("the socket was not accepted yet");
        }
        return outbound;
    }

    /** For the first time, on the loop that accepted it; a move brings it to others. */
    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        if (outbound == null) {
            outbound = new Outbound(this, context);
            if (!loop.enter(this)) {
                abort();
            }
        }
    }

    /** Says what a layer has found out of the peer; before the connection begins. */
    void come(Origin from) {
        origin = from;
    }

    /** The layers below are ready: the connection begins. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        receiver = acceptor.accept(this, shard);
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        stopReading();
        try {
            if (!closing) {
                take(buffer.internalNioBuffer(buffer.readerIndex(), buffer.readableBytes()));
            }
        } finally {
            buffer.release();
        }
    }

    private void take(ByteBuffer in) {
        Receiver connection = receiver();
        Rest kept = rest;
        while (kept != null && !paused && in.hasRemaining()) { // it begins with half a packet
            int missing = kept.missing(connection);
            boolean enough = in.remaining() >= missing;
            kept.append(in, missing);
            if (!enough) {
                return;
            }
            giveRest();
            kept = rest;
        }
        if (kept == null && !paused && !closing) {
            connection.receive(in);
        }
        if (in.hasRemaining() && !closing) {
            keep(in);
        }
    }

    private void keep(ByteBuffer in) {
        Rest kept = rest;
        if (kept == null) {
            kept = new Rest();
            rest = kept;
        }
        int missing = paused ? 0 : Math.max(1, receiver().missing(in.duplicate()));
        kept.append(in, (int) Math.min((long) in.remaining() + missing, Integer.MAX_VALUE));
    }

    private void giveRest() {
        Rest kept = rest;
        if (kept != null && kept.give(receiver()) && rest == kept) {
            rest = null;
        }
    }

    /**
     * While CONNECT is decided the socket is left as it is, until something comes: mostly all is
     * decided before, and two system calls are saved.
     */
    @Override
    public void pauseReading() {
        resuming = false;
        if (!paused && !closing) {
            paused = true;
            lenient = !placed;
            if (!lenient) {
                channel.config().setAutoRead(false);
            }
        }
    }

    private void stopReading() {
        if (lenient) {
            lenient = false;
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void resumeReading() {
        if (paused && !resuming && !closing) {
            resuming = true;
            loop.execute(this::readOn);
        }
    }

    private void readOn() {
        if (!resuming || closing || gone) {
            return;
        }
        resuming = false;
        paused = false;
        lenient = false;
        try {
            giveRest();
        } catch (RuntimeException failure) {
            failed(failure);
        }
        if (!paused && !closing) {
            if (ended) {
                loop.execute(this::abort);
            } else {
                read();
            }
        }
    }

    /**
     * The peer sends nothing more, and the Network Connection ends; at the end of the turn, since a
     * peer that ended only its own side still reads what its last packets are answered with.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        if (paused && !closing) {
            ended = true; // its CONNECT is answered first
        } else {
            loop.execute(this::abort);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause == ReceiveBuffers.ReadingPaused.INSTANCE) {
            pausedSocketReported();
        } else if (!(cause instanceof IOException)) {
            failed(cause);
        } else if (channel.isOpen()) { // else it tells of each buffer that was not sent
            LOG.debug("{} broke off: {}", peer(), cause.getMessage());
            channel.close();
        }
    }

    /**
     * Something happened to a socket that is not read: a reset, or the peer's end. After the latter
     * Netty takes the socket off epoll, and later would not find it there.
     */
    private void pausedSocketReported() {
        if (channel instanceof EpollSocketChannel socket
                && socket.tcpInfo().state() == TCP_CLOSED) {
            LOG.debug("{} broke off while it was not read", peer());
            channel.close();
        } else {
            unregistered = true;
        }
    }

    /** Reads from the socket again, which may have been taken off epoll meanwhile. */
    private void read() {
        if (!unregistered) {
            channel.config().setAutoRead(true);
            return;
        }
        unregistered = false;
        channel.deregister()
                .addListener(left -> {
                    if (channel.isOpen()) {
                        channel.config().setAutoRead(true);
                        register(loop, () -> {});
                    }
                });
    }

    private void register(NettyLoop target, Runnable registered) {
        target.netty()
                .register(channel)
                .addListener(there -> {
                    if (there.isSuccess()) {
                        registered.run();
                    } else {
                        gone();
                    }
                });
    }

    /** There is no memory for what this peer is to be sent. */
    void giveUp(OutOfMemoryError exhausted) {
        LOG.warn("{} is closed: {}", peer(), exhausted.getMessage());
        loop.execute(this::abort);
    }

    private void failed(Throwable cause) {
        LOG.error("the connection of {} failed and is closed; the others go on", peer(), cause);
        channel.close();
    }

    // ---- writing

    @Override
    public ByteBuffer allocate(int minimum) {
        return outbound().allocate(minimum);
    }

    @Override
    public void commit(int bytes) {
        outbound().commit(bytes);
    }

    @Override
    public void share(byte[] payload) {
        outbound().share(payload);
    }

    @Override
    public void flush() {
        outbound().flush();
    }

    @Override
    public long unsent() {
        return outbound().unsent();
    }

    /** Few enough bytes wait again. */
    void writable() {
        try {
            receiver().writable();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    // ---- moving

    @Override
    public void moveTo(Shard shard, Runnable arrived) {
        NettyLoop target = (NettyLoop) shard.loop();
        moving = true;
        if (target == loop) {
            loop.execute(() -> arrive(shard, arrived));
        } else {
            loop.execute(() -> leave(target, shard, arrived));
        }
    }

    /**
     * Takes the channel off this loop and registers it with the other. Between the two nobody can
     * close it: both happen in the same task, and the other loop knows it only afterwards.
     */
    private void leave(NettyLoop target, Shard shard, Runnable arrived) {
        if (gone || !channel.isOpen()) {
            return;
        }
        if (closing) {
            finish();
            return;
        }
        stopReading();
        loop.leave(this);
        channel.deregister()
                .addListener(left -> {
                    if (channel.isOpen()) {
                        loop = target; // before the target's events, which do not wait for enter()
                        unregistered = false;
                        register(target, () -> enter(shard, arrived));
                    }
                });
    }

    private void enter(Shard shard, Runnable arrived) {
        if (!gone && loop.enter(this)) {
            arrive(shard, arrived);
        } else {
            abort();
        }
    }

    private void arrive(Shard shard, Runnable arrived) {
        this.shard = shard;
        moving = false;
        placed = true;
        if (closing) {
            finish();
        }
        if (closing || gone) {
            return;
        }
        channel.flush(); // what the socket did not take before
        try {
            arrived.run();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    // ---- closing

    /** Closes without sending what is left. */
    void abort() {
        channel.close();
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        rest = null;
        if (!moving) {
            finish();
        }
    }

    /**
     * Sends what is left, then ends our side and waits for the peer to end its own, discarding what
     * it still sends: closed at once, a socket with unread bytes is reset, and the peer might never
     * see the packet that says why.
     */
    private void finish() {
        moving = false;
        if (gone) {
            return;
        }
        closeTimer =
                new TimerWheel.Timer() {
                    @Override
                    protected void fire() {
                        LOG.debug("{} did not close in time", peer());
                        channel.close();
                    }
                };
        shard.after(CLOSE_WITHIN, closeTimer);
        outbound().finish(this::endOutput);
        read();
    }

    private void endOutput() {
        if (!gone && channel.isActive()) {
            if (ended) {
                channel.close();
            } else {
                ((DuplexChannel) channel).shutdownOutput();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    /** The channel is closed, or could not be registered. */
    void gone() {
        if (gone) {
            return;
        }
        gone = true;
        rest = null;
        loop.leave(this);
        sockets.closed();
        if (closeTimer != null) {
            shard.timers().cancel(closeTimer);
            closeTimer = null;
        }
        if (outbound != null) {
            outbound.release();
        }
        if (receiver != null) {
            receiver.closed();
        }
    }

    @Override
    public Origin origin() {
        if (origin != null) {
            return origin;
        }
        InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
        return Origin.tcp(listener, address.getAddress(), address.getPort());
    }

    @Override
    public String peer() {
        SocketAddress address = channel.remoteAddress();
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            String host = inet.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
        }
        return String.valueOf(address);
    }
}
