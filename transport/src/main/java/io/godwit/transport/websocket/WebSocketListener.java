package io.godwit.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** What the connections of one WebSocket listener have in common. Safe from any thread. */
public final class WebSocketListener {

    /** Bytes of a request's first line, with the address in it. */
    static final int LONGEST_LINE = 8 << 10;

    /** Bytes of all headers of a request together. */
    static final int LONGEST_HEADER = 8 << 10;

    private final Handshake handshake;
    private final int maximumFrame;
    private final long pingInterval;

    /**
     * A listener.
     *
     * @param rules whom it lets in
     * @param maximumFrame the longest payload of a frame that is taken, in bytes
     * @param pingInterval milliseconds after which an idle peer is pinged; 0 for never
     */
    public WebSocketListener(HandshakeRules rules, int maximumFrame, long pingInterval) {
        this.handshake = new Handshake(rules);
        this.maximumFrame = maximumFrame;
        this.pingInterval = pingInterval;
    }

    /**
     * Adds what a connection needs to the end of its pipeline; the stream's own handler is to
     * follow.
     *
     * @return the handler that stays when the WebSocket is open
     */
    public FrameHandler addTo(ChannelPipeline pipeline, ByteStream stream) {
        HttpRequestDecoder decoder =
                new HttpRequestDecoder(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(LONGEST_LINE)
                                .setMaxHeaderSize(LONGEST_HEADER)
                                .setHeadersFactory(RequestHeaders.FACTORY));
        decoder.setCumulator(WebSocketListener::append);
        FrameHandler frames = new FrameHandler(stream, maximumFrame, pingInterval);
        pipeline.addLast(decoder, new HandshakeHandler(handshake, stream, frames, decoder), frames);
        return frames;
    }

    /**
     * Half a request must not hold on to the buffer that it was read into, which is a large one.
     */
    private static ByteBuf append(ByteBufAllocator allocator, ByteBuf kept, ByteBuf in) {
        try {
            if (!in.isReadable()) {
                return kept;
            }
            if (kept.writableBytes() >= in.readableBytes()) {
                return kept.writeBytes(in);
            }
            ByteBuf larger = allocator.heapBuffer(kept.readableBytes() + in.readableBytes());
            larger.writeBytes(kept).writeBytes(in);
            kept.release();
            return larger;
        } finally {
            in.release();
        }
    }
}
