package io.godwit.client.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of SCRAM, by the words of RFC 5802 §2.2. */
enum ScramHash {
    SHA_256("SHA-256", "HmacSHA256", 256),
    SHA_512("SHA-512", "HmacSHA512", 512);

    private final String digest;
    private final String mac;
    private final int bits;

    ScramHash(String digest, String mac, int bits) {
        this.digest = digest;
        this.mac = mac;
        this.bits = bits;
    }

    /** The Authentication Method. */
    String method() {
        return "SCRAM-" + digest;
    }

    /** H(data). */
    byte[] hash(byte[] data) {
        try {
            return MessageDigest.getInstance(digest).digest(data);
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** HMAC(key, data). */
    byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac hmac = Mac.getInstance(mac);
            hmac.init(new SecretKeySpec(key, mac));
            return hmac.doFinal(data);
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Hi(password, salt, iterations), which takes time. */
    byte[] iterated(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, bits);
        try {
            return SecretKeyFactory.getInstance("PBKDF2With" + mac)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        } finally {
            spec.clearPassword();
        }
    }
}
