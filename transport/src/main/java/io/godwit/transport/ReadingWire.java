package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading half of a {@link NettyWire}: gives what comes to the connection, keeps what that
 * leaves, and pauses.
 */
abstract class ReadingWire extends ChannelInboundHandlerAdapter implements Wire {

    private static final Logger LOG = LoggerFactory.getLogger(NettyWire.class);

    /** Linux's TCP_CLOSE: the peer has reset the connection, or it timed out. */
    private static final int TCP_CLOSED = 7;

    final ListenerState listener;
    final Channel channel;

    /** What the layers below have found out; null over plain TCP. */
    @Nullable Origin origin;

    NettyLoop loop;
    @Nullable Receiver receiver;
    @Nullable Rest rest;

    private boolean paused;

    /** Paused, and the socket is still read until something comes. */
    private boolean lenient;

    private boolean resuming;

    /** On its home loop. */
    boolean placed;

    /** The peer has ended its side while CONNECT was decided. */
    boolean ended;

    /** Taken off epoll, or to be put there anew. */
    boolean unregistered;

    boolean closing;
    boolean gone;

    ReadingWire(ListenerState listener, Channel channel, NettyLoop loop) {
        this.listener = listener;
        this.channel = channel;
        this.loop = loop;
    }

    /** Closes without sending what is left. */
    @Override
    public abstract void abort();

    /** The channel is closed, or could not be registered. */
    abstract void gone();

    final Receiver receiver() {
        if (receiver == null) {
            throw new IllegalStateException("the socket was not accepted yet");
        }
        return receiver;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        stopReading();
        try {
            if (!placed && isTls(buffer)) {
                refuseTls();
            } else if (!closing) {
                take(buffer.internalNioBuffer(buffer.readerIndex(), buffer.readableBytes()));
            }
        } finally {
            buffer.release();
        }
    }

    /** Whether the connection begins with TLS, which has its own listeners. */
    private boolean isTls(ByteBuf first) {
        return origin == null
                && rest == null
                && !paused
                && !closing
                && first.getUnsignedByte(first.readerIndex()) == TlsHandshake.RECORD;
    }

    private void refuseTls() {
        listener.incidents()
                .report(
                        Incident.TLS_ON_PLAIN,
                        peer()
                                + " speaks TLS and is closed: this port takes MQTT without it; give"
                                + " the client the port of a listener of type tls, or no"
                                + " certificates");
        abort();
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
        if (paused) {
            kept.missing(receiver()); // which counts what waits
        }
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

    final void stopReading() {
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
     * peer that ended only its own side still reads what its last packets are answered with. With
     * TLS the peer says so within it.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent)) {
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
        } else if (cause instanceof DecoderException) { // of a layer: what the peer sent is no TLS
            LOG.debug("{} is closed: {}", peer(), cause.getMessage());
            abort();
        } else if (!(cause instanceof IOException)) {
            failed(cause);
        } else if (channel.isOpen()) { // else it tells of each buffer that was not sent
            LOG.debug("{} broke off: {}", peer(), cause.getMessage());
            abort();
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
            abort();
        } else {
            unregistered = true;
        }
    }

    /** Reads from the socket again, which may have been taken off epoll meanwhile. */
    final void read() {
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

    final void register(NettyLoop target, Runnable registered) {
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

    final void failed(Throwable cause) {
        LOG.error("the connection of {} failed and is closed; the others go on", peer(), cause);
        abort();
    }
}
