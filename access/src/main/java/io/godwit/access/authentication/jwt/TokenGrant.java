package io.godwit.access.authentication.jwt;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a verified token says.
 *
 * @param clientId the Client Identifier that it is for, or null
 * @param expiresAt in milliseconds of the wall clock, or {@link
 *     io.godwit.broker.auth.Authenticator#NEVER}
 */
record TokenGrant(
        String userName,
        @Nullable String clientId,
        Set<String> groups,
        List<Permit> permits,
        long expiresAt) {

    /** Lets a client in, if the token is for it. */
    Accepted accept(Credentials credentials, JwtSettings settings) throws TokenProblem {
        String asked = credentials.clientId();
        boolean sets = settings.setsClientId() && credentials.known() == null;
        if (clientId != null && !clientId.equals(asked) && !sets) {
            throw TokenProblem.unfit(
                    "claim %s of the token is another client identifier"
                            .formatted(settings.clientIdClaim()));
        }
        Identity known = credentials.known();
        if (known != null && !userName.equals(known.userName())) {
            throw TokenProblem.unfit("it authenticates again as another user");
        }
        return new Accepted(
                new Identity(
                        clientId == null ? asked : clientId,
                        clientId != null,
                        userName,
                        groups,
                        permits),
                expiresAt,
                new byte[0]);
    }
}
