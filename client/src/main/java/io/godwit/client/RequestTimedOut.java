package io.godwit.client;

import org.jspecify.annotations.Nullable;

/** The server has not answered in time. */
public final class RequestTimedOut extends MqttException {

    private static final long serialVersionUID = 1;

    /** With a cause, if there is one. */
    public RequestTimedOut(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
