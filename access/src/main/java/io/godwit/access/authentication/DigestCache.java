package io.godwit.access.authentication;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about something secret, for a while. The secret itself is not kept, only a
 * digest of it under a key that nobody knows. When it is full, what was not asked for longest goes.
 * Safe for every thread.
 */
public final class DigestCache<V> {

    private static final String DIGEST = "HmacSHA256";

    private record Held<V>(V value, long until) {}

    private final SecretKeySpec key;
    private final InstantSource clock;
    private final Map<ByteBuffer, Held<V>> held;

    /**
     * @param most how many are kept, 0 or more
     */
    public DigestCache(int most, InstantSource clock, SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, DIGEST);
        this.clock = clock;
        this.held =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Held<V>> eldest) {
                        return size() > most;
                    }
                };
    }

    /** What a secret is found by. */
    public ByteBuffer digest(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(key);
            return ByteBuffer.wrap(mac.doFinal(secret)).asReadOnlyBuffer();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** What is known, if it is not too old; else null. */
    public synchronized @Nullable V find(ByteBuffer digest) {
        Held<V> found = held.get(digest);
        if (found == null) {
            return null;
        }
        if (clock.millis() >= found.until()) {
            held.remove(digest);
            return null;
        }
        return found.value();
    }

    /**
     * Keeps something.
     *
     * @param until when it is too old, in milliseconds of the clock
     */
    public synchronized void put(ByteBuffer digest, V value, long until) {
        if (clock.millis() < until) {
            held.put(digest, new Held<>(value, until));
        }
    }
}
