package io.godwit.access.authentication;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/** {@code $7$<iterations>$<salt>$<hash>}: PBKDF2 with HMAC-SHA-512, 64 bytes. */
final class Pbkdf2Hash implements PasswordHash {

    static final String START = "$7$";

    /** Of a new hash; what OWASP asks for. */
    private static final int ITERATIONS = 210_000;

    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int SALT = 12; // the only length that Mosquitto 2.0 reads
    private static final int HASH = 64;
    private static final int LONGEST_SALT = 1_024;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private Pbkdf2Hash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    static Pbkdf2Hash parse(String[] fields) {
        return new Pbkdf2Hash(
                PasswordHash.number(fields[0], "the count of iterations", 1, MOST_ITERATIONS),
                PasswordHash.decode(fields[1], "salt", 1, LONGEST_SALT),
                PasswordHash.decode(fields[2], "hash", HASH, HASH));
    }

    static Pbkdf2Hash of(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        return new Pbkdf2Hash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
    }

    /** Not the JDK's, which takes characters: a password of MQTT is any bytes. */
    private static byte[] derive(byte[] password, byte[] salt, int iterations) {
        var generator = new PKCS5S2ParametersGenerator(new SHA512Digest());
        generator.init(password, salt, iterations);
        return ((KeyParameter) generator.generateDerivedParameters(HASH * Byte.SIZE)).getKey();
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, iterations));
    }

    @Override
    public long memory() {
        return 0;
    }

    @Override
    public String toString() {
        var base64 = Base64.getEncoder();
        return START
                + iterations
                + "$"
                + base64.encodeToString(salt)
                + "$"
                + base64.encodeToString(hash);
    }
}
