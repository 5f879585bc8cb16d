package io.godwit.client.core;

/** Who takes messages: a handler, an inbox or a stream. */
interface Receiver {

    /**
     * Takes a message; called under the lock, and does not wait. It calls {@link Delivery#finished}
     * or {@link Delivery#failed} once it is done with it.
     */
    void take(Delivery delivery);

    /** Whether messages are acknowledged by whoever got them only. */
    boolean isManual();

    /** The client is closed: nothing comes any more. Under the lock. */
    default void ended() {}
}
