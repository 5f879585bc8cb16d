package io.godwit.server.clients;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a library gets to the broker.
 *
 * @param authority a PEM file with the authority of the broker's certificate, where TLS is spoken
 */
record Access(Transport transport, @Nullable Path authority) {

    static final Access TCP = new Access(Transport.TCP, null);

    /**
     * A URI as Paho wants it for its Java and C clients.
     *
     * @param port of the broker, or of a wire to it
     */
    String uri(String host, int port) {
        return switch (transport) {
            case TCP -> "tcp://%s:%d".formatted(host, port);
            case TLS -> "ssl://%s:%d".formatted(host, port);
            case WEB_SOCKET -> "ws://%s:%d/mqtt".formatted(host, port);
        };
    }

    /** The file of {@link #authority}, which TLS has. */
    Path requiredAuthority() {
        return Objects.requireNonNull(authority, "TLS wants an authority");
    }
}
