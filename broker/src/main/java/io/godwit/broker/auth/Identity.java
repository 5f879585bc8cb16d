package io.godwit.broker.auth;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, as its authentication established.
 *
 * @param clientId the Client Identifier that its session has, which may be another one than CONNECT
 *     had
 * @param provesClientId whether the authentication has established the Client Identifier as well,
 *     by a certificate for example; otherwise the client has chosen it
 * @param userName null for a client without one, such as an anonymous client
 * @param groups names that rules can refer to
 * @param permits rules for it alone; they come before all others
 */
public record Identity(
        String clientId,
        boolean provesClientId,
        @Nullable String userName,
        Set<String> groups,
        List<Permit> permits) {

    /** Copies the collections. */
    public Identity {
        groups = Set.copyOf(groups);
        permits = List.copyOf(permits);
    }

    /** A client that has chosen its Client Identifier. */
    public Identity(
            String clientId, @Nullable String userName, Set<String> groups, List<Permit> permits) {
        this(clientId, false, userName, groups, permits);
    }

    /** The same without groups and rules of its own. */
    public Identity(String clientId, @Nullable String userName) {
        this(clientId, userName, Set.of(), List.of());
    }

    /** To whom its session belongs; null if nobody has authenticated: then it is anybody's. */
    public @Nullable SessionOwner owner() {
        if (userName != null) {
            return new SessionOwner(userName);
        }
        return provesClientId ? SessionOwner.CLIENT : null;
    }
}
