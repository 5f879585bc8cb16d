package io.godwit.client;

import org.jspecify.annotations.Nullable;

/** What went wrong, in words for a person; its classes say what for a program. */
public class MqttException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a cause, if there is one. */
    public MqttException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
