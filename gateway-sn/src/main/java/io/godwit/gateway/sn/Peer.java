package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnVersion;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams of a client come from, and what is spoken there. With DTLS that is its session,
 * and the address is only where it was last. Two are equal that are at the same place, whatever
 * they speak.
 *
 * @param address the sender's
 * @param secured its DTLS session; null without DTLS
 * @param node the wireless node behind a forwarder at that address; null without one
 */
record Peer(
        InetSocketAddress address,
        @Nullable Secured secured,
        @Nullable Binary node,
        SnVersion version) {

    /** What the broker is told of it. */
    Origin origin(String listener) {
        return secured == null
                ? Origin.tcp(listener, address.getAddress(), address.getPort())
                : new Origin(
                        listener,
                        address.getAddress(),
                        address.getPort(),
                        true,
                        secured.proof().certificates(),
                        null,
                        Map.of(),
                        secured.proof().pskIdentity());
    }

    /**
     * Whether both have proved to be the same, or neither anything: then one may be where the other
     * has gone.
     */
    boolean maybe(Peer other) {
        return proof().equals(other.proof());
    }

    /**
     * Its DTLS session is where the newest datagram of it came from. On the gateway's loop only.
     */
    void follow(Peer newest) {
        if (secured != null && newest.secured != null) {
            secured.follow(newest.secured);
        }
    }

    private String proof() {
        return secured == null ? "" : secured.proof().name();
    }

    private Object place() {
        return secured == null ? address : secured;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Peer that
                && that.place().equals(place())
                && Objects.equals(that.node, node);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place(), node);
    }

    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        String text = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        return node == null ? text : text + " node " + HexFormat.of().formatHex(node.bytes());
    }
}
