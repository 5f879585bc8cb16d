package io.godwit.admin.http;

import java.time.Duration;

/**
 * What a client can make the server hold and wait for.
 *
 * @param requestLine bytes of the request line; beyond it 414
 * @param headerBytes bytes of all headers; beyond it 431
 * @param headers how many headers; beyond it 431
 * @param body bytes of the body; beyond it 413
 * @param bodies bytes of all bodies that are held at once; beyond it 503
 * @param connections how many at once; for one more the one is closed that has waited longest for
 *     its client, and if none waits this one is answered 503
 * @param streams how many of these may be streams; one more is answered 503
 * @param requestTime from the first byte of a request to its last, for taking its response, and for
 *     taking each part of a stream; then the connection is closed
 * @param idleTime how long a connection may wait between requests; then it is closed
 */
public record HttpLimits(
        int requestLine,
        int headerBytes,
        int headers,
        int body,
        int bodies,
        int connections,
        int streams,
        Duration requestTime,
        Duration idleTime) {

    /** How often a stream that has nothing to say sends a comment, so that nobody gives it up. */
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** With room for eight of the largest bodies, and streams on all connections but one. */
    public HttpLimits(
            int requestLine,
            int headerBytes,
            int headers,
            int body,
            int connections,
            Duration requestTime,
            Duration idleTime) {
        this(
                requestLine,
                headerBytes,
                headers,
                body,
                8 * body,
                connections,
                connections - 1,
                requestTime,
                idleTime);
    }

    /** Bytes of all large answers that are on their way at once; beyond it 503. */
    int answers() {
        return 4 * bodies;
    }

    /** What the HTTP API has. */
    public static HttpLimits defaults() {
        return new HttpLimits(
                200_000, // a Client Identifier may have 65,535 bytes, and each of them three here
                16_384,
                64,
                1_048_576,
                8_388_608,
                64,
                32,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }
}
