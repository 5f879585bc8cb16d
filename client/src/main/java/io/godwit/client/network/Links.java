package io.godwit.client.network;

import java.io.IOException;

/** Makes connections. */
public final class Links {

    private Links() {}

    /**
     * Connects; blocks until the link can carry MQTT.
     *
     * @throws IOException if it cannot be made in time; says what failed (name, socket, proxy, TLS, WebSocket) and what to do
     */
    public static Link open(ServerAddress server, NetworkSettings settings) throws IOException {
        throw new UnsupportedOperationException(server + " " + settings);
    }
}
