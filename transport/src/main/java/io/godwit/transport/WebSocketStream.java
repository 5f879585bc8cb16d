package io.godwit.transport;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.Shard;
import io.godwit.transport.websocket.ByteStream;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A wire as the WebSocket knows it that carries its bytes. */
record WebSocketStream(NettyWire wire, Channel channel) implements ByteStream {

    @Override
    public Shard shard() {
        return wire.shard();
    }

    @Override
    public String peer() {
        return wire.peer();
    }

    @Override
    public @Nullable InetAddress peerAddress() {
        return wire.origin().address();
    }

    @Override
    public boolean isOnLoopback() {
        return channel.localAddress() instanceof InetSocketAddress local
                && local.getAddress().isLoopbackAddress();
    }

    @Override
    public void opened(Map<String, String> query, @Nullable InetAddress client) {
        Origin known = wire.origin();
        wire.come(
                new Origin(
                        known.listener(),
                        client == null ? known.address() : client,
                        client == null ? known.port() : 0,
                        known.isEncrypted(),
                        known.certificates(),
                        known.unixPeer(),
                        query));
    }

    @Override
    public void breakOff(boolean inHandshake, String why) {
        wire.listener
                .incidents()
                .report(
                        inHandshake ? Incident.WEBSOCKET_REFUSED : Incident.WEBSOCKET_BROKEN,
                        inHandshake
                                ? "the request of %s was refused: %s".formatted(peer(), why)
                                : "%s is closed, since it sent %s".formatted(peer(), why));
        wire.breakOff();
    }
}
