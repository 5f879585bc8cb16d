package io.godwit.transport.websocket;

import io.godwit.broker.shard.Shard;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a WebSocket carries: the connection behind it, on whose loop all of this is called. */
public interface ByteStream {

    /** The shard that the connection is on. */
    Shard shard();

    /** The peer as a person writes it. */
    String peer();

    /** The address of the peer, as far as it is known; null over a Unix domain socket. */
    @Nullable InetAddress peerAddress();

    /** Whether it came in on an address of this machine alone. */
    boolean isOnLoopback();

    /**
     * The WebSocket is open.
     *
     * @param query the parameters of its address, decoded
     * @param client the client's address as trusted proxies told it; null if none did
     */
    void opened(Map<String, String> query, @Nullable InetAddress client);

    /**
     * The peer was refused in the handshake, or has broken the rules of WebSocket: what was written
     * is sent, nothing more is taken, and the broker knows at once that the connection has ended.
     *
     * @param inHandshake whether the WebSocket was never open
     * @param why what happened, for the log
     */
    void breakOff(boolean inHandshake, String why);
}
