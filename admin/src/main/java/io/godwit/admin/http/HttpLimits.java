package io.godwit.admin.http;

import java.time.Duration;

/**
 * What a client can make the server hold and wait for.
 *
 * @param requestLine bytes of the request line; beyond it 414
 * @param headerBytes bytes of all headers; beyond it 431
 * @param headers how many headers; beyond it 431
 * @param body bytes of the body; beyond it 413
 * @param connections how many at once; one more is answered 503 and closed
 * @param requestTime from the first byte of a request to its last, and for taking its response;
 *     then the connection is closed
 * @param idleTime how long a connection may wait between requests; then it is closed
 */
public record HttpLimits(
        int requestLine,
        int headerBytes,
        int headers,
        int body,
        int connections,
        Duration requestTime,
        Duration idleTime) {

    /** What the HTTP API has. */
    public static HttpLimits defaults() {
        return new HttpLimits(
                4_096, 16_384, 64, 65_536, 32, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }
}
