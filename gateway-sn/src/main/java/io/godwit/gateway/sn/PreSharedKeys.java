package io.godwit.gateway.sn;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that devices share with a gateway, by their identities (RFC 4279). Immutable and safe
 * for every thread; shows nothing of the keys.
 */
public final class PreSharedKeys {

    /** No keys. */
    public static final PreSharedKeys NONE = new PreSharedKeys(Map.of());

    private final Map<String, byte[]> keys;

    private PreSharedKeys(Map<String, byte[]> keys) {
        this.keys = keys;
    }

    /**
     * Reads a file with a line {@code identity:key} for each device, the key in hexadecimal, as
     * Mosquitto has them. Empty lines and those that begin with # are passed over. Blocks.
     *
     * @throws IOException with file, line and what is wrong
     */
    public static PreSharedKeys read(Path file) throws IOException {
        Map<String, byte[]> keys = new HashMap<>();
        KeyFile.read(file, line -> add(line, keys));
        return new PreSharedKeys(keys);
    }

    /** What is wrong with a line, in words that show nothing of the key; null if nothing is. */
    private static @Nullable String add(String line, Map<String, byte[]> keys) {
        int colon = line.lastIndexOf(':');
        if (colon <= 0) {
            return "is no identity, a colon and a key in hexadecimal";
        }
        String identity = line.substring(0, colon);
        String wrong = KeyFile.wrongIdentity(identity);
        if (wrong != null) {
            return wrong;
        }
        byte[] key = KeyFile.hex(line.substring(colon + 1));
        if (key == null) {
            return "the key of " + identity + " is not in hexadecimal";
        }
        if (key.length < KeyFile.SHORTEST_KEY || key.length > KeyFile.LONGEST_KEY) {
            return "the key of %s has %d bytes; it takes %d to %d, two digits each"
                    .formatted(identity, key.length, KeyFile.SHORTEST_KEY, KeyFile.LONGEST_KEY);
        }
        return keys.put(identity, key) == null
                ? null
                : "the identity " + identity + " is there twice";
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** The key of an identity; null if nobody has it. */
    public @Nullable SecretKey key(String identity) {
        byte[] key = keys.get(identity);
        return key == null ? null : new SecretKeySpec(key, "PSK");
    }

    /** Whether an identity has the same key in both. */
    boolean isSame(String identity, PreSharedKeys other) {
        byte[] here = keys.get(identity);
        byte[] there = other.keys.get(identity);
        return here != null && there != null && MessageDigest.isEqual(here, there);
    }

    @Override
    public String toString() {
        return keys.size() + " pre-shared keys";
    }
}
