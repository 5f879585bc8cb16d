package io.godwit.client.network;

import io.godwit.client.Credentials;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is.
 *
 * @param host name or address; empty for a Unix domain socket
 * @param port 1 to 65,535; 0 for a Unix domain socket
 * @param path of the WebSocket request, with its query, or of the socket; otherwise empty
 * @param credentials that the address itself names, or null
 */
public record ServerAddress(
        Scheme scheme, String host, int port, String path, @Nullable Credentials credentials) {

    /** The path of a WebSocket whose address names none. */
    private static final String USUAL_PATH = "/mqtt";

    /** How MQTT is carried, with the port that is meant when none is named. */
    public enum Scheme {
        /** TCP. */
        MQTT(1883),
        /** TLS over TCP. */
        MQTTS(8883),
        /** WebSocket. */
        WS(80),
        /** WebSocket over TLS. */
        WSS(443),
        /** A Unix domain socket. */
        UNIX(0);

        private final int port;

        Scheme(int port) {
            this.port = port;
        }

        /** The default port. */
        public int port() {
            return port;
        }

        private static Scheme named(String name) {
            return switch (name) {
                case "mqtt", "tcp" -> MQTT;
                case "mqtts", "ssl" -> MQTTS;
                case "ws" -> WS;
                case "wss" -> WSS;
                case "unix" -> UNIX;
                default ->
                        throw new IllegalArgumentException(
                                "the scheme '%s' is none of mqtt, mqtts, ws, wss and unix"
                                        .formatted(name));
            };
        }

        boolean isTls() {
            return this == MQTTS || this == WSS;
        }

        boolean isWebSocket() {
            return this == WS || this == WSS;
        }
    }

    /**
     * The address that a URI names, such as {@code mqtt://localhost}, {@code
     * mqtts://user:password@broker.example.org:8883}, {@code ws://[::1]:8083/mqtt} or {@code
     * unix:///run/godwit/mqtt.sock}. {@code tcp} and {@code ssl} stand for {@code mqtt} and {@code
     * mqtts}, as Paho has them. User name, password and the path of a socket may have bytes written
     * as {@code %} and two hexadecimal digits; a WebSocket without a path is at {@code /mqtt}.
     *
     * @throws IllegalArgumentException if it names none; says why, without a password
     */
    public static ServerAddress parse(String uri) {
        String text = uri.strip();
        try {
            return text.regionMatches(true, 0, "unix:", 0, 5) && !text.startsWith("//", 5)
                    ? socket(text.substring(5), null)
                    : of(UriText.parse(text));
        } catch (IllegalArgumentException why) {
            throw new IllegalArgumentException(
                    "%s is no address of a server such as mqtt://localhost:1883: %s"
                            .formatted(UriText.shown(text), why.getMessage()),
                    why);
        }
    }

    private static ServerAddress of(UriText text) {
        Scheme scheme = Scheme.named(text.scheme());
        if (scheme == Scheme.UNIX) {
            if (!text.host().isEmpty() || text.port() != UriText.NO_PORT) {
                throw new IllegalArgumentException(
                        "the path of a socket is written unix:///path/of/the.sock");
            }
            return socket(text.rest(), text.credentials());
        }
        if (text.host().isEmpty()) {
            throw new IllegalArgumentException("it names no host");
        }
        int port = text.port() == UriText.NO_PORT ? scheme.port() : text.port();
        String path = scheme.isWebSocket() ? webSocketPath(text.rest()) : noPath(text.rest());
        return new ServerAddress(scheme, text.host(), port, path, text.credentials());
    }

    private static ServerAddress socket(String written, @Nullable Credentials credentials) {
        String path = UriText.text(UriText.decoded(written));
        if (path.isEmpty()) {
            throw new IllegalArgumentException("it names no path of a socket");
        }
        return new ServerAddress(Scheme.UNIX, "", 0, path, credentials);
    }

    private static String webSocketPath(String rest) {
        if (!rest.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(
                    "its path has characters that are written with %, such as %20 for a space");
        }
        return rest.startsWith("/") ? rest : USUAL_PATH + rest;
    }

    private static String noPath(String rest) {
        if (!rest.isEmpty() && !rest.equals("/")) {
            throw new IllegalArgumentException("only ws, wss and unix have a path");
        }
        return "";
    }

    /** As a URI, without credentials and without the query of a path: both may be secret. */
    @Override
    public String toString() {
        if (scheme == Scheme.UNIX) {
            return (path.startsWith("/") ? "unix://" : "unix:") + path;
        }
        int query = path.indexOf('?');
        return "%s://%s%s"
                .formatted(
                        scheme.name().toLowerCase(Locale.ROOT),
                        place(host, port),
                        query < 0 ? path : path.substring(0, query) + "?...");
    }

    /** Host and port as URIs and HTTP have them. */
    static String place(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
