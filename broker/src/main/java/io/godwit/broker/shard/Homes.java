package io.godwit.broker.shard;

import java.nio.charset.StandardCharsets;

/**
 * Tells the home shard of a Client Identifier or a shared subscription. The hash is keyed by a
 * secret, so that nobody can choose identifiers that all live on one loop. Safe from any thread.
 */
public final class Homes {

    private final int shards;
    private final long secret;

    /**
     * The homes on this many shards.
     *
     * @param shards 1 or more
     */
    public Homes(int shards, long secret) {
        this.shards = shards;
        this.secret = secret;
    }

    /** The index of the home shard of a Client Identifier. */
    public int of(String clientId) {
        return of(clientId.getBytes(StandardCharsets.UTF_8));
    }

    /** The index of the home shard of these bytes. */
    public int of(byte[] bytes) {
        long hash = secret;
        for (byte b : bytes) {
            hash = (hash ^ b) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 29 ^ Long.rotateLeft(secret, b);
        }
        hash = (hash ^ hash >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return (int) Math.floorMod(hash ^ hash >>> 32, (long) shards);
    }
}
