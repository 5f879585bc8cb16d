package io.godwit.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the clients and a broker, where {@link Faults} happen, on a port that stays when
 * the broker is started again. It looks at where packets begin and of which type they are, at
 * CONNECT for the Client Identifier, and changes nothing. Its threads are virtual: one that
 * accepts, two for each connection.
 */
final class Proxy implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final Faults faults;
    private final ServerSocket socket;
    private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable InetSocketAddress broker;

    private Proxy(Faults faults, ServerSocket socket) {
        this.faults = faults;
        this.socket = socket;
    }

    /** Listens on a free port of 127.0.0.1; until {@link #connectTo} it closes what it accepts. */
    static Proxy open(Faults faults) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        Proxy proxy = new Proxy(faults, new ServerSocket(0, BACKLOG, loopback));
        Thread.ofVirtual().name("godwit-test-proxy").start(proxy::accept);
        return proxy;
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Where the broker is from now on; null if there is none, and clients are turned away. */
    void connectTo(@Nullable InetSocketAddress address) {
        broker = address;
    }

    /** The connections of a client. */
    List<ProxyConnection> of(String clientId) {
        return connections.stream().filter(it -> it.clientId().equals(clientId)).toList();
    }

    /** Closes the connections of clients that were stopped from reading: nothing drains them. */
    void cutStopped() {
        connections.stream()
                .filter(it -> faults.isStopped(it.clientId()))
                .forEach(ProxyConnection::close);
    }

    private void accept() {
        while (!socket.isClosed()) {
            Socket client;
            try {
                client = socket.accept();
            } catch (IOException closed) {
                if (socket.isClosed()) {
                    return;
                }
                throw new UncheckedIOException("no client can be accepted any more", closed);
            }
            carry(client);
        }
    }

    private void carry(Socket client) {
        InetSocketAddress to = broker;
        if (to == null) {
            ProxyConnection.closeQuietly(client);
            return;
        }
        ProxyConnection connection = new ProxyConnection(client, faults, connections::remove);
        connections.add(connection);
        if (socket.isClosed()) { // it has come while the others were closed
            connection.close();
        }
        connection.start(to);
    }

    /** Closes all connections and stops listening. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        connections.forEach(ProxyConnection::close);
    }
}
