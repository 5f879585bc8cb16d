package io.godwit.admin;

import io.godwit.admin.http.Caller;
import io.godwit.admin.http.HttpLimits;
import io.godwit.admin.http.HttpServer;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP port that serves HTTP, with TLS or without. Safe for every thread. */
public final class AdminPort implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminPort.class);

    private static final int BACKLOG = 64;

    private final InetSocketAddress address;
    private final HttpServer server;

    private AdminPort(InetSocketAddress address, HttpServer server) {
        this.address = address;
        this.server = server;
    }

    /**
     * What holds at the port; it may be replaced while it is open.
     *
     * @param hosts names beside {@code localhost} that it may be called by, in small letters
     * @param accounts who may log in; with nobody a port on loopback lets everybody of this machine
     *     do everything
     */
    public record Terms(Set<String> hosts, Accounts accounts) {

        /** Copies the names. */
        public Terms {
            hosts = Set.copyOf(hosts);
        }
    }

    /**
     * Opens it.
     *
     * @param terms asked for each request
     * @param tls asked for each connection; gives null to serve without TLS
     * @throws IOException if it can't be opened; says why and what to do
     */
    public static AdminPort open(
            InetSocketAddress bind,
            Supplier<@Nullable SSLContext> tls,
            Supplier<Terms> terms,
            Routes routes,
            Audit audit)
            throws IOException {
        return open(bind, tls, terms, routes, audit, HttpLimits.defaults(), System::nanoTime);
    }

    static AdminPort open(
            InetSocketAddress bind,
            Supplier<@Nullable SSLContext> tls,
            Supplier<Terms> terms,
            Routes routes,
            Audit audit,
            HttpLimits limits,
            LongSupplier clock)
            throws IOException {
        if (bind.isUnresolved()) {
            throw cannot(bind, "admin.bind is no name or address of this machine", null);
        }
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(bind, BACKLOG);
        } catch (IOException failure) {
            socket.close();
            throw cannot(bind, String.valueOf(failure.getMessage()), failure);
        }
        InetSocketAddress address = (InetSocketAddress) socket.getLocalAddress();
        boolean isLoopback = bind.getAddress().isLoopbackAddress();
        Guard guard =
                new Guard(
                        routes,
                        () -> {
                            Terms now = terms.get();
                            return new Guard.Door(isLoopback, now.hosts(), now.accounts());
                        },
                        audit,
                        new LoginLimit(clock));
        return new AdminPort(
                address, HttpServer.start(socket, AdminPort::callerOf, tls, guard, limits));
    }

    private static IOException cannot(
            InetSocketAddress bind, String why, @Nullable IOException failure) {
        return new IOException(
                "The port of the HTTP API, %s:%d, can't be opened: %s. Another broker may have it: set admin.port (or GODWIT_ADMIN__PORT), or admin.enabled = false to do without."
                        .formatted(bind.getHostString(), bind.getPort(), why),
                failure);
    }

    private static @Nullable Caller callerOf(SocketChannel client) {
        try {
            SocketAddress remote = client.getRemoteAddress();
            if (remote instanceof InetSocketAddress peer) {
                String from = peer.getAddress().getHostAddress() + ":" + peer.getPort();
                return new Caller(null, Role.NONE, from, peer.getAddress());
            }
        } catch (IOException gone) {
            LOG.debug("a client of the HTTP API has gone", gone);
        }
        return null;
    }

    /** Where it listens, with the port that the system chose if none was given. */
    public InetSocketAddress address() {
        return address;
    }

    /** Stops serving, also what is under way. */
    @Override
    public void close() {
        server.close();
    }
}
