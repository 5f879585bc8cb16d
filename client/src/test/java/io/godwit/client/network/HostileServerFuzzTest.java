package io.godwit.client.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends: it is understood, or refused in words. */
class HostileServerFuzzTest {

    /** Bytes that come in two parts, and then the end. */
    private static final class Scripted implements Link {
        private final ByteBuffer left;
        private final int half;

        Scripted(byte[] bytes) {
            left = ByteBuffer.wrap(bytes);
            half = bytes.length / 2;
        }

        @Override
        public int read(ByteBuffer in) {
            if (!left.hasRemaining()) {
                return -1;
            }
            int until = left.position() < half ? half : left.limit();
            int count = Math.min(until - left.position(), in.remaining());
            in.put(left.slice(left.position(), count));
            left.position(left.position() + count);
            return count;
        }

        @Override
        public void write(ByteBuffer out) {
            out.position(out.limit());
        }

        @Override
        public String peer() {
            return "it";
        }

        @Override
        public void close() {}
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                        "820161",
                        "02016189008001628801",
                        "827e0004616263648802 03e8",
                        "827f000000000000000161",
                        "8100",
                        "880403e86f6b")
                .map(hex -> Arguments.of((Object) HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @MethodSource("frames")
    @FuzzTest(maxDuration = "30s")
    void framesAreTakenApartOrRefused(byte[] data) {
        Scripted server = new Scripted(data);
        ByteBuffer received = ByteBuffer.allocate(HttpHead.LONGEST).limit(0);
        try (Link link = new WebSocketLink(server, received, NetworkThreads.VIRTUAL)) {
            ByteBuffer in = ByteBuffer.allocate(100);
            int all = 0;
            for (int count = link.read(in); count >= 0; count = link.read(in.clear())) {
                assertThat(count).isPositive();
                all += count;
            }
            assertThat(all).isLessThan(Math.max(1, data.length));
        } catch (IOException refused) {
            assertThat(refused).hasMessageStartingWith("it ");
        }
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
                        "HTTP/1.0 200\r\n: \r\nx\r\n\r\nrest",
                        "HTTP/1.1 404 Not Found\r\n\r\n",
                        "SSH-2.0-it\r\n")
                .map(text -> Arguments.of((Object) text.getBytes(ISO_8859_1)));
    }

    @MethodSource("heads")
    @FuzzTest(maxDuration = "30s")
    void headsAreReadOrRefused(byte[] data) throws IOException {
        ByteBuffer received = ByteBuffer.allocate(HttpHead.LONGEST);
        try {
            HttpHead head = HttpHead.read(new Scripted(data), received, "it");
            assertThat(head.status()).isBetween(100, 999);
            assertThat(head.headers().keySet()).allMatch(name -> !name.contains(":"));
        } catch (LinkProblem refused) {
            assertThat(refused).hasMessageStartingWith("it ");
        }
    }

    @MethodSource("heads")
    @FuzzTest(maxDuration = "30s")
    void noAnswerBreaksARequest(byte[] data) throws IOException {
        ServerAddress server = ServerAddress.parse("ws://localhost/mqtt");
        try (Link link = WebSocketRequest.open(new Scripted(data), server, Opened.PLAIN)) {
            assertThat(link.peer()).isEqualTo("it");
        } catch (LinkProblem refused) {
            assertThat(refused.getMessage()).isNotBlank().doesNotContain("\r", "\n");
        }
    }
}
