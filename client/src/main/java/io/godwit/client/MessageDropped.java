package io.godwit.client;

import org.jspecify.annotations.Nullable;

/** The offline buffer's policy has dropped the message, or it outlived its time there. */
public final class MessageDropped extends MqttException {

    private static final long serialVersionUID = 1;

    /** With a cause, if there is one. */
    public MessageDropped(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
