package io.godwit.transport.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.broker.shard.TimerWheel;
import io.godwit.transport.websocket.Handshake.Accepted;
import io.godwit.transport.websocket.Handshake.Refused;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the request that opens a WebSocket, and then leaves the pipeline to the {@link
 * FrameHandler} behind it; a request that is refused ends the connection.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

    /** Milliseconds that a client has for its request. */
    static final long REQUEST_WITHIN = 10_000;

    private final Handshake handshake;
    private final ByteStream stream;
    private final FrameHandler frames;
    private final HttpRequestDecoder decoder;
    private TimerWheel.@Nullable Timer timer;
    private @Nullable Accepted accepted;
    private boolean refused;

    HandshakeHandler(
            Handshake handshake,
            ByteStream stream,
            FrameHandler frames,
            HttpRequestDecoder decoder) {
        this.handshake = handshake;
        this.stream = stream;
        this.frames = frames;
        this.decoder = decoder;
    }

    /** What is above begins when the WebSocket is open. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        TimerWheel.Timer late =
                new TimerWheel.Timer() {
                    @Override
                    protected void fire() {
                        refuse(
                                context,
                                new Refused(
                                        HttpResponseStatus.REQUEST_TIMEOUT,
                                        "no request was complete within "
                                                + REQUEST_WITHIN / 1000
                                                + " s"));
                    }
                };
        timer = late;
        stream.shard().after(REQUEST_WITHIN, late);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopTimer();
    }

    private void stopTimer() {
        if (timer != null) {
            stream.shard().timers().cancel(timer);
            timer = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Accepted opening = accepted;
        if (refused || !context.channel().isActive()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            decide(context, request);
        } else if (message instanceof LastHttpContent && opening != null) {
            ReferenceCountUtil.release(message);
            open(context, opening);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void decide(ChannelHandlerContext context, HttpRequest request) {
        switch (handshake.answer(request, stream.peerAddress(), stream.isOnLoopback())) {
            case Accepted it -> accepted = it;
            case Refused it -> refuse(context, it);
        }
    }

    /** The answer goes out first; what the client has sent behind its request are frames. */
    private void open(ChannelHandlerContext context, Accepted opening) {
        StringBuilder answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        header(answer, HttpHeaderNames.UPGRADE, "websocket");
        header(answer, HttpHeaderNames.CONNECTION, "Upgrade");
        header(answer, HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, opening.acceptKey());
        if (opening.subprotocol() != null) {
            header(answer, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, opening.subprotocol());
        }
        send(context, answer.append("\r\n"));
        stream.opened(opening.query(), opening.client());
        LOG.debug("{} opened a WebSocket", stream.peer());
        frames.open();
        context.fireChannelActive();
        context.pipeline().remove(this);
        context.pipeline().remove(decoder); // which passes on what it has not decoded
    }

    private void refuse(ChannelHandlerContext context, Refused why) {
        refused = true;
        stopTimer();
        context.pipeline().remove(decoder); // nothing more is taken apart, and so nothing kept
        String text = why.why() + ".\n";
        StringBuilder answer = new StringBuilder("HTTP/1.1 ").append(why.status()).append("\r\n");
        if (why.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            header(answer, HttpHeaderNames.UPGRADE, "websocket");
            header(answer, HttpHeaderNames.SEC_WEBSOCKET_VERSION, Handshake.WEBSOCKET_VERSION);
            header(answer, HttpHeaderNames.CONNECTION, "Upgrade, close");
        } else {
            header(answer, HttpHeaderNames.CONNECTION, "close");
        }
        if (why.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            header(answer, HttpHeaderNames.ALLOW, "GET");
        }
        header(answer, HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        int length = text.getBytes(UTF_8).length;
        header(answer, HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
        send(context, answer.append("\r\n").append(text));
        stream.breakOff(true, "%d, %s".formatted(why.status().code(), why.why()));
    }

    private static void header(StringBuilder answer, CharSequence name, String value) {
        answer.append(name).append(": ").append(value).append("\r\n");
    }

    private static void send(ChannelHandlerContext context, CharSequence answer) {
        context.writeAndFlush(
                ByteBufUtil.encodeString(context.alloc(), CharBuffer.wrap(answer), UTF_8),
                context.voidPromise());
    }
}
