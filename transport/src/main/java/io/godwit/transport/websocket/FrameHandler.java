package io.godwit.transport.websocket;

import io.godwit.broker.shard.TimerWheel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a socket and the handler of a byte stream, and turns frames into bytes and back:
 * what comes is unwrapped in place, and what one flush sends is one frame. It answers Pings, sends
 * them to a peer that is silent, and sends Close before the channel closes.
 *
 * <p>What is written to it are readable buffers with the void promise, which are data, and empty
 * ones, whose promise says when all before them was sent. Of {@link #HEADROOM} bytes before such
 * data it makes the frame's header.
 */
public final class FrameHandler extends ChannelDuplexHandler {

    /** The reader index of a buffer in front of which nothing is that anybody needs. */
    public static final int HEADROOM = FrameWriter.LONGEST_HEADER;

    private final ByteStream stream;
    private final FrameReader reader;

    /** Milliseconds of silence until a peer is pinged; 0 for never. */
    private final long pingInterval;

    private @Nullable ChannelHandlerContext context;

    private @Nullable ByteBuf held;
    private @Nullable List<ByteBuf> heldBehind;
    private long heldBytes;

    /** A Ping or Pong that the socket has not taken yet: there is never a second one. */
    private boolean controlUnsent;

    private byte @Nullable [] unanswered;

    private TimerWheel.@Nullable Timer pingTimer;
    private boolean heard;
    private boolean said;

    private boolean open;
    private boolean closeSent;
    private int closeCode = CloseCode.GOING_AWAY;

    /**
     * A handler that lets everything pass as it is until it is {@link #open}.
     *
     * @param maximum the longest payload of a frame that is taken, in bytes
     * @param pingInterval milliseconds after which an idle peer is pinged; 0 for never
     */
    public FrameHandler(ByteStream stream, int maximum, long pingInterval) {
        this.stream = stream;
        this.reader = new FrameReader(maximum);
        this.pingInterval = pingInterval;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the handler is in no pipeline yet");
        }
        return context;
    }

    /** The handshake is done, and what comes from now on are frames. */
    void open() {
        open = true;
        startPinging();
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        heard = true;
        boolean wasOver = reader.isOver();
        reader.unwrap(in);
        if (reader.isOver()) {
            closeCode = reader.closeCode();
        }
        if (in.isReadable()) {
            context.fireChannelRead(in);
        } else {
            in.release();
        }
        byte[] ping = reader.takePing();
        if (ping != null && !closeSent) {
            answer(ping);
        }
        if (reader.isOver() && !wasOver) {
            end(context);
        }
    }

    private void end(ChannelHandlerContext context) {
        String violation = reader.violation();
        if (violation != null) {
            stream.breakOff(false, "%s (%d)".formatted(violation, closeCode));
        } else if (closeSent) {
            context.close(); // both have said it
        } else {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    // ---- writing

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) message;
        if (!open) {
            context.write(bytes, promise);
        } else if (!bytes.isReadable()) {
            sendHeld(context);
            context.write(bytes, promise);
        } else if (closeSent) { // RFC 6455 §5.5.1: nothing follows Close
            bytes.release();
        } else {
            hold(bytes);
        }
    }

    private void hold(ByteBuf bytes) {
        heldBytes += bytes.readableBytes();
        if (held == null) {
            held = bytes;
            return;
        }
        if (heldBehind == null) {
            heldBehind = new ArrayList<>();
        }
        heldBehind.add(bytes);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        sendHeld(context);
        context.flush();
    }

    /** Makes one frame of what was written. */
    private void sendHeld(ChannelHandlerContext context) {
        ByteBuf first = held;
        if (first == null) {
            return;
        }
        said = true;
        int headerSize = FrameWriter.headerSize(heldBytes);
        if (first.readerIndex() == HEADROOM) {
            int start = HEADROOM - headerSize;
            FrameWriter.header(first, start, FrameReader.BINARY, heldBytes);
            first.readerIndex(start);
        } else {
            ByteBuf header = context.alloc().directBuffer(headerSize, headerSize);
            FrameWriter.header(header, 0, FrameReader.BINARY, heldBytes);
            context.write(header.writerIndex(headerSize), context.voidPromise());
        }
        context.write(first, context.voidPromise());
        List<ByteBuf> behind = heldBehind;
        held = null;
        heldBehind = null;
        heldBytes = 0;
        if (behind != null) {
            for (ByteBuf each : behind) {
                context.write(each, context.voidPromise());
            }
        }
    }

    /** Bytes that were written and wait for a flush. */
    public long held() {
        return heldBytes;
    }

    /**
     * Writes Close, once, behind what was written before; nothing that is written later is sent.
     * The caller flushes.
     */
    public void sayClose() {
        if (!reader.isOver()) {
            closeCode = CloseCode.NORMAL;
        }
        sendClose(context());
    }

    private void sendClose(ChannelHandlerContext context) {
        if (!open || closeSent) {
            return;
        }
        sendHeld(context);
        closeSent = true;
        byte[] code = {(byte) (closeCode >> 8), (byte) closeCode};
        context.write(control(context, FrameReader.CLOSE, code), context.voidPromise());
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (open && !closeSent) {
            sendClose(context);
            context.flush();
        }
        context.close(promise);
    }

    // ---- Ping and Pong

    /** One that comes before the last answer was sent takes the place of those before it. */
    private void answer(byte[] ping) {
        if (controlUnsent) {
            unanswered = ping;
        } else {
            send(FrameReader.PONG, ping);
        }
    }

    private void send(int opcode, byte[] payload) {
        ChannelHandlerContext here = context();
        controlUnsent = true;
        said = true;
        here.writeAndFlush(control(here, opcode, payload))
                .addListener(sent -> {
                    if (sent.isSuccess()) {
                        onLoop(here, this::controlSent);
                    }
                });
    }

    /** The channel may have moved since it was written, and the news come on the loop before. */
    private static void onLoop(ChannelHandlerContext here, Runnable action) {
        EventExecutor loop = here.executor();
        if (loop.inEventLoop()) {
            action.run();
        } else {
            loop.execute(action);
        }
    }

    private void controlSent() {
        controlUnsent = false;
        byte[] next = unanswered;
        unanswered = null;
        if (next != null && !closeSent) {
            send(FrameReader.PONG, next);
        }
    }

    private static ByteBuf control(ChannelHandlerContext context, int opcode, byte[] payload) {
        int size = 2 + payload.length;
        ByteBuf frame = context.alloc().directBuffer(size, size);
        FrameWriter.control(frame, opcode, payload);
        return frame;
    }

    private void startPinging() {
        if (pingInterval == 0 || pingTimer != null) {
            return;
        }
        pingTimer =
                new TimerWheel.Timer() {
                    @Override
                    protected void fire() {
                        lookForSilence();
                    }
                };
        stream.shard().after(pingInterval / 2, pingTimer);
    }

    /**
     * Twice in an interval, so that nothing passes in either direction for an interval at most:
     * proxies that are between watch both.
     */
    private void lookForSilence() {
        boolean silent = !heard || !said;
        heard = false;
        said = false;
        if (closeSent || pingTimer == null) {
            return;
        }
        if (silent && !controlUnsent) {
            send(FrameReader.PING, new byte[0]);
        }
        stream.shard().after(pingInterval / 2, pingTimer);
    }

    /** The connection leaves its shard: nothing of it may stay there. */
    public void leave() {
        if (pingTimer != null) {
            stream.shard().timers().cancel(pingTimer);
            pingTimer = null;
        }
    }

    /** The connection has come to another shard, which it knows as its own by now. */
    public void arrive() {
        if (open && !closeSent) {
            startPinging();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        leave();
        if (held != null) {
            held.release();
            held = null;
        }
        if (heldBehind != null) {
            heldBehind.forEach(ByteBuf::release);
            heldBehind = null;
        }
        heldBytes = 0;
    }
}
