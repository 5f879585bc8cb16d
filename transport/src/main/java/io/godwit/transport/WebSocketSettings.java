package io.godwit.transport;

import io.godwit.broker.auth.Network;
import io.godwit.transport.websocket.HandshakeRules;
import io.godwit.transport.websocket.WebOrigin;
import io.godwit.transport.websocket.WebSocketListener;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * How a listener speaks WebSocket.
 *
 * @param path where it is, such as {@code /mqtt}; other paths are refused
 * @param allowedOrigins where browsers' pages may come from; if empty, the host that the browser
 *     connects to, where no foreign page can have that name, and the dashboard on this machine
 * @param subprotocolRequired whether a client that offers no subprotocol is refused
 * @param pingInterval how long a peer may be silent before it is pinged; 0 for ever
 * @param forwardedTrusted the proxies whose {@code X-Forwarded-For} is believed
 * @param maximumFrame the longest payload of a frame that is taken, in bytes
 */
public record WebSocketSettings(
        String path,
        List<WebOrigin> allowedOrigins,
        boolean subprotocolRequired,
        Duration pingInterval,
        List<Network> forwardedTrusted,
        int maximumFrame) {

    /** The path, if nothing else is said. */
    public static final String PATH = "/mqtt";

    /** The time until a Ping, if nothing else is said; proxies often give up after a minute. */
    public static final Duration PING_INTERVAL = Duration.ofSeconds(30);

    /** The longest frame, if nothing else is said; that of the default {@code packet-size}. */
    public static final int MAXIMUM_FRAME = 2_000_000;

    /** Copies the lists. */
    public WebSocketSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        forwardedTrusted = List.copyOf(forwardedTrusted);
    }

    /** The usual ones, with the longest frame that is taken. */
    public static WebSocketSettings upTo(int maximumFrame) {
        return new WebSocketSettings(PATH, List.of(), true, PING_INTERVAL, List.of(), maximumFrame);
    }

    /** The same, with another longest frame. */
    public WebSocketSettings withMaximumFrame(int other) {
        return new WebSocketSettings(
                path, allowedOrigins, subprotocolRequired, pingInterval, forwardedTrusted, other);
    }

    /** Whether the {@code X-Forwarded-For} of a peer is believed. */
    boolean isForwarder(InetAddress address) {
        for (Network proxies : forwardedTrusted) {
            if (proxies.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What its connections have in common.
     *
     * @param isCertified whether the listener's certificates are for a host name
     */
    WebSocketListener listener(Predicate<String> isCertified) {
        HandshakeRules rules =
                new HandshakeRules(
                        path, allowedOrigins, subprotocolRequired, isCertified, this::isForwarder);
        return new WebSocketListener(rules, maximumFrame, pingInterval.toMillis());
    }
}
