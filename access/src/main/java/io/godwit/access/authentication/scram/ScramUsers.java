package io.godwit.access.authentication.scram;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may authenticate with SCRAM. Immutable.
 *
 * <p>A user that there is not is given a salt all the same, made from a secret: nobody can tell by
 * it who is known (RFC 5802 §9).
 */
public final class ScramUsers {

    private final Map<String, ScramKeys> keysByUser;
    private final Map<ScramHash, List<ScramKeys>> keysByHash;
    private final LongSupplier secret;

    /**
     * Those users.
     *
     * @param keysByUser by user name, which may be in any form that SASLprep takes
     * @param secret asked for when it is needed; should stay the same as long as the users do, over
     *     a restart as well: else somebody who asks twice sees who is made up
     */
    public ScramUsers(Map<String, ScramKeys> keysByUser, LongSupplier secret) {
        Map<String, ScramKeys> prepared = new TreeMap<>();
        keysByUser.forEach((user, keys) -> prepared.put(preparedOrSame(user), keys));
        this.keysByUser = Map.copyOf(prepared);
        this.keysByHash =
                prepared.values().stream().collect(Collectors.groupingBy(ScramKeys::hash));
        this.secret = secret;
    }

    private static String preparedOrSame(String user) {
        try {
            return SaslText.prepared(user);
        } catch (IllegalArgumentException prohibited) {
            return user; // whom no client can name
        }
    }

    /** Whether anybody has keys for this hash. */
    boolean has(ScramHash hash) {
        return keysByHash.containsKey(hash);
    }

    /** The keys of a user for this hash, or null. */
    @Nullable ScramKeys find(String user, ScramHash hash) {
        ScramKeys keys = keysByUser.get(user);
        return keys != null && keys.hash() == hash ? keys : null;
    }

    /** Keys that no password has, the same for a user each time. */
    ScramKeys madeUp(String user, ScramHash hash) {
        byte[] seed =
                ScramHash.SHA_512.hmac(
                        ByteBuffer.allocate(Long.BYTES).putLong(secret.getAsLong()).array(),
                        (hash.word() + ' ' + user).getBytes(StandardCharsets.UTF_8));
        // As many iterations and as long a salt as one of the users has.
        List<ScramKeys> others = keysByHash.getOrDefault(hash, List.of());
        int iterations = ScramKeys.USUAL;
        int saltLength = ScramKeys.SALT;
        if (!others.isEmpty()) {
            ScramKeys like = others.get(Math.floorMod(Arrays.hashCode(seed), others.size()));
            iterations = like.iterations();
            saltLength = like.salt().length;
        }
        byte[] salt = Arrays.copyOf(ScramHash.SHA_512.hash(seed), saltLength);
        byte[] none = Arrays.copyOf(ScramHash.SHA_512.hmac(seed, salt), hash.length());
        return new ScramKeys(hash, iterations, salt, none, none);
    }
}
