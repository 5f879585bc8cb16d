package io.godwit.client.core;

import java.util.BitSet;

/** Packet Identifiers of what the client sends (§2.2.1). Under the lock. */
final class PacketIds {

    private static final int MOST = 65_535;

    private final BitSet used = new BitSet();
    private int last;

    /** One that is not in use, or 0 when all are. */
    int take() {
        int free = used.nextClearBit(last + 1);
        if (free > MOST) {
            free = used.nextClearBit(1);
        }
        if (free > MOST) {
            return 0;
        }
        used.set(free);
        last = free;
        return free;
    }

    /** Takes one that the session had before. */
    void take(int packetId) {
        used.set(packetId);
    }

    void free(int packetId) {
        used.clear(packetId);
    }
}
