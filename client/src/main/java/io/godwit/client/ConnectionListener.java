package io.godwit.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears of connections that come and go. Called one after the other, with the order of things. */
public interface ConnectionListener {

    /**
     * A connection is open; also after each reconnect. The client may be called here, subscribing
     * included.
     */
    default void connected(Connected connected) {}

    /**
     * A connection has ended, or an attempt has failed.
     *
     * @param cause {@link ConnectionLost}, {@link ConnectRefused} or {@link DisconnectedByServer};
     *     null after the client's own disconnect
     * @param retryIn the wait before the next attempt; null if there will be none
     */
    default void disconnected(@Nullable MqttException cause, @Nullable Duration retryIn) {}
}
