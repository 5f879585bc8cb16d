package io.godwit.access.authentication.scram;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server keeps of a user's password for SCRAM (RFC 5802 §3): enough to verify a proof, not
 * enough to make one. In a password file it is {@code
 * $scram-sha-256$<iterations>$<salt>$<StoredKey>$<ServerKey>}, the last three in Base64.
 *
 * @param iterations {@link #FEWEST} to {@link #MOST}
 * @param salt 8 to 64 bytes
 */
public record ScramKeys(
        ScramHash hash, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {

    /** The fewest iterations, as RFC 7677 §4 asks for. */
    public static final int FEWEST = 4_096;

    /** The most: a client has to compute them. */
    public static final int MOST = 10_000_000;

    /** How many there are unless somebody asks for others. */
    public static final int USUAL = 15_000;

    /** How many bytes of salt a new entry has. */
    public static final int SALT = 16;

    private static final Pattern ENTRY =
            Pattern.compile(
                    "\\$(scram-sha-256|scram-sha-512)\\$(\\d{1,9})\\$([A-Za-z0-9+/=]{12,88})"
                            + "\\$([A-Za-z0-9+/=]{44,88})\\$([A-Za-z0-9+/=]{44,88})");

    private static final byte[] CLIENT_KEY = SaslText.ascii("Client Key");
    private static final byte[] SERVER_KEY = SaslText.ascii("Server Key");

    /**
     * The keys of a password; takes as long as there are iterations.
     *
     * @throws IllegalArgumentException if the password holds what SASLprep prohibits, or the
     *     iterations or the salt are out of range
     */
    public static ScramKeys of(ScramHash hash, String password, byte[] salt, int iterations) {
        if (iterations < FEWEST || iterations > MOST) {
            throw new IllegalArgumentException(
                    "SCRAM takes %d to %d iterations, not %d".formatted(FEWEST, MOST, iterations));
        }
        if (salt.length < 8 || salt.length > 64) {
            throw new IllegalArgumentException("SCRAM takes a salt of 8 to 64 bytes");
        }
        byte[] salted = hash.iterate(SaslText.prepared(password), salt, iterations);
        byte[] storedKey = hash.hash(hash.hmac(salted, CLIENT_KEY));
        return new ScramKeys(
                hash, iterations, salt.clone(), storedKey, hash.hmac(salted, SERVER_KEY));
    }

    /** The keys of an entry of a password file; empty if it is not well-formed. */
    public static Optional<ScramKeys> parse(String entry) {
        Matcher matcher = ENTRY.matcher(entry);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ScramHash hash = ScramHash.ofWord(matcher.group(1)).orElseThrow();
        int iterations = Integer.parseInt(matcher.group(2));
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            ScramKeys keys =
                    new ScramKeys(
                            hash,
                            iterations,
                            base64.decode(matcher.group(3)),
                            base64.decode(matcher.group(4)),
                            base64.decode(matcher.group(5)));
            return keys.isWithinBounds() ? Optional.of(keys) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private boolean isWithinBounds() {
        return iterations >= FEWEST
                && iterations <= MOST
                && salt.length >= 8
                && salt.length <= 64
                && storedKey.length == hash.length()
                && serverKey.length == hash.length();
    }

    /** As a password file has it. */
    public String entry() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "$%s$%d$%s$%s$%s"
                .formatted(
                        hash.word(),
                        iterations,
                        base64.encodeToString(salt),
                        base64.encodeToString(storedKey),
                        base64.encodeToString(serverKey));
    }

    /** Whether they are the keys of this password; takes as long as there are iterations. */
    public boolean areOf(String password) {
        ScramKeys others;
        try {
            others = of(hash, password, salt, iterations);
        } catch (IllegalArgumentException prohibited) {
            return false;
        }
        return MessageDigest.isEqual(storedKey, others.storedKey)
                & MessageDigest.isEqual(serverKey, others.serverKey);
    }

    /** Whether a client's proof shows that it knows the password (RFC 5802 §3). */
    boolean prove(byte[] proof, byte[] authMessage) {
        byte[] signature = hash.hmac(storedKey, authMessage);
        if (proof.length != signature.length) {
            return false;
        }
        byte[] clientKey = new byte[proof.length];
        for (int i = 0; i < proof.length; i++) {
            clientKey[i] = (byte) (proof[i] ^ signature[i]);
        }
        return MessageDigest.isEqual(hash.hash(clientKey), storedKey);
    }

    /** What shows the client that the server knows its keys. */
    byte[] serverSignature(byte[] authMessage) {
        return hash.hmac(serverKey, authMessage);
    }

    /** Leaves the keys out. */
    @Override
    public String toString() {
        return "ScramKeys[%s, %d iterations]".formatted(hash.method(), iterations);
    }
}
