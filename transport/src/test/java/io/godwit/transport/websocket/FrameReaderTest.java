package io.godwit.transport.websocket;

import static io.godwit.transport.websocket.WebSocketClient.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.spec.Spec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames are taken apart wherever the bytes are cut, and what is not allowed ends it. */
class FrameReaderTest {

    private static final int MAXIMUM = 70_000;

    /** What a reader made of some bytes. */
    record Outcome(String data, List<String> pings, boolean isOver, int closeCode) {}

    static Outcome read(byte[] bytes, int cutEvery) {
        FrameReader reader = new FrameReader(MAXIMUM);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        List<String> pings = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += cutEvery) {
            ByteBuf piece = Unpooled.buffer();
            piece.writeZero(3).skipBytes(3);
            piece.writeBytes(bytes, from, Math.min(cutEvery, bytes.length - from));
            reader.unwrap(piece);
            data.writeBytes(ByteBufUtil.getBytes(piece));
            piece.release();
            byte[] ping = reader.takePing();
            if (ping != null) {
                pings.add(new String(ping, US_ASCII));
            }
        }
        return new Outcome(data.toString(US_ASCII), pings, reader.isOver(), reader.closeCode());
    }

    private static byte[] text(String text) {
        return text.getBytes(US_ASCII);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] letters(int count) {
        byte[] letters = new byte[count];
        for (int i = 0; i < count; i++) {
            letters[i] = (byte) ('a' + i % 26);
        }
        return letters;
    }

    @Test
    @Spec({"v5 MQTT-6.0.0-2", "v3 MQTT-6.0.0-2"})
    void everyCutGivesTheSameBytes() {
        byte[] frames =
                join(
                        frame(true, FrameReader.BINARY, letters(5)),
                        frame(true, FrameReader.BINARY, letters(0)),
                        frame(false, FrameReader.BINARY, letters(200)),
                        frame(true, FrameReader.PING, text("first")),
                        frame(false, FrameReader.CONTINUATION, letters(66_000)),
                        frame(true, FrameReader.PONG, text("unasked")),
                        frame(true, FrameReader.CONTINUATION, letters(3)),
                        frame(true, FrameReader.BINARY, letters(126)),
                        frame(true, FrameReader.PING, letters(125)),
                        frame(true, FrameReader.CLOSE, new byte[] {0x0F, (byte) 0xA0, 'x'}),
                        text("what comes behind is nothing"));
        byte[] expected = join(letters(5), letters(200), letters(66_000), letters(3), letters(126));
        for (int cut : new int[] {1, 2, 3, 7, 8, 9, 64, 65, 1_000, 65_536, frames.length}) {
            Outcome outcome = read(frames, cut);
            assertThat(outcome.data()).as("cut every %d", cut).isEqualTo(string(expected));
            assertThat(outcome.pings()).last().isEqualTo(string(letters(125)));
            assertThat(outcome.isOver()).isTrue();
            assertThat(outcome.closeCode()).isEqualTo(4000);
        }
    }

    private static String string(byte[] ascii) {
        return new String(ascii, US_ASCII);
    }

    @Test
    void ofSeveralPingsInAReadTheLastIsAnswered() {
        byte[] frames =
                join(
                        frame(true, FrameReader.PING, text("one")),
                        frame(true, FrameReader.PING, text("two")));
        assertThat(read(frames, frames.length).pings()).containsExactly("two");
        assertThat(read(frames, 1).pings()).containsExactly("one", "two");
    }

    static Stream<Arguments> endings() {
        byte[] tooLong = frame(true, FrameReader.BINARY, letters(MAXIMUM + 1));
        byte[] unmasked = {(byte) 0x82, 1, 'x'};
        byte[] negative = new byte[14];
        negative[0] = (byte) 0x82;
        negative[1] = (byte) 0xFF;
        negative[2] = (byte) 0x80;
        return Stream.of(
                Arguments.of("text", 1003, frame(true, FrameReader.TEXT, text("hello"))),
                Arguments.of("text in parts", 1003, frame(false, FrameReader.TEXT, text("he"))),
                Arguments.of("unmasked", 1002, unmasked),
                Arguments.of("too long", 1009, tooLong),
                Arguments.of("length beyond all", 1009, negative),
                Arguments.of("16 bits for 5", 1002, frame(true, 2, letters(5), 2)),
                Arguments.of("64 bits for 200", 1002, frame(true, 2, letters(200), 8)),
                Arguments.of("a long Ping", 1002, frame(true, FrameReader.PING, letters(126))),
                Arguments.of("half a Ping", 1002, frame(false, FrameReader.PING, letters(1))),
                Arguments.of("continuation of nothing", 1002, frame(true, 0, letters(1))),
                Arguments.of(
                        "a message in a message",
                        1002,
                        join(frame(false, 2, letters(1)), frame(true, 2, letters(1)))),
                Arguments.of("an unknown type", 1002, frame(true, 3, letters(1))),
                Arguments.of("a reserved bit", 1002, frame(true, 0x42, letters(1))),
                Arguments.of("Close with half a code", 1002, frame(true, 8, new byte[1])),
                Arguments.of("Close with a code of none", 1002, frame(true, 8, new byte[2])),
                Arguments.of("Close", 1000, frame(true, 8, new byte[0])),
                Arguments.of("Close 1001", 1001, frame(true, 8, new byte[] {3, (byte) 0xE9})));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void someFramesEndIt(String what, int code, byte[] frames) {
        byte[] before = frame(true, FrameReader.BINARY, text("before"));
        byte[] behind = frame(true, FrameReader.BINARY, text("behind"));
        for (int cut : new int[] {1, 5, 1_000_000}) {
            Outcome outcome = read(join(before, frames, behind), cut);
            assertThat(outcome.isOver()).isTrue();
            assertThat(outcome.closeCode()).isEqualTo(code);
            assertThat(outcome.data()).startsWith("before").doesNotContain("behind");
        }
    }
}
