package io.godwit.broker.auth;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a Network Connection comes from, as far as its transport has verified it. Immutable.
 *
 * @param listener the name of the listener that accepted it
 * @param address the client's address, which a trusted proxy may have told; null over a Unix domain
 *     socket
 * @param port the client's port, or 0
 * @param isEncrypted whether TLS protects it up to this broker, or up to a trusted proxy that says
 *     so
 * @param certificates the chain that the client has proved to own, its own certificate first; empty
 *     if it showed none
 * @param unixPeer who is at the other end of a Unix domain socket, or null
 * @param query the query of the WebSocket's address, decoded; else empty
 * @param pskIdentity the identity whose pre-shared key the client has proved to have (DTLS, or the
 *     protection of MQTT-SN 2.0), or null
 */
public record Origin(
        String listener,
        @Nullable InetAddress address,
        int port,
        boolean isEncrypted,
        List<X509Certificate> certificates,
        @Nullable UnixPeer unixPeer,
        Map<String, String> query,
        @Nullable String pskIdentity) {

    /** Of a client whose session was stored: where it came from was not. */
    public static final Origin UNKNOWN = new Origin("", null, 0, false, List.of(), null, Map.of());

    /** Copies the collections. */
    public Origin {
        certificates = List.copyOf(certificates);
        query = Map.copyOf(query);
    }

    /** Without a pre-shared key. */
    public Origin(
            String listener,
            @Nullable InetAddress address,
            int port,
            boolean isEncrypted,
            List<X509Certificate> certificates,
            @Nullable UnixPeer unixPeer,
            Map<String, String> query) {
        this(listener, address, port, isEncrypted, certificates, unixPeer, query, null);
    }

    /** A plain TCP connection. */
    public static Origin tcp(String listener, InetAddress address, int port) {
        return new Origin(listener, address, port, false, List.of(), null, Map.of());
    }

    /** Whether nothing is known of it; else what it does not have is known not to be there. */
    @SuppressWarnings("ReferenceEquality") // others may be without address and listener as well
    public boolean isUnknown() {
        return this == UNKNOWN;
    }

    /** Without the query, which may hold a password or a token. */
    @Override
    public String toString() {
        return "listener %s, address %s, port %d%s, %d certificates, %s"
                .formatted(
                        listener,
                        address == null ? "none" : address.getHostAddress(),
                        port,
                        isEncrypted ? " encrypted" : "",
                        certificates.size(),
                        unixPeer == null ? "no Unix peer" : unixPeer);
    }
}
