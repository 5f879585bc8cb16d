package io.godwit.broker.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a client shows of itself in CONNECT, or in the AUTH that begins a re-authentication.
 *
 * @param clientId its Client Identifier, assigned by the server if it sent none
 * @param method the Authentication Method of an enhanced authentication (§4.12), or null
 * @param data its Authentication Data, or null
 * @param known who the client is already, if this is a re-authentication; else null
 */
public record Credentials(
        String clientId,
        @Nullable String userName,
        byte @Nullable [] password,
        @Nullable String method,
        byte @Nullable [] data,
        Origin origin,
        @Nullable Identity known) {

    /** Leaves password and authentication data out. */
    @Override
    public String toString() {
        return "Credentials[clientId=%s, userName=%s, method=%s, origin=%s]"
                .formatted(clientId, userName, method, origin.listener());
    }
}
