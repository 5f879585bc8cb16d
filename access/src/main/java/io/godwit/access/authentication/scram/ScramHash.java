package io.godwit.access.authentication.scram;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions that SCRAM is used with here. */
public enum ScramHash {
    /** RFC 7677. */
    SHA_256("SHA-256", "HmacSHA256", 32),
    /** As RFC 7677, with SHA-512. */
    SHA_512("SHA-512", "HmacSHA512", 64);

    private final String digest;
    private final String mac;
    private final int length;

    ScramHash(String digest, String mac, int length) {
        this.digest = digest;
        this.mac = mac;
        this.length = length;
    }

    /** The Authentication Method, such as {@code SCRAM-SHA-256}. */
    public String method() {
        return "SCRAM-" + digest;
    }

    /** The word for it in password files and on the command line, such as scram-sha-256. */
    public String word() {
        return method().toLowerCase(Locale.ROOT);
    }

    /** The hash of an Authentication Method; empty if that is another one. */
    public static Optional<ScramHash> ofMethod(String method) {
        for (ScramHash hash : values()) {
            if (hash.method().equals(method)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** The hash with this word; empty if there is none. */
    public static Optional<ScramHash> ofWord(String word) {
        for (ScramHash hash : values()) {
            if (hash.word().equals(word)) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** How many bytes a hash has. */
    int length() {
        return length;
    }

    /** H(data). */
    byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance(digest).digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has both
        }
    }

    /** HMAC(key, data). */
    byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac hmac = Mac.getInstance(mac);
            hmac.init(new SecretKeySpec(key, mac));
            return hmac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hi(password, salt, iterations), which takes as long as there are iterations. */
    byte[] iterate(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2With" + mac)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            spec.clearPassword();
        }
    }
}
