package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.SnVersion;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams of a client come from, and what is spoken there. With DTLS that is its session,
 * and the address is only where it was last. Two are equal that are at the same place, whatever
 * they speak. What nobody protects is another place than what a sender protects, since anyone can
 * write any address into a datagram.
 *
 * @param address the sender's
 * @param secured its DTLS session; null without DTLS
 * @param node the wireless node behind a forwarder at that address; null without one
 * @param sender who protects the packets; null if nobody does
 */
record Peer(
        InetSocketAddress address,
        @Nullable Secured secured,
        @Nullable Binary node,
        @Nullable Sender sender,
        SnVersion version) {

    /** Without protection, but for that of DTLS. */
    Peer(
            InetSocketAddress address,
            @Nullable Secured secured,
            @Nullable Binary node,
            SnVersion version) {
        this(address, secured, node, null, version);
    }

    /** The same, where a sender protects its packets. */
    Peer protectedBy(Sender whose) {
        return new Peer(address, secured, node, whose, version);
    }

    /** Bytes around a packet to it, of its protection. */
    int overhead() {
        return sender == null ? 0 : sender.overhead();
    }

    /** What the broker is told of it. */
    Origin origin(String listener) {
        if (sender != null) {
            return origin(listener, sender.scheme().encrypts(), List.of(), sender.identity());
        }
        return secured == null
                ? Origin.tcp(listener, address.getAddress(), address.getPort())
                : origin(
                        listener,
                        true,
                        secured.proof().certificates(),
                        secured.proof().pskIdentity());
    }

    private Origin origin(
            String listener,
            boolean isEncrypted,
            List<X509Certificate> certificates,
            @Nullable String identity) {
        return new Origin(
                listener,
                address.getAddress(),
                address.getPort(),
                isEncrypted,
                certificates,
                null,
                Map.of(),
                identity);
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
        if (sender != null) {
            return sender.name();
        }
        return secured == null ? "" : secured.proof().name();
    }

    private Object place() {
        return secured == null ? address : secured;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Peer that
                && that.place().equals(place())
                && Objects.equals(that.node, node)
                && Objects.equals(that.sender, sender);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place(), node, sender);
    }

    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        String text = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        return node == null ? text : text + " node " + HexFormat.of().formatHex(node.bytes());
    }
}
