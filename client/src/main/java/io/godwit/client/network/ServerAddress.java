package io.godwit.client.network;

import io.godwit.client.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is.
 *
 * @param host name or address; empty for a Unix domain socket
 * @param port 1 to 65,535; 0 for a Unix domain socket
 * @param path of the WebSocket request, or of the socket; otherwise empty
 * @param credentials that the address itself names, or null
 */
public record ServerAddress(
        Scheme scheme, String host, int port, String path, @Nullable Credentials credentials) {

    /** How MQTT is carried, with the port that is meant when none is named. */
    public enum Scheme {
        MQTT(1883),
        MQTTS(8883),
        WS(80),
        WSS(443),
        UNIX(0);

        private final int port;

        Scheme(int port) {
            this.port = port;
        }

        /** The default port. */
        public int port() {
            return port;
        }
    }

    /**
     * The address that a URI names; {@code tcp} and {@code ssl} stand for {@code mqtt} and {@code mqtts}, as Paho has them.
     *
     * @throws IllegalArgumentException if it names none; says why
     */
    public static ServerAddress parse(String uri) {
        throw new UnsupportedOperationException(uri);
    }
}
