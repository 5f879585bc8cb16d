package io.godwit.transport.websocket;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whom a listener lets through the opening handshake.
 *
 * @param path where the WebSocket is, such as {@code /mqtt}
 * @param allowedOrigins where browsers' pages may come from; if empty, the host that the browser
 *     connects to, where no foreign page can have that name, and the dashboard on this machine
 * @param subprotocolRequired whether a client that offers no subprotocol is refused
 * @param isCertified whether the listener has a certificate for a host name
 * @param isTrustedProxy from which addresses {@code X-Forwarded-For} is believed
 */
public record HandshakeRules(
        String path,
        List<WebOrigin> allowedOrigins,
        boolean subprotocolRequired,
        Predicate<String> isCertified,
        Predicate<InetAddress> isTrustedProxy) {

    /** Copies the list. */
    public HandshakeRules {
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
