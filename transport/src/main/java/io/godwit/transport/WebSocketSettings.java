package io.godwit.transport;

import java.util.List;

/**
 * How a listener speaks WebSocket.
 *
 * @param path where it is, such as {@code /mqtt}; other paths are refused
 * @param allowedOrigins what browsers' pages may come from, as scheme, host and port; empty for the
 *     listener's own host only
 * @param subprotocolRequired whether a client that does not offer {@code mqtt} is refused
 */
public record WebSocketSettings(
        String path, List<String> allowedOrigins, boolean subprotocolRequired) {

    /** Copies the list. */
    public WebSocketSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
