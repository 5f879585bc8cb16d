package io.godwit.transport;

import io.godwit.broker.spi.Wire;
import io.godwit.transport.websocket.FrameHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one socket. Packets are copied into one buffer, which goes to the channel
 * when it is full or at a flush, so that a turn costs one write however many packets it sends.
 * While the socket takes nothing more, the buffer is filled on instead: a slow peer collects full
 * buffers, not many nearly empty ones.
 */
final class Outbound {

    /** Bytes after which a flush does not wait for the end of the turn. */
    static final int FLUSH_AT = 64 << 10;

    private static final int SMALL = 1 << 10;
    private static final int MEDIUM = 8 << 10;
    private static final int LARGE = 64 << 10;

    private final NettyWire wire;
    private final ChannelHandlerContext context;

    /** What makes frames of it, if the wire is in a WebSocket. */
    private final @Nullable FrameHandler frames;

    /** Bytes left free in front of what is sent, for the header of a frame. */
    private final int headroom;

    private @Nullable ByteBuf filling;
    private boolean lent;
    private int sinceFlush;
    private int beforeFlush;

    /** The socket was full at a flush; {@link #drained} comes when it has taken all that waited. */
    private boolean blocked;

    private boolean tellWritable;
    private boolean released;

    Outbound(NettyWire wire, ChannelHandlerContext context, @Nullable FrameHandler frames) {
        this.wire = wire;
        this.context = context;
        this.frames = frames;
        this.headroom = frames == null ? 0 : FrameHandler.HEADROOM;
    }

    ByteBuffer allocate(int minimum) {
        ByteBuf buffer = filling;
        if (buffer != null && buffer.writableBytes() < minimum) {
            handOver();
            buffer = null;
        }
        if (buffer == null) {
            int size = Math.max(minimum + headroom, usualSize());
            buffer = newBuffer(size).setIndex(headroom, headroom);
            filling = buffer;
        }
        lent = true;
        return buffer.internalNioBuffer(buffer.writerIndex(), buffer.writableBytes());
    }

    /**
     * A buffer, also when there is no memory for one: then this peer is the one that is given up.
     */
    private ByteBuf newBuffer(int size) {
        try {
            return context.alloc().directBuffer(size, size);
        } catch (OutOfMemoryError exhausted) {
            wire.giveUp(exhausted);
            return Unpooled.buffer(size, size);
        }
    }

    /** Small for a connection that sends little in a turn, so that many can be filled at once. */
    private int usualSize() {
        int usual = Math.max(sinceFlush, beforeFlush);
        if (usual >= MEDIUM) { // never much more than is filled: a slow peer holds on to it
            return Math.min(LARGE, Integer.highestOneBit(usual) << 1);
        }
        return usual >= SMALL || blocked ? MEDIUM : SMALL;
    }

    void commit(int bytes) {
        if (!lent) {
            throw new IllegalStateException("nothing is lent that could be committed");
        }
        lent = false;
        ByteBuf buffer = filling;
        if (released) {
            release();
        } else if (buffer != null) {
            buffer.writerIndex(buffer.writerIndex() + bytes);
            committed(bytes);
        }
    }

    void share(byte[] payload) {
        if (released) {
            return;
        }
        handOverWritten();
        write(wire.loop().shared(payload));
        committed(payload.length);
    }

    private void committed(int bytes) {
        sinceFlush += bytes;
        if (sinceFlush >= FLUSH_AT) {
            flush();
        }
    }

    private void handOver() {
        ByteBuf buffer = filling;
        if (buffer == null || lent) {
            handOverWritten();
            return;
        }
        filling = null;
        if (buffer.isReadable()) {
            write(buffer);
        } else {
            buffer.release();
        }
    }

    /** Hands over what is in the buffer; its free space is still to be filled. */
    private void handOverWritten() {
        ByteBuf buffer = filling;
        if (buffer != null && buffer.isReadable()) {
            write(buffer.readRetainedSlice(buffer.readableBytes()));
        }
    }

    private void write(ByteBuf buffer) {
        context.write(buffer, context.voidPromise());
    }

    void flush() {
        if (sinceFlush == 0 && filling == null) {
            return;
        }
        beforeFlush = sinceFlush;
        sinceFlush = 0;
        push(blocked);
    }

    /**
     * Moves what was committed towards the socket.
     *
     * @param keepFilling whether the buffer that is being filled stays here
     */
    private void push(boolean keepFilling) {
        if (!keepFilling) {
            handOver();
        }
        context.flush();
        if (!blocked && isSocketFull()) {
            blocked = true;
            // The entry is empty: it is done when all before it has been written.
            context.write(Unpooled.EMPTY_BUFFER, newPromise(this::drained));
            context.flush();
        }
        if (blocked || unsent() > Wire.LOW_MARK) {
            tellWritable = true;
        }
    }

    private boolean isSocketFull() {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        return waiting != null && waiting.current() != null;
    }

    /** In a task of its own: Netty tells of a write before it has counted it. */
    private void drained() {
        if (released) {
            return;
        }
        blocked = false;
        push(false);
        if (tellWritable && unsent() <= Wire.LOW_MARK) {
            tellWritable = blocked; // once more when nothing is left
            wire.writable();
        }
    }

    /**
     * Sends what was committed, and drops what will be. A buffer that is lent stays valid until it
     * is committed.
     *
     * @param action runs when all has been written, unless the channel closes before
     */
    void finish(Runnable action) {
        released = true;
        handOver();
        if (frames != null) {
            frames.sayClose();
        }
        context.write(Unpooled.EMPTY_BUFFER, newPromise(action));
        context.flush();
    }

    private ChannelPromise newPromise(Runnable action) {
        return context.newPromise()
                .addListener(written -> {
                    if (written.isSuccess()) {
                        wire.loop().execute(action);
                    }
                });
    }

    long unsent() {
        ByteBuf buffer = filling;
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        return (waiting == null ? 0 : waiting.totalPendingWriteBytes())
                + (buffer == null ? 0 : buffer.readableBytes())
                + (frames == null ? 0 : frames.held());
    }

    /** Gives back what is held. What is committed from now on is dropped. */
    void release() {
        released = true;
        if (filling != null) {
            filling.release();
            filling = null;
        }
    }
}
