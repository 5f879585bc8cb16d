package io.godwit.access.authentication.jwt;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tokens must say, and what is taken from them. Names of claims may be paths with dots, as in
 * {@code realm_access.roles}.
 *
 * @param isInQuery whether a WebSocket client may have its token in the query parameter {@code
 *     token}
 * @param algorithms which values of {@code alg} are allowed, of {@link SignatureAlgorithm}'s
 * @param issuer what {@code iss} must be, or null for anything
 * @param audiences of which {@code aud} must hold one; empty for anything
 * @param leeway by how much clocks may differ
 * @param needsExpiry whether a token without {@code exp} is refused
 * @param userNameClaim the user name; a token without it is refused
 * @param clientIdClaim the Client Identifier, or null for that of CONNECT
 * @param setsClientId whether that claim replaces the Client Identifier of CONNECT; otherwise they
 *     must be equal, if the token has it
 * @param groupsClaim the names of groups, or null
 * @param permitsClaim rules for the client, or null
 * @param cached how many verified tokens are kept, 0 or more
 */
public record JwtSettings(
        boolean isInQuery,
        Set<SignatureAlgorithm> algorithms,
        @Nullable String issuer,
        List<String> audiences,
        Duration leeway,
        boolean needsExpiry,
        String userNameClaim,
        @Nullable String clientIdClaim,
        boolean setsClientId,
        @Nullable String groupsClaim,
        @Nullable String permitsClaim,
        int cached) {

    /** Copies the collections. */
    public JwtSettings {
        algorithms = Set.copyOf(algorithms);
        audiences = List.copyOf(audiences);
    }
}
