package io.godwit.broker.control;

import org.jspecify.annotations.Nullable;

/**
 * A client, as an administrator sees it: its session, and its connection if it has one.
 *
 * @param session what is kept for it
 * @param connection null if it is not connected
 * @param inFlight messages that were sent to it and that it has not acknowledged
 */
public record ClientState(
        SessionState session, @Nullable ConnectionState connection, int inFlight) {

    /** The user name of its connection or, without one, of the session's owner; or null. */
    public @Nullable String userName() {
        return connection == null ? session.userName() : connection.userName();
    }
}
