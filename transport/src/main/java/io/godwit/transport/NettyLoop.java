package io.godwit.transport;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of Netty's event loops as a shard's loop, with what its connections share. */
final class NettyLoop implements EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);

    private final IoEventLoop netty;
    private final ByteBufAllocator allocator;
    private @Nullable Shard shard;

    private byte @Nullable [] sharedPayload;
    private @Nullable ByteBuf sharedCopy;
    private boolean forgetPending;

    private @Nullable NettyWire wires;
    private boolean stopping;

    NettyLoop(IoEventLoop netty, ByteBufAllocator allocator) {
        this.netty = netty;
        this.allocator = allocator;
    }

    /** Gives the loop its shard, and the shard its ticks. */
    void attach(Shard shard) {
        this.shard = shard;
        netty.scheduleAtFixedRate(
                () -> tick(shard),
                TimerWheel.RESOLUTION,
                TimerWheel.RESOLUTION,
                TimeUnit.MILLISECONDS);
    }

    private static void tick(Shard shard) {
        try {
            shard.tick();
        } catch (RuntimeException failure) { // thrown on, it would end all later ticks
            LOG.error("a timer of shard {} failed; the others go on", shard.index(), failure);
        }
    }

    Shard shard() {
        if (shard == null) {
            throw new IllegalStateException("the loop has no shard yet: attach() comes first");
        }
        return shard;
    }

    IoEventLoop netty() {
        return netty;
    }

    /** Once the loops were stopped an action is dropped. */
    @Override
    public void execute(Runnable action) {
        try {
            netty.execute(action);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("an action came after the loop had stopped", stopped);
        }
    }

    @Override
    public boolean inLoop() {
        return netty.inEventLoop();
    }

    /**
     * Counts a connection among the loop's own.
     *
     * @return false if the loop is stopping, so that the connection is to be closed
     */
    boolean enter(NettyWire wire) {
        wire.next = wires;
        if (wires != null) {
            wires.previous = wire;
        }
        wires = wire;
        return !stopping;
    }

    void leave(NettyWire wire) {
        if (wire.previous != null) {
            wire.previous.next = wire.next;
        } else if (wires == wire) {
            wires = wire.next;
        }
        if (wire.next != null) {
            wire.next.previous = wire.previous;
        }
        wire.next = null;
        wire.previous = null;
    }

    /**
     * Closes the loop's connections, and from now on those that come. Netty's own shutdown may end
     * a loop without that, if it comes while the loop runs its tasks.
     */
    void closeAll() {
        stopping = true;
        each(NettyWire::abort);
    }

    /** Runs an action for each of the loop's connections, which it may close. On the loop only. */
    void each(Consumer<NettyWire> action) {
        NettyWire wire = wires;
        while (wire != null) {
            NettyWire following = wire.next;
            action.accept(wire);
            wire = following;
        }
    }

    /**
     * The bytes of a payload in a direct buffer that the caller releases. Subscribers that are
     * given the same payload in one turn share one copy.
     */
    ByteBuf shared(byte[] payload) {
        ByteBuf copy = sharedCopy;
        if (copy == null || payload != sharedPayload) {
            forgetShared();
            copy = allocator.directBuffer(payload.length, payload.length).writeBytes(payload);
            sharedCopy = copy;
            sharedPayload = payload;
            if (!forgetPending) {
                forgetPending = true;
                execute(this::endTurn);
            }
        }
        return copy.retainedDuplicate();
    }

    private void endTurn() {
        forgetPending = false;
        forgetShared();
    }

    private void forgetShared() {
        if (sharedCopy != null) {
            sharedCopy.release();
            sharedCopy = null;
            sharedPayload = null;
        }
    }
}
