package io.godwit.access.authentication.jwt;

import static io.godwit.access.authentication.http.Connecting.ask;
import static io.godwit.access.authentication.http.Connecting.with;

import io.godwit.broker.auth.Authenticator.Decision;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Links for tests, with the settings that a configuration has by default. */
final class Links {

    private Links() {}

    static JwtSettings settings() {
        return settings(null, List.of(), null, false);
    }

    static JwtSettings settings(
            @Nullable String issuer,
            List<String> audiences,
            @Nullable String clientIdClaim,
            boolean setsClientId) {
        return new JwtSettings(
                true,
                Set.of(SignatureAlgorithm.values()),
                issuer,
                audiences,
                Duration.ofSeconds(10),
                true,
                "sub",
                clientIdClaim,
                setsClientId,
                "groups",
                "acl",
                100);
    }

    static JwtLink of(JwtSettings settings, TokenKeys keys) {
        return of(settings, KeySource.of(keys), InstantSource.system());
    }

    static JwtLink of(JwtSettings settings, KeySource source, InstantSource clock) {
        return new JwtLink(settings, source, clock, new SecureRandom());
    }

    /** What becomes of a client with this token as its password. */
    static Decision login(JwtLink link, String token) {
        return ask(link, with(null, token));
    }
}
