package io.godwit.transport.websocket;

import static io.godwit.transport.websocket.WebSocketClient.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Shard;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What frames are made of what is written, and when the handler speaks by itself. */
class FrameHandlerTest {

    private static final int INTERVAL = 30_000;

    private final TestStream stream = new TestStream();
    private final FrameHandler handler = new FrameHandler(stream, 1_000, INTERVAL);
    private final FullSocket socket = new FullSocket();
    private final EmbeddedChannel channel = new EmbeddedChannel(socket, handler);

    /** A socket that takes nothing while it is full. */
    private static final class FullSocket extends ChannelOutboundHandlerAdapter {
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean isFull;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (isFull) {
                waiting.add(() -> context.writeAndFlush(message, promise));
            } else {
                context.write(message, promise);
            }
        }

        void drain() {
            isFull = false;
            List<Runnable> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(Runnable::run);
        }
    }

    @BeforeEach
    void open() {
        handler.open();
    }

    @AfterEach
    void giveBack() {
        socket.drain();
        channel.finishAndReleaseAll();
    }

    private static ByteBuf data(int headroom, String text) {
        return Unpooled.buffer().setIndex(headroom, headroom).writeBytes(text.getBytes(US_ASCII));
    }

    /** What was sent so far, in hexadecimal. */
    private String sent() {
        StringBuilder all = new StringBuilder();
        ByteBuf next;
        while ((next = channel.readOutbound()) != null) {
            all.append(ByteBufUtil.hexDump(next));
            next.release();
        }
        return all.toString();
    }

    private void write(ByteBuf data) {
        channel.write(data, channel.voidPromise());
    }

    private void receive(int opcode, String payload) {
        channel.writeInbound(
                Unpooled.wrappedBuffer(frame(true, opcode, payload.getBytes(US_ASCII))));
    }

    @Test
    void aFlushIsAFrame() {
        write(data(FrameHandler.HEADROOM, "ab"));
        write(data(0, "cde"));
        assertThat(handler.held()).isEqualTo(5);
        assertThat(sent()).isEmpty();
        channel.flush();
        assertThat(handler.held()).isZero();
        write(data(0, "f"));
        channel.flush();
        channel.flush();
        assertThat(sent()).isEqualTo("82056162636465" + "820166");
    }

    @Test
    void theHeaderIsWrittenIntoTheRoomBeforeTheData() {
        ByteBuf data = data(FrameHandler.HEADROOM, "x".repeat(126));
        write(data);
        channel.flush();
        ByteBuf frame = channel.readOutbound();
        assertThat(frame).isSameAs(data);
        assertThat(ByteBufUtil.hexDump(frame)).startsWith("827e007e78").hasSize(2 * (4 + 126));
        frame.release();
    }

    @Test
    void anEmptyWriteTellsWhenWhatIsBeforeItWasSent() {
        socket.isFull = true;
        write(data(0, "ab"));
        var written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        assertThat(written.isDone()).isFalse();
        socket.drain();
        assertThat(written.isSuccess()).isTrue();
        assertThat(sent()).isEqualTo("82026162");
    }

    @Test
    void closeIsSaidOnceAndNothingFollows() {
        write(data(0, "ab"));
        handler.sayClose();
        write(data(0, "cd"));
        channel.flush();
        channel.close();
        assertThat(sent()).isEqualTo("82026162" + "880203e8");
    }

    @Test
    void thePeersOwnCodeIsAnsweredAlsoWhenItCameAlong() {
        channel.pipeline()
                .addLast(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message) {
                                ((ByteBuf) message).release();
                                handler.sayClose();
                                context.flush();
                            }
                        });
        byte[] goodBye = frame(true, FrameReader.CLOSE, new byte[] {3, (byte) 0xE9});
        channel.writeInbound(
                Unpooled.wrappedBuffer(
                        frame(true, FrameReader.BINARY, "quit".getBytes(US_ASCII)), goodBye));
        assertThat(sent()).isEqualTo("880203e9");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aChannelThatIsClosedSaysThatItGoesAway() {
        channel.close();
        assertThat(sent()).isEqualTo("880203e9");
    }

    @Test
    void oneThatWasNeverOpenSaysNothing() {
        FrameHandler closed = new FrameHandler(stream, 1_000, INTERVAL);
        EmbeddedChannel other = new EmbeddedChannel(closed);
        closed.sayClose();
        other.close();
        assertThat((Object) other.readOutbound()).isNull();
    }

    @Test
    void whileAPongIsNotSentTheNewestPingWaits() {
        socket.isFull = true;
        for (int i = 0; i < 1_000; i++) {
            receive(FrameReader.PING, "" + i);
        }
        assertThat(socket.waiting).hasSize(1);
        socket.drain();
        assertThat(sent()).isEqualTo("8a0130" + "8a03393939");
    }

    @Test
    void aPeerIsPingedWhenNothingPassedForAnInterval() {
        stream.pass(INTERVAL / 2); // it has said nothing, and was told nothing
        assertThat(sent()).isEqualTo("8900");
        receive(FrameReader.PONG, "");
        stream.pass(INTERVAL / 2);
        assertThat(sent()).isEmpty();
        stream.pass(INTERVAL / 2);
        assertThat(sent()).isEqualTo("8900");
    }

    @Test
    void aPeerThatOnlySendsIsPingedToo() {
        stream.pass(INTERVAL / 2);
        sent();
        for (int i = 0; i < 2; i++) {
            receive(FrameReader.BINARY, "x");
            stream.pass(INTERVAL / 2);
            assertThat(sent()).isEmpty();
            receive(FrameReader.BINARY, "x");
            stream.pass(INTERVAL / 2);
            assertThat(sent()).isEqualTo("8900");
        }
    }

    @Test
    void aBusyPeerIsNotPinged() {
        for (int i = 0; i < 10; i++) {
            receive(FrameReader.BINARY, "x");
            write(data(0, "y"));
            channel.flush();
            sent();
            stream.pass(INTERVAL / 2);
            assertThat(sent()).isEmpty();
        }
    }

    @Test
    void aPingThatWasNotSentIsNotFollowedByOthers() {
        socket.isFull = true;
        for (int i = 0; i < 10; i++) {
            stream.pass(INTERVAL);
        }
        assertThat(socket.waiting).hasSize(1);
    }

    @Test
    void theTimerMovesAlong() {
        Shard old = stream.shard();
        Shard home = stream.newShard();
        handler.leave();
        stream.moveTo(home);
        stream.pass(INTERVAL, old);
        assertThat(sent()).isEmpty();
        handler.arrive();
        stream.pass(INTERVAL, old);
        assertThat(sent()).isEqualTo("8900");
        channel.close();
        sent();
        stream.pass(INTERVAL, old);
        assertThat(sent()).isEmpty();
    }

    @Test
    void whatBreaksTheRulesIsBrokenOff() {
        receive(FrameReader.BINARY, "ok");
        receive(FrameReader.TEXT, "no");
        receive(FrameReader.BINARY, "late");
        assertThat(stream.brokenOff).isTrue();
        ByteBuf given = channel.readInbound();
        assertThat(given.toString(US_ASCII)).isEqualTo("ok");
        given.release();
        assertThat((Object) channel.readInbound()).isNull();
        handler.sayClose();
        channel.flush();
        assertThat(sent()).isEqualTo("880203eb");
    }
}
