package io.godwit.broker.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a client shows of itself in CONNECT.
 *
 * @param clientId its Client Identifier, assigned by the server if it sent none
 * @param peer its address as a person writes it
 */
public record Credentials(
        String clientId, @Nullable String userName, byte @Nullable [] password, String peer) {

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "Credentials[clientId=%s, userName=%s, peer=%s]".formatted(clientId, userName, peer);
    }
}
