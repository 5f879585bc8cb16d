package io.godwit.access.authentication;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Credentials;

/**
 * A link of an {@link AuthenticatorChain}: one way to tell who a client is. It accepts, refuses or
 * passes. Safe for every thread.
 */
public interface Link extends Authenticator, AutoCloseable {

    /** The word for it in {@code authentication.order}, for the log. */
    String name();

    /**
     * Whether it is asked about such a client at all. Links of an enhanced authentication name
     * their methods here; all others are for clients without one.
     */
    default boolean isFor(Credentials credentials) {
        return credentials.method() == null;
    }

    /**
     * Whether it tells user names with their secrets apart, so that a user name that no link has
     * accepted is a wrong one.
     */
    default boolean knowsUsers() {
        return false;
    }

    /**
     * Gives free what it holds. What it is deciding is still decided; what it is asked afterwards
     * may be answered with {@code SERVER_BUSY}.
     */
    @Override
    default void close() {}
}
