package io.godwit.client.auth;

import org.jspecify.annotations.Nullable;

/**
 * A method of enhanced authentication (§4.12). Asked on a thread that may block; {@link #begin} begins anew each time, for a
 * connection and for a re-authentication.
 */
public interface EnhancedAuthentication {

    /** The Authentication Method, such as {@code SCRAM-SHA-256}. */
    String method();

    /** Begins an exchange, with what CONNECT or the first AUTH carries. */
    Exchange begin();

    /** One exchange; one thread at a time. */
    interface Exchange {

        /** The Authentication Data to begin with, or null for none. */
        byte @Nullable [] first();

        /**
         * The answer to an AUTH with 0x18 Continue authentication.
         *
         * @throws io.godwit.client.MqttException if the server is not who it should be; says why
         */
        byte @Nullable [] next(byte @Nullable [] data);

        /**
         * The server says that it has succeeded, with its last data.
         *
         * @throws io.godwit.client.MqttException if the server has not proven itself where the method wants it
         */
        void succeeded(byte @Nullable [] data);
    }
}
