package io.godwit.access.authentication;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for some time which password each user was let in with, so that whoever comes back
 * costs nothing. It keeps no password, but an HMAC with a key that only this object has. Safe for
 * every thread; never blocks for longer than a look into a map.
 */
final class VerifiedPasswords {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Duration time;
    private final LongSupplier clock;
    private final Map<String, Verified> users;

    private record Verified(byte[] tag, long since) {}

    /**
     * Remembers nobody yet.
     *
     * @param most how many users; beyond it, the one who came last longest ago is forgotten
     * @param time how long; 0 remembers nothing
     * @param clock nanoseconds
     */
    VerifiedPasswords(int most, Duration time, SecureRandom random, LongSupplier clock) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, ALGORITHM);
        this.time = time;
        this.clock = clock;
        this.users =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
                        return size() > most;
                    }
                };
    }

    /** Whether this user was let in with this password lately. */
    boolean has(String user, byte[] password) {
        Verified verified;
        synchronized (users) {
            verified = users.get(user);
            if (verified != null && clock.getAsLong() - verified.since >= time.toNanos()) {
                users.remove(user);
                verified = null;
            }
        }
        return verified != null && MessageDigest.isEqual(verified.tag, tag(user, password));
    }

    /** This user was let in with this password. */
    void add(String user, byte[] password) {
        if (!time.isZero()) {
            Verified verified = new Verified(tag(user, password), clock.getAsLong());
            synchronized (users) {
                users.put(user, verified);
            }
        }
    }

    private byte[] tag(String user, byte[] password) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0); // which no user name holds
            return mac.doFinal(password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // it is in every JDK
        }
    }
}
