package io.godwit.transport.websocket;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whom a listener lets through the opening handshake.
 *
 * @param path where the WebSocket is, such as {@code /mqtt}
 * @param allowedOrigins where browsers' pages may come from; if empty, the host that the browser
 *     connects to, and the dashboard on this machine
 * @param subprotocolRequired whether a client that offers no subprotocol is refused
 * @param isTrustedProxy from which addresses {@code X-Forwarded-For} is believed
 */
public record HandshakeRules(
        String path,
        List<WebOrigin> allowedOrigins,
        boolean subprotocolRequired,
        Predicate<InetAddress> isTrustedProxy) {

    /** Copies the list. */
    public HandshakeRules {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
