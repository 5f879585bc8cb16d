package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Receiver.Place;
import io.godwit.codec.ReasonCode;
import io.godwit.transport.websocket.FrameHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's socket, and the last handler of its channel; over plain TCP the only one.
 * Everything happens on the loop that the channel is registered with; {@link #moveTo} is the only
 * way from one loop to another.
 */
final class NettyWire extends ReadingWire {

    private static final Logger LOG = LoggerFactory.getLogger(NettyWire.class);

    /** Milliseconds that a peer has to take what it is still to be sent, and to close. */
    static final int CLOSE_WITHIN = 5_000;

    private final Receiver.Acceptor acceptor;
    private final OpenSockets sockets;

    /** What it gives back if it goes before the connection begins, which then has it. */
    private @Nullable Place place;

    /** What it is in, if it is in a WebSocket. */
    private @Nullable FrameHandler frames;

    private Shard shard;

    /** Neighbours among the connections of the loop, which keeps them. */
    @Nullable NettyWire next;

    @Nullable NettyWire previous;

    private @Nullable Outbound outbound;
    private TimerWheel.@Nullable Timer closeTimer;

    /** How often its listener's TLS had been replaced when its certificate was looked at. */
    private int replacements;

    private boolean moving;
    private boolean aborted;

    /** The receiver knows that it has ended. */
    private boolean told;

    /**
     * The wire of a socket that was accepted.
     *
     * @param place the one that it has taken; null if it is not known yet whose it is
     */
    NettyWire(
            ListenerState listener,
            Channel channel,
            NettyLoop loop,
            Receiver.Acceptor acceptor,
            OpenSockets sockets,
            @Nullable Place place) {
        super(listener, channel, loop);
        channel.remoteAddress(); // which the channel then knows after its close as well
        this.shard = loop.shard();
        this.acceptor = acceptor;
        this.sockets = sockets;
        this.place = place;
    }

    NettyLoop loop() {
        return loop;
    }

    Shard shard() {
        return shard;
    }

    /** Puts it into a WebSocket; before it is registered. */
    void in(FrameHandler frames) {
        this.frames = frames;
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
            outbound = new Outbound(this, context, frames);
            if (!loop.enter(this)) {
                abort();
            }
        }
    }

    /** Says what a layer has found out of the peer; before the connection begins. */
    void come(Origin from) {
        origin = from;
    }

    /** Its certificate is looked at, with the TLS that is in force after so many replacements. */
    void lookedAt(int replacements) {
        this.replacements = replacements;
    }

    /** The layers below are ready: the connection begins. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (listener.isOver()) {
            turnAway();
            return;
        }
        Place taken = admit();
        if (taken != null) {
            receiver = acceptor.accept(this, shard, taken);
            place = null;
        }
    }

    /**
     * Takes a place for its client, whose address is known by now, unless it has one.
     *
     * @return null if there was none; then it is closed
     */
    @Nullable Place admit() {
        if (place == null) {
            InetAddress address = origin().address();
            place = address == null ? Place.UNCOUNTED : acceptor.admit(address, shard);
        }
        if (place == null) {
            turnAway();
        }
        return place;
    }

    /** Closes it before the connection begins; what it has sent, nobody takes. */
    private void turnAway() {
        closing = true;
        abort();
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
        if (gone || aborted || !channel.isOpen()) {
            return;
        }
        if (closing) {
            finish();
            return;
        }
        stopReading();
        if (frames != null) {
            frames.leave();
        }
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
        if (frames != null) {
            frames.arrive();
        }
        if (closing) {
            finish();
        } else if (listener.isOver()) { // who closed all its connections did not find it
            turnAway();
        }
        if (closing || gone || isRefusedSinceItLeft()) {
            return;
        }
        channel.flush(); // what the socket did not take before
        try {
            arrived.run();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    /**
     * Between two loops it is on neither, and {@link Listener#closeNoLongerAdmitted} passes it
     * over.
     */
    private boolean isRefusedSinceItLeft() {
        int now = listener.replacements();
        if (now == replacements) {
            return false;
        }
        replacements = now;
        Optional<String> refusal = listener.refusal(origin().certificates());
        refusal.ifPresent(why -> {
            listener.incidents().report(Incident.NO_LONGER_ADMITTED, peer() + " is closed: " + why);
            abort();
        });
        return refusal.isPresent();
    }

    // ---- closing

    /**
     * Its peer is not admitted any more: it is told so, and closed.
     *
     * @return false if it is closing already
     */
    boolean refuse(String why) {
        if (closing || gone) {
            return false;
        }
        receiver().close(ReasonCode.NOT_AUTHORIZED, why);
        return true;
    }

    @Override
    public void abort() {
        aborted = true; // TLS may take a moment for it, in which the channel must not move
        channel.close();
    }

    /**
     * Closes as {@link #close} does, but for a reason that the broker does not know: it is told at
     * once.
     */
    void breakOff() {
        if (!closing && !gone) {
            close();
            tellClosed();
        }
    }

    private void tellClosed() {
        if (receiver != null && !told) {
            told = true;
            receiver.closed();
        }
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
                        abort();
                    }
                };
        shard.after(CLOSE_WITHIN, closeTimer);
        outbound().finish(this::endOutput);
        read();
    }

    private void endOutput() {
        if (gone || !channel.isActive()) {
            return;
        }
        if (ended) {
            abort();
            return;
        }
        SslHandler tls = origin == null ? null : channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdownOutput();
        } else { // its own good-bye (close_notify) goes out first
            tls.closeOutbound().addListener(_ -> shutdownOutput());
        }
    }

    private void shutdownOutput() {
        if (!gone && channel.isActive()) {
            ((DuplexChannel) channel).shutdownOutput();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    @Override
    void gone() {
        if (gone) {
            return;
        }
        gone = true;
        rest = null;
        loop.leave(this);
        if (place != null) {
            place.leave();
            place = null;
        }
        sockets.closed();
        if (closeTimer != null) {
            shard.timers().cancel(closeTimer);
            closeTimer = null;
        }
        if (outbound != null) {
            outbound.release();
        }
        tellClosed();
    }

    @Override
    public Origin origin() {
        if (origin != null) {
            return origin;
        }
        InetSocketAddress address = (InetSocketAddress) channel.remoteAddress();
        return Origin.tcp(listener.name(), address.getAddress(), address.getPort());
    }

    @Override
    public String peer() {
        String direct = text(channel.remoteAddress());
        if (origin == null) {
            return direct;
        }
        if (origin.unixPeer() != null) {
            return "process %d of user %d"
                    .formatted(origin.unixPeer().process(), origin.unixPeer().user());
        }
        if (origin.address() == null) {
            return "a Unix domain socket";
        }
        String told = text(new InetSocketAddress(origin.address(), origin.port()));
        return told.equals(direct) ? direct : told + " (through " + direct + ")";
    }

    private static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            String host = inet.getAddress().getHostAddress();
            String place = host.indexOf(':') < 0 ? host : "[" + host + "]";
            return inet.getPort() == 0 ? place : place + ":" + inet.getPort(); // 0: nobody told it
        }
        return String.valueOf(address);
    }

    /** Whether a listener of this state accepted it, and it is past all layers. */
    boolean hasBegunOn(ListenerState other) {
        return listener == other && receiver != null && !gone;
    }
}
