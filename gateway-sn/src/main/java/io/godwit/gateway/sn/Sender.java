package io.godwit.gateway.sn;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnScheme;
import java.util.HexFormat;

/**
 * Who has protected a packet; version 2.0.
 *
 * @param id 8 octets
 * @param identity the user that it is
 * @param scheme by which it protects, and is protected for
 */
record Sender(Binary id, String identity, SnScheme scheme) {

    /** Bytes that protection adds to a packet for it, at most. */
    int overhead() {
        return Protection.overhead(scheme);
    }

    /** Tells it from all others. */
    String name() {
        return "sender " + HexFormat.of().formatHex(id.bytes());
    }
}
