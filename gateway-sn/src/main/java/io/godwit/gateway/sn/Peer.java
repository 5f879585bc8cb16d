package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.codec.Binary;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where datagrams of a client come from.
 *
 * @param address the sender's
 * @param node the wireless node behind a forwarder at that address; null without one
 */
record Peer(InetSocketAddress address, @Nullable Binary node) {

    /** What the broker is told of it. */
    Origin origin(String listener) {
        return Origin.tcp(listener, address.getAddress(), address.getPort());
    }

    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        String text = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        return node == null ? text : text + " node " + HexFormat.of().formatHex(node.bytes());
    }
}
