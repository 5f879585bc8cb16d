package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnEnvelope;
import io.godwit.gateway.sn.codec.SnScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which devices of version 2.0 protect their packets, by the identifiers that they have
 * as senders. Immutable and safe for every thread; shows nothing of the keys.
 */
public final class ProtectionKeys {

    /** What a gateway's own sender identifier begins with. */
    private static final int GATEWAY_ZEROS = SnEnvelope.SENDER_SIZE - 1;

    private final Map<Binary, Key> bySender;

    private ProtectionKeys(Map<Binary, Key> bySender) {
        this.bySender = Map.copyOf(bySender);
    }

    /**
     * What a device has.
     *
     * @param identity the user that it is
     * @param scheme by which it protects, and is protected for
     * @param secret a key as long as the scheme wants it
     */
    record Key(String identity, SnScheme scheme, Binary secret) {}

    /**
     * Reads a file with a line {@code identity:sender:scheme:key} for each device, sender and key
     * in hexadecimal. Empty lines and those that begin with # are passed over. Blocks.
     *
     * @throws IOException with file, line and what is wrong
     */
    public static ProtectionKeys read(Path file) throws IOException {
        Map<Binary, Key> bySender = new HashMap<>();
        Set<Binary> secrets = new HashSet<>();
        KeyFile.read(file, line -> add(line, bySender, secrets));
        if (bySender.isEmpty()) {
            throw new IOException(file + ": holds no keys");
        }
        return new ProtectionKeys(bySender);
    }

    private static @Nullable String add(
            String line, Map<Binary, Key> bySender, Set<Binary> secrets) {
        int third = line.lastIndexOf(':');
        int second = line.lastIndexOf(':', third - 1);
        int first = line.lastIndexOf(':', second - 1);
        if (first <= 0) {
            return "is no identity, sender, scheme and key with colons between them";
        }
        String identity = line.substring(0, first);
        String wrong = KeyFile.wrongIdentity(identity);
        if (wrong != null) {
            return wrong;
        }
        byte[] sender = KeyFile.hex(line.substring(first + 1, second));
        if (sender == null || sender.length != SnEnvelope.SENDER_SIZE) {
            return "the sender of " + identity + " is not 16 hexadecimal digits";
        }
        if (Arrays.equals(sender, 0, GATEWAY_ZEROS, new byte[GATEWAY_ZEROS], 0, GATEWAY_ZEROS)) {
            return "the sender of " + identity + " is one of those of gateways, 0 to ff";
        }
        SnScheme scheme = scheme(line.substring(second + 1, third));
        if (scheme == null) {
            return "the scheme of "
                    + identity
                    + " is none of hmac-sha256, hmac-sha3-256, aes-gcm-128, aes-gcm-192,"
                    + " aes-gcm-256, chacha20-poly1305";
        }
        byte[] secret = KeyFile.hex(line.substring(third + 1));
        if (secret == null) {
            return "the key of " + identity + " is not in hexadecimal";
        }
        wrong = wrongSize(identity, scheme, secret.length);
        if (wrong != null) {
            return wrong;
        }
        if (!secrets.add(new Binary(secret))) {
            return "the key of " + identity + " is another sender's, too";
        }
        return bySender.put(new Binary(sender), new Key(identity, scheme, new Binary(secret)))
                        == null
                ? null
                : "the sender of " + identity + " is there twice";
    }

    /** The schemes that the JDK has. */
    private static @Nullable SnScheme scheme(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "hmac-sha256" -> SnScheme.HMAC_SHA256;
            case "hmac-sha3-256" -> SnScheme.HMAC_SHA3_256;
            case "aes-gcm-128" -> SnScheme.AES_GCM_128;
            case "aes-gcm-192" -> SnScheme.AES_GCM_192;
            case "aes-gcm-256" -> SnScheme.AES_GCM_256;
            case "chacha20-poly1305" -> SnScheme.CHACHA20_POLY1305;
            default -> null;
        };
    }

    private static @Nullable String wrongSize(String identity, SnScheme scheme, int size) {
        int least =
                switch (scheme) {
                    case AES_GCM_128 -> 16;
                    case AES_GCM_192 -> 24;
                    case AES_GCM_256, CHACHA20_POLY1305 -> 32;
                    default -> KeyFile.SHORTEST_KEY;
                };
        int most = scheme.encrypts() ? least : KeyFile.LONGEST_KEY;
        return size >= least && size <= most
                ? null
                : "the key of %s has %d bytes; its scheme takes %s, two digits each"
                        .formatted(identity, size, least == most ? least : least + " to " + most);
    }

    /** By the 8 octets of the sender. */
    Map<Binary, Key> bySender() {
        return bySender;
    }

    @Override
    public String toString() {
        return bySender.size() + " keys of senders";
    }
}
