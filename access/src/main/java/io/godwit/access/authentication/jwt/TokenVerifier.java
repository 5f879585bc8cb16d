package io.godwit.access.authentication.jwt;

import io.godwit.access.authentication.GroupClaims;
import io.godwit.access.authentication.PermitClaims;
import io.godwit.broker.auth.Authenticator;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Verifies tokens and reads their claims. Takes up to a millisecond. Safe for every thread. */
final class TokenVerifier {

    /** What the library finds wrong with claims, in our words: its own quote the whole token. */
    private static final Map<Integer, String> PROBLEMS =
            Map.of(
                    ErrorCodes.EXPIRED, "claim exp of the token is over: it has expired",
                    ErrorCodes.EXPIRATION_MISSING, "the token has no claim exp",
                    ErrorCodes.NOT_YET_VALID, "claim nbf of the token is not reached yet",
                    ErrorCodes.ISSUER_MISSING, "the token has no claim iss",
                    ErrorCodes.ISSUER_INVALID, "claim iss of the token is another issuer",
                    ErrorCodes.AUDIENCE_MISSING, "the token has no claim aud",
                    ErrorCodes.AUDIENCE_INVALID, "claim aud of the token is for others");

    private static final Pattern NAME_OF_CLAIM = Pattern.compile("'([a-z]{3})' claim");

    private static final int LONGEST_NAME = 65_535;

    private final JwtSettings settings;
    private final InstantSource clock;
    private final AlgorithmConstraints constraints;

    TokenVerifier(JwtSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.constraints =
                new AlgorithmConstraints(
                        ConstraintType.PERMIT,
                        settings.algorithms().stream()
                                .map(SignatureAlgorithm::id)
                                .toArray(String[]::new));
    }

    /** Whether tokens with this algorithm are read at all. */
    boolean allows(SignatureAlgorithm algorithm) {
        return settings.algorithms().contains(algorithm);
    }

    /**
     * What a token says.
     *
     * @param keys one of which must have signed it
     */
    TokenGrant verify(Token token, List<Key> keys) throws TokenProblem {
        for (Key key : keys) {
            String payload = payload(token, key);
            if (payload != null) {
                return grant(claims(payload));
            }
        }
        throw TokenProblem.forged("the signature of the token is wrong");
    }

    /** The payload, if this key has signed it; else null. */
    private @Nullable String payload(Token token, Key key) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token.text());
            jws.setAlgorithmConstraints(constraints);
            jws.setKey(key);
            return jws.verifySignature() ? jws.getPayload() : null;
        } catch (JoseException | RuntimeException malformed) {
            return null; // also a header that is marked as critical and not known
        }
    }

    private JwtClaims claims(String payload) throws TokenProblem {
        JwtConsumerBuilder builder =
                new JwtConsumerBuilder()
                        .setSkipSignatureVerification() // which is done
                        .setDisableRequireSignature()
                        .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                        .setAllowedClockSkewInSeconds((int) settings.leeway().toSeconds());
        if (settings.needsExpiry()) {
            builder.setRequireExpirationTime();
        }
        if (settings.issuer() != null) {
            builder.setExpectedIssuer(settings.issuer());
        }
        if (settings.audiences().isEmpty()) {
            builder.setSkipDefaultAudienceValidation();
        } else {
            builder.setExpectedAudience(settings.audiences().toArray(String[]::new));
        }
        try {
            JwtClaims claims = JwtClaims.parse(payload);
            builder.build().processContext(new JwtContext(claims, List.of()));
            return claims;
        } catch (InvalidJwtException e) {
            throw TokenProblem.unfit(inWords(e.getErrorDetails()));
        }
    }

    private static String inWords(List<ErrorCodeValidator.Error> errors) {
        for (ErrorCodeValidator.Error error : errors) {
            String known = PROBLEMS.get(error.getErrorCode());
            Matcher malformed = NAME_OF_CLAIM.matcher(error.getErrorMessage());
            if (known != null) {
                return known;
            } else if (malformed.find()) {
                return "claim " + malformed.group(1) + " of the token is malformed";
            }
        }
        return "the claims of the token are malformed";
    }

    private TokenGrant grant(JwtClaims claims) throws TokenProblem {
        String userName = name(claims, settings.userNameClaim());
        if (userName == null) {
            throw TokenProblem.unfit(
                    "the token has no claim " + settings.userNameClaim() + ", the user name");
        }
        String clientIdClaim = settings.clientIdClaim();
        return new TokenGrant(
                userName,
                clientIdClaim == null ? null : name(claims, clientIdClaim),
                read(claims, settings.groupsClaim(), GroupClaims::read),
                read(claims, settings.permitsClaim(), PermitClaims::read),
                expiresAt(claims));
    }

    /** A token counts, and its client may stay, until the leeway is over as well. */
    private long expiresAt(JwtClaims claims) throws TokenProblem {
        try {
            NumericDate expiry = claims.getExpirationTime();
            return expiry == null
                    ? Authenticator.NEVER
                    : expiry.getValueInMillis() + settings.leeway().toMillis();
        } catch (MalformedClaimException e) {
            throw TokenProblem.unfit("claim exp of the token is malformed");
        }
    }

    private static @Nullable String name(JwtClaims claims, String path) throws TokenProblem {
        return switch (value(claims, path)) {
            case null -> null;
            case String text
                    when !text.isEmpty()
                            && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
                            && text.codePoints().noneMatch(Character::isISOControl) ->
                    text;
            default -> throw TokenProblem.unfit("claim " + path + " of the token is no name");
        };
    }

    private static <T> T read(
            JwtClaims claims, @Nullable String path, Function<@Nullable Object, T> reader)
            throws TokenProblem {
        try {
            return reader.apply(path == null ? null : value(claims, path));
        } catch (IllegalArgumentException e) {
            throw TokenProblem.unfit("claim %s of the token %s".formatted(path, e.getMessage()));
        }
    }

    /** The value of a claim, or of one within claims that are objects. */
    private static @Nullable Object value(JwtClaims claims, String path) {
        if (claims.hasClaim(path)) {
            return claims.getClaimValue(path);
        }
        Object value = claims.getClaimsMap();
        for (String name : path.split("\\.")) {
            value = value instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return value;
    }
}
