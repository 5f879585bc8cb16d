package io.godwit.access.authentication;

import java.util.Base64;

/**
 * The hash of a password in one of the three formats of Mosquitto's password files, or what SCRAM
 * needs of it. Immutable; its {@code toString} is what stands in the file, so none must get into a
 * log.
 */
public sealed interface PasswordHash permits Sha512Hash, Pbkdf2Hash, Argon2Hash, ScramEntry {

    /** Whether it is this password's. Takes up to seconds, and {@link #memory}. */
    boolean matches(byte[] password);

    /** The bytes of the heap that {@link #matches} needs, but for some thousand. */
    long memory();

    /** Whether a text looks like one of them, as against a plain password. */
    static boolean isHash(String text) {
        return text.startsWith(Sha512Hash.START)
                || text.startsWith(Pbkdf2Hash.START)
                || text.startsWith(Argon2Hash.START)
                || text.startsWith(ScramEntry.START);
    }

    /**
     * Reads a hash.
     *
     * @throws IllegalArgumentException if it is none; says why, without any of it
     */
    static PasswordHash parse(String text) {
        if (text.startsWith(Sha512Hash.START)) {
            return Sha512Hash.parse(fields(text, 2));
        } else if (text.startsWith(Pbkdf2Hash.START)) {
            return Pbkdf2Hash.parse(fields(text, 3));
        } else if (text.startsWith(Argon2Hash.START)) {
            return Argon2Hash.parse(fields(text, 4));
        } else if (text.startsWith(ScramEntry.START)) {
            return ScramEntry.parse(text);
        } else if (text.isEmpty()) {
            throw new IllegalArgumentException("there is no hash behind the colon");
        } else if (text.startsWith("$")) {
            throw new IllegalArgumentException(
                    "the hash is of a kind that is not known; known are $6$, $7$, $argon2id$,"
                            + " $scram-sha-256$ and $scram-sha-512$");
        }
        throw new IllegalArgumentException(
                "the password is not hashed; 'godwit passwd -U FILE' hashes all that are not");
    }

    /** What stands behind the kind of the hash. */
    private static String[] fields(String text, int count) {
        String[] fields = text.substring(text.indexOf('$', 1) + 1).split("\\$", -1);
        if (fields.length != count) {
            throw new IllegalArgumentException(
                    "the hash has %d parts behind its kind, not %d"
                            .formatted(fields.length, count));
        }
        return fields;
    }

    /**
     * Bytes in Base64.
     *
     * @throws IllegalArgumentException if it is not well-formed or of another length
     */
    static byte[] decode(String base64, String what, int least, int most) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the " + what + " is not well-formed Base64", e);
        }
        if (bytes.length < least || bytes.length > most) {
            throw new IllegalArgumentException(
                    "the %s has %d bytes, not %s"
                            .formatted(
                                    what,
                                    bytes.length,
                                    least == most ? least : least + " to " + most));
        }
        return bytes;
    }

    /**
     * A number within bounds.
     *
     * @throws IllegalArgumentException if it is none
     */
    static int number(String digits, String what, int least, int most) {
        long number = digits.matches("\\d{1,10}") ? Long.parseLong(digits) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    "%s of the hash is not a number from %d to %d".formatted(what, least, most));
        }
        return (int) number;
    }
}
