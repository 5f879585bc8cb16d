package io.godwit.client.network;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How connections are made.
 *
 * @param connectTimeout for all of it: names, socket, proxy, TLS, WebSocket
 * @param proxy to connect through, except to a Unix domain socket; or null
 * @param localAddress the address of this machine to use, or null
 * @param headers of the WebSocket request
 * @param threads that wait for the network
 */
public record NetworkSettings(
        Duration connectTimeout,
        TlsSettings tls,
        @Nullable ProxySettings proxy,
        @Nullable String localAddress,
        Map<String, String> headers,
        NetworkThreads threads) {

    /** Leaves out what headers say, which may be a token. */
    @Override
    public String toString() {
        return "NetworkSettings[connectTimeout=%s, tls=%s, proxy=%s, localAddress=%s, headers=%s]"
                .formatted(connectTimeout, tls, proxy, localAddress, headers.keySet());
    }
}
