package io.godwit.client;

import org.jspecify.annotations.Nullable;

/** There is no connection: none could be made, it broke, or the server was silent for too long. */
public final class ConnectionLost extends MqttException {

    private static final long serialVersionUID = 1;

    /** With a cause, if there is one. */
    public ConnectionLost(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
