package io.godwit.transport.websocket;

import static io.godwit.transport.websocket.WebSocketClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a client sends: the data is the same wherever the bytes are cut, Netty's own decoder
 * finds the same in it, and nothing is thrown or kept. With {@code JAZZER_FUZZ=1} Jazzer goes on
 * from the seeds.
 */
class FrameFuzzTest {

    private static final int MAXIMUM = 1_000;

    static Stream<Arguments> seeds() {
        byte[] data = new byte[300];
        return Stream.of(
                        frame(true, FrameReader.BINARY, new byte[0]),
                        frame(true, FrameReader.BINARY, new byte[] {0x10, 0}),
                        frame(true, FrameReader.BINARY, data),
                        frame(true, FrameReader.BINARY, new byte[MAXIMUM + 1]),
                        frame(true, FrameReader.BINARY, data, 8),
                        FrameReaderTest.join(
                                frame(false, FrameReader.BINARY, data),
                                frame(true, FrameReader.PING, new byte[] {1, 2, 3}),
                                frame(true, FrameReader.CONTINUATION, data)),
                        frame(true, FrameReader.CLOSE, new byte[] {3, (byte) 0xE8}),
                        frame(true, FrameReader.TEXT, new byte[] {'x'}),
                        new byte[] {(byte) 0x82, 1, 0})
                .map(bytes -> Arguments.of((Object) FrameReaderTest.join(new byte[] {5}, bytes)));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "30s")
    void framesAreUnwrappedOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int cut = 1 + (input[0] & 0xFF);
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        byte[] whole = unwrapped(bytes, Math.max(1, bytes.length));
        assertThat(unwrapped(bytes, cut)).isEqualTo(whole);
        assertThat(unwrapped(bytes, 1)).isEqualTo(whole);
        expectAsNetty(bytes, whole);
    }

    private static byte[] unwrapped(byte[] bytes, int cutEvery) {
        TestStream stream = new TestStream();
        FrameHandler handler = new FrameHandler(stream, MAXIMUM, 0);
        EmbeddedChannel channel = new EmbeddedChannel(handler);
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        handler.open();
        for (int from = 0; from < bytes.length; from += cutEvery) {
            ByteBuf piece = channel.alloc().directBuffer();
            channel.writeInbound(
                    piece.writeBytes(bytes, from, Math.min(cutEvery, bytes.length - from)));
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteBuf next;
        while ((next = channel.readInbound()) != null) {
            byte[] part = new byte[next.readableBytes()];
            next.readBytes(part).release();
            data.writeBytes(part);
        }
        channel.finishAndReleaseAll();
        return data.toByteArray();
    }

    /** Netty gives whole frames only, and looks at what is in a text; up to there both agree. */
    private static void expectAsNetty(byte[] bytes, byte[] ours) {
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        new WebSocket13FrameDecoder(
                                WebSocketDecoderConfig.newBuilder()
                                        .maxFramePayloadLength(MAXIMUM)
                                        .withUTF8Validator(false)
                                        .build()));
        ByteArrayOutputStream theirs = new ByteArrayOutputStream();
        try {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
        } catch (CorruptedWebSocketFrameException _) {
            // what came before is there all the same
        }
        boolean isBinary = true;
        WebSocketFrame next;
        while ((next = channel.readInbound()) != null) {
            isBinary &= !(next instanceof TextWebSocketFrame);
            if (isBinary
                    && (next instanceof BinaryWebSocketFrame
                            || next instanceof ContinuationWebSocketFrame)) {
                theirs.writeBytes(ByteBufUtil.getBytes(next.content()));
            }
            next.release();
        }
        channel.finishAndReleaseAll();
        assertThat(ours).startsWith(theirs.toByteArray());
    }
}
