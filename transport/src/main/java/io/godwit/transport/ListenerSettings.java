package io.godwit.transport;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is to be. What it does not have costs its connections nothing.
 *
 * @param name what the configuration calls it; unique
 * @param tls how it encrypts, or null if it does not
 * @param webSocket how it speaks WebSocket, or null if MQTT comes without it
 * @param proxy whose PROXY headers it requires, or null if none is expected
 */
public record ListenerSettings(
        String name,
        Endpoint endpoint,
        @Nullable TlsSettings tls,
        @Nullable WebSocketSettings webSocket,
        @Nullable ProxySettings proxy) {

    /** A plain TCP port. */
    public static ListenerSettings tcp(String name, String bind, int port) {
        return new ListenerSettings(name, new Endpoint.Tcp(bind, port), null, null, null);
    }

    /** The same listener, encrypted. */
    public ListenerSettings withTls(@Nullable TlsSettings other) {
        return new ListenerSettings(name, endpoint, other, webSocket, proxy);
    }

    /** The same listener, with WebSocket. */
    public ListenerSettings withWebSocket(@Nullable WebSocketSettings other) {
        return new ListenerSettings(name, endpoint, tls, other, proxy);
    }

    /** The same listener; a frame is as long as that, if it speaks WebSocket. */
    public ListenerSettings withFramesUpTo(int bytes) {
        return webSocket == null ? this : withWebSocket(webSocket.withMaximumFrame(bytes));
    }

    /** The same listener, behind a proxy. */
    public ListenerSettings withProxy(@Nullable ProxySettings other) {
        return new ListenerSettings(name, endpoint, tls, webSocket, other);
    }

    /** Whether a socket from an address may still say that its client is elsewhere. */
    boolean isForwarder(InetAddress address) {
        return webSocket != null && webSocket.isForwarder(address);
    }

    /** Whether only this machine can reach it, as far as its address tells. */
    public boolean isLoopback() {
        return endpoint.isLoopback();
    }

    /** Whether only one of the two can be open: they have the same port or the same file. */
    public boolean collidesWith(ListenerSettings other) {
        return endpoint instanceof Endpoint.Tcp tcp && other.endpoint instanceof Endpoint.Tcp theirs
                ? tcp.port() != 0 && tcp.port() == theirs.port()
                : endpoint instanceof Endpoint.Unix unix
                        && other.endpoint instanceof Endpoint.Unix file
                        && unix.path().equals(file.path());
    }

    /** Its type, as the configuration calls it: tcp, tls, websocket or unix. */
    public String type() {
        if (endpoint instanceof Endpoint.Unix) {
            return "unix";
        }
        return webSocket != null ? "websocket" : tls != null ? "tls" : "tcp";
    }
}
