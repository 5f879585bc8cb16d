package io.godwit.gateway.sn;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
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

    private static final long LARGEST_FILE = 64_000_000;
    private static final int SHORTEST_KEY = 16;
    private static final int LONGEST_KEY = 64;
    private static final int LONGEST_IDENTITY = 128;

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
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                String wrong = add(line, keys);
                if (wrong != null) {
                    throw new IOException(file + ":" + (i + 1) + ": " + wrong);
                }
            }
        }
        return new PreSharedKeys(keys);
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException(file + ": is larger than " + LARGEST_FILE + " bytes");
            }
            return Files.readAllLines(file);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + ": no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new IOException(file + ": may not be read by this user", denied);
        } catch (CharacterCodingException other) {
            throw new IOException(file + ": is no text in UTF-8", other);
        }
    }

    /** What is wrong with a line, in words that show nothing of the key; null if nothing is. */
    private static @Nullable String add(String line, Map<String, byte[]> keys) {
        int colon = line.lastIndexOf(':');
        if (colon <= 0) {
            return "is no identity, a colon and a key in hexadecimal";
        }
        String identity = line.substring(0, colon);
        if (identity.getBytes(StandardCharsets.UTF_8).length > LONGEST_IDENTITY
                || identity.codePoints().anyMatch(Character::isISOControl)) {
            return "an identity has up to " + LONGEST_IDENTITY + " bytes and no control characters";
        }
        byte[] key;
        try {
            key = HexFormat.of().parseHex(line.substring(colon + 1));
        } catch (IllegalArgumentException other) {
            return "the key of " + identity + " is not in hexadecimal";
        }
        if (key.length < SHORTEST_KEY || key.length > LONGEST_KEY) {
            return "the key of %s has %d bytes; it takes %d to %d, two digits each"
                    .formatted(identity, key.length, SHORTEST_KEY, LONGEST_KEY);
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
