package io.godwit.broker.auth;

import io.godwit.codec.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * To whom a session belongs: the one who has authenticated. That is a user, however it has proved
 * its name; or, where clients have no user name, whoever proves the session's Client Identifier
 * itself, by a certificate for example.
 *
 * @param userName the user name; null for who proves the Client Identifier
 */
public record SessionOwner(@Nullable String userName) {

    /** Whoever proves the Client Identifier of the session. */
    public static final SessionOwner CLIENT = new SessionOwner(null);

    /** Whether a client with the session's Client Identifier is the owner. */
    public boolean is(Identity client) {
        return userName == null ? client.provesClientId() : userName.equals(client.userName());
    }

    /** In words, as a log has it. */
    @Override
    public String toString() {
        return userName == null
                ? "the client that proves this client identifier"
                : "user " + Utf8.quote(userName);
    }
}
