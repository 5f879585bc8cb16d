package io.godwit.broker.auth;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, as its authentication established.
 *
 * @param clientId the Client Identifier that its session has, which may be another one than CONNECT
 *     had
 * @param userName null for an anonymous client
 * @param groups names that rules can refer to
 * @param permits rules for it alone; they come before all others
 */
public record Identity(
        String clientId, @Nullable String userName, Set<String> groups, List<Permit> permits) {

    /** Copies the collections. */
    public Identity {
        groups = Set.copyOf(groups);
        permits = List.copyOf(permits);
    }

    /** A client without groups and rules of its own. */
    public Identity(String clientId, @Nullable String userName) {
        this(clientId, userName, Set.of(), List.of());
    }
}
