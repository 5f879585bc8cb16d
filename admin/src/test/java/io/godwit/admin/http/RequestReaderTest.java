package io.godwit.admin.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

    private static final HttpLimits LIMITS =
            new HttpLimits(40, 100, 4, 10, 1, Duration.ofMinutes(1), Duration.ofMinutes(1));

    private static final String HOST = "Host: x\r\n";

    /** Gives one byte at a time, however many are asked for. */
    private static final class Trickle extends ByteArrayInputStream {
        Trickle(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 1));
        }
    }

    private static RequestReader reader(InputStream in) {
        return new RequestReader(
                Channels.newChannel(in),
                LIMITS,
                new Semaphore(LIMITS.bodies()),
                new Caller(null, Role.NONE, "a test", null));
    }

    private static RequestReader reader(String text) {
        return reader(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void requestsAreReadOneAfterTheOther(boolean trickles) throws Exception {
        byte[] bytes =
                ("POST /a/b?x=/c HTTP/1.1\r\nHost:x\r\nAccept: 1\r\nCONTENT-LENGTH:  5 \r\n\r\nhello"
                                + "GET / HTTP/1.1\r\nhost: y\r\nA: 1\r\na: 2\r\nB:\r\n\r\n")
                        .getBytes(ISO_8859_1);
        RequestReader reader =
                reader(trickles ? new Trickle(bytes) : new ByteArrayInputStream(bytes));
        assertThat(reader.await()).isTrue();
        Request first = reader.read();
        assertThat(first.method()).isEqualTo("POST");
        assertThat(first.path()).isEqualTo("/a/b");
        assertThat(first.headers())
                .isEqualTo(Map.of("host", "x", "accept", "1", "content-length", "5"));
        assertThat(first.body()).asString(ISO_8859_1).isEqualTo("hello");
        assertThat(reader.await()).isTrue();
        Request second = reader.read();
        assertThat(second.path()).isEqualTo("/");
        assertThat(second.headers()).isEqualTo(Map.of("host", "y", "a", "1, 2", "b", ""));
        assertThat(second.body()).isEmpty();
        assertThat(reader.await()).isFalse();
    }

    static Stream<Arguments> badRequests() {
        String get = "GET / HTTP/1.1\r\n";
        return Stream.of(
                arguments(400, "\r\n"),
                arguments(400, "GET /\r\n"),
                arguments(400, "GET  / HTTP/1.1\r\n"),
                arguments(400, " GET / HTTP/1.1\r\n"),
                arguments(400, "GET / HTTP/1.1 \r\n"),
                arguments(400, "G(T / HTTP/1.1\r\n"),
                arguments(400, "GET x HTTP/1.1\r\n"),
                arguments(400, "GET http://x/ HTTP/1.1\r\n"),
                arguments(400, "GET /\u00e9 HTTP/1.1\r\n"),
                arguments(400, "GET / http/1.1\r\n"),
                arguments(400, "GET / HTTP/1.1\n"),
                arguments(400, "GET / HTTP/1.1\rX"),
                arguments(400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n"),
                arguments(505, "GET / HTTP/1.0\r\n"),
                arguments(505, "PRI /x HTTP/2.0\r\n"),
                arguments(414, "GET /" + "x".repeat(40)),
                arguments(400, get + "\r\n"),
                arguments(400, get + HOST + HOST + "\r\n"),
                arguments(400, get + HOST + "A : 1\r\n"),
                arguments(400, get + HOST + " folded\r\n"),
                arguments(400, get + HOST + ": 1\r\n"),
                arguments(400, get + HOST + "A\r\n"),
                arguments(400, get + HOST + "A: \u0000\r\n"),
                arguments(400, get + HOST + "A: 1\n\r\n"),
                arguments(431, get + HOST + "A: " + "x".repeat(100)),
                arguments(431, get + HOST + ("A: " + "x".repeat(29) + "\r\n").repeat(3)),
                arguments(431, get + HOST + "A: 1\r\n".repeat(4)),
                arguments(400, get + HOST + "Content-Length: x\r\n\r\n"),
                arguments(400, get + HOST + "Content-Length: -1\r\n\r\n"),
                arguments(400, get + HOST + "Content-Length: +1\r\n\r\n"),
                arguments(400, get + HOST + "Content-Length:\r\n\r\n"),
                arguments(400, get + HOST + "Content-Length: 1, 1\r\n\r\n"),
                arguments(400, get + HOST + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"),
                arguments(400, get + HOST + "Content-Length: " + "9".repeat(19) + "\r\n\r\n"),
                arguments(413, get + HOST + "Content-Length: 11\r\n\r\n"),
                arguments(413, get + HOST + "Content-Length: " + "9".repeat(18) + "\r\n\r\n"),
                arguments(411, get + HOST + "Transfer-Encoding: chunked\r\n\r\n"),
                arguments(411, get + HOST + "Transfer-Encoding:\r\nContent-Length: 1\r\n\r\n1"),
                arguments(417, get + HOST + "Expect: 100-continue\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void whatIsMalformedOrTooLargeIsRefused(int status, String text) {
        assertThatThrownBy(() -> reader(text).read())
                .isInstanceOfSatisfying(
                        BadRequest.class,
                        bad -> assertThat(bad.response().status()).as(text).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HT",
                "GET / HTTP/1.1\r",
                "GET / HTTP/1.1\r\nHos",
                "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1"
            })
    void whatEndsInTheMiddleIsNoRequest(String text) {
        assertThatThrownBy(() -> reader(text).read()).isInstanceOf(EOFException.class);
    }

    @Test
    void whatIsExactlyAtTheLimitsIsTaken() throws IOException, BadRequest {
        String line = "GET /" + "x".repeat(26) + " HTTP/1.1";
        String headers = HOST + "A: " + "x".repeat(69) + "\r\nB:1\r\nContent-Length: 10\r\n";
        assertThat(line).hasSize(LIMITS.requestLine());
        assertThat(headers.replace("\r\n", "")).hasSize(LIMITS.headerBytes());
        Request request = reader(line + "\r\n" + headers + "\r\n0123456789").read();
        assertThat(request.headers()).hasSize(LIMITS.headers());
        assertThat(request.body()).hasSize(LIMITS.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "x, close"})
    void aClientCanAskForTheConnectionToBeClosed(String value) throws Exception {
        String text = "GET / HTTP/1.1\r\n" + HOST + "Connection: " + value + "\r\n\r\n";
        assertThat(reader(text).read().isLast()).isTrue();
        assertThat(reader(text.replace("close", "keep").replace("Close", "keep")).read().isLast())
                .isFalse();
    }
}
