package io.godwit.access.authentication.http;

import io.godwit.access.authentication.GroupClaims;
import io.godwit.access.authentication.PermitClaims;
import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permit;
import io.godwit.codec.ReasonCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * What a service has answered.
 *
 * @param userName instead of that of CONNECT, or null
 * @param clientId instead of that of CONNECT, or null
 * @param expiresAt in milliseconds of the wall clock, or {@link Authenticator#NEVER}
 * @param cacheSeconds how long the answer may be kept
 */
record HookAnswer(
        Result result,
        @Nullable String userName,
        @Nullable String clientId,
        Set<String> groups,
        List<Permit> permits,
        long expiresAt,
        long cacheSeconds) {

    /** What the service says about the client. */
    enum Result {
        ALLOW,
        DENY,
        IGNORE
    }

    /** A refusal in HTTP's own words. */
    static final HookAnswer DENIED =
            new HookAnswer(Result.DENY, null, null, Set.of(), List.of(), Authenticator.NEVER, 0);

    private static final int LONGEST_NAME = 65_535;
    private static final long LATEST = 253_402_300_799L; // the end of the year 9999

    /**
     * Reads an answer.
     *
     * @throws IllegalArgumentException if it is not understood; says why, and nothing of it
     */
    static HookAnswer parse(byte[] body) {
        Map<String, Object> json = json(body);
        long expiresAt = seconds(json, "expires-at", -1);
        return new HookAnswer(
                result(json.get("result")),
                name(json, "user-name"),
                name(json, "client-id"),
                claim(json, "groups", GroupClaims::read),
                claim(json, "permits", PermitClaims::read),
                expiresAt < 0 ? Authenticator.NEVER : expiresAt * 1_000,
                seconds(json, "cache-seconds", 0));
    }

    private static Result result(@Nullable Object json) {
        return switch (json instanceof String word ? word : "") {
            case "allow" -> Result.ALLOW;
            case "deny" -> Result.DENY;
            case "ignore" -> Result.IGNORE;
            default ->
                    throw new IllegalArgumentException(
                            "its result is none of allow, deny and ignore");
        };
    }

    private static Map<String, Object> json(byte[] body) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            return JsonUtil.parseJson(text);
        } catch (CharacterCodingException | JoseException e) {
            throw new IllegalArgumentException("it is no object in JSON and UTF-8", e);
        }
    }

    private static @Nullable String name(Map<String, Object> json, String key) {
        return switch (json.get(key)) {
            case null -> null;
            case String text
                    when !text.isEmpty()
                            && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
                            && text.codePoints().noneMatch(Character::isISOControl) ->
                    text;
            default -> throw new IllegalArgumentException("its " + key + " is no name");
        };
    }

    private static <T> T claim(
            Map<String, Object> json, String key, Function<@Nullable Object, T> reader) {
        try {
            return reader.apply(json.get(key));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its " + key + " " + e.getMessage(), e);
        }
    }

    private static long seconds(Map<String, Object> json, String key, long otherwise) {
        return switch (json.get(key)) {
            case null -> otherwise;
            case Long value when value >= 0 && value <= LATEST -> value;
            default ->
                    throw new IllegalArgumentException("its " + key + " is no number of seconds");
        };
    }

    /** What it means for a client. */
    Decision decision(Credentials credentials, long now) {
        return switch (result) {
            case IGNORE -> new Passed("the service knows nothing of the client");
            case DENY -> new Refused(ReasonCode.NOT_AUTHORIZED, "the service says no");
            case ALLOW ->
                    expiresAt <= now
                            ? new Refused(
                                    ReasonCode.NOT_AUTHORIZED,
                                    "the expires-at that the service gave is over")
                            : new Accepted(identity(credentials), expiresAt, new byte[0]);
        };
    }

    private Identity identity(Credentials credentials) {
        return new Identity(
                clientId == null ? credentials.clientId() : clientId,
                clientId != null,
                userName == null ? credentials.userName() : userName,
                groups,
                permits);
    }
}
