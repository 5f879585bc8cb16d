package io.godwit.access.authentication;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** {@code $6$<salt>$<hash>}: SHA-512 of the password and then the salt, once. */
final class Sha512Hash implements PasswordHash {

    static final String START = "$6$";

    private static final int SALT = 12; // the only length that Mosquitto 2.0 reads
    private static final int HASH = 64;
    private static final int LONGEST_SALT = 1_024;

    private final byte[] salt;
    private final byte[] hash;

    private Sha512Hash(byte[] salt, byte[] hash) {
        this.salt = salt;
        this.hash = hash;
    }

    static Sha512Hash parse(String[] fields) {
        return new Sha512Hash(
                PasswordHash.decode(fields[0], "salt", 1, LONGEST_SALT),
                PasswordHash.decode(fields[1], "hash", HASH, HASH));
    }

    static Sha512Hash of(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        return new Sha512Hash(salt, digest(password, salt));
    }

    private static byte[] digest(byte[] password, byte[] salt) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(password);
            return digest.digest(salt);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // it is in every JDK
        }
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, digest(password, salt));
    }

    @Override
    public long memory() {
        return 0;
    }

    @Override
    public String toString() {
        var base64 = Base64.getEncoder();
        return START + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }
}
