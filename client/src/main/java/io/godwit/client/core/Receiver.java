package io.godwit.client.core;

import io.godwit.client.MqttException;

/** Who takes messages: a handler, an inbox or a stream. */
interface Receiver {

    /**
     * Takes a message; called under the lock, and does not wait. It calls {@link Delivery#finished}
     * or {@link Delivery#failed} once it is done with it.
     */
    void take(Delivery delivery);

    /** Whether messages are acknowledged by whoever got them only. */
    boolean isManual();

    /**
     * Nothing comes any more: the subscription has ended or another one has taken its place, or the
     * client is closed. Under the lock.
     */
    default void ended() {}

    /** The server has refused to make the subscription anew. Under the lock. */
    default void refused(MqttException why) {
        ended();
    }
}
