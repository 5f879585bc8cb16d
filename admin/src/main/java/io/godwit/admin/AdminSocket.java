package io.godwit.admin;

import io.godwit.admin.http.Caller;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.HttpLimits;
import io.godwit.admin.http.HttpServer;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix domain socket that serves HTTP to the user whom its file belongs to, and to root. Safe for
 * every thread.
 */
public final class AdminSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminSocket.class);

    private static final int BACKLOG = 64;

    private final Path path;
    private final HttpServer server;

    private AdminSocket(Path path, HttpServer server) {
        this.path = path;
        this.server = server;
    }

    /**
     * Opens it. Whoever calls this has made sure that no other process has the place (a data
     * directory is locked), so a socket that is there is what a killed process left, and is
     * replaced.
     *
     * @throws IOException if it can't be opened; says why and what to do
     */
    public static AdminSocket open(Path path, Routes routes, Audit audit) throws IOException {
        Guard.Door nobody = new Guard.Door(true, Set.of(), Accounts.NONE);
        Guard guard = new Guard(routes, () -> nobody, audit, new LoginLimit(System::nanoTime));
        return open(path, guard, HttpLimits.defaults());
    }

    static AdminSocket open(Path path, Handler handler, HttpLimits limits) throws IOException {
        removeStale(path);
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bind(socket, path);
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
            UserPrincipal owner = Files.getOwner(path);
            HttpServer server =
                    HttpServer.start(
                            socket, client -> callerOf(client, owner), () -> null, handler, limits);
            return new AdminSocket(path, server);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Stops serving and removes its file. */
    @Override
    public void close() {
        server.close();
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("the admin socket {} could not be removed", path, e);
        }
    }

    private static void removeStale(Path path) throws IOException {
        try {
            var attributes =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isOther()) {
                throw new IOException(
                        "the admin socket can't be opened: %s is there and is no socket; move it away"
                                .formatted(path));
            }
            Files.delete(path);
        } catch (NoSuchFileException e) { // as it should be
        }
    }

    private static void bind(ServerSocketChannel socket, Path path) throws IOException {
        try {
            socket.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        } catch (SocketException e) {
            throw new IOException(
                    "the admin socket %s can't be opened: %s".formatted(path, why(path, e)), e);
        }
    }

    private static String why(Path path, SocketException failure) {
        String reason = String.valueOf(failure.getMessage());
        return reason.contains("too long") // the JDK's own words
                ? "its path has %d bytes, and a Unix domain socket takes about 100; choose a data directory with a shorter path"
                        .formatted(path.toString().getBytes(Charset.defaultCharset()).length)
                : reason + "; the broker must be able to make sockets in " + path.getParent();
    }

    /**
     * Who is at the other end, if it is the owner or root; else null. The file's mode says the
     * same, but only since it was set, a moment after the socket could be connected to.
     */
    private static @Nullable Caller callerOf(SocketChannel client, UserPrincipal owner) {
        if (!client.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return administrator("unknown"); // this system can't tell; the mode has to do
        }
        try {
            UserPrincipal user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            if (isAllowed(user, owner)) {
                return administrator(user.getName());
            }
            LOG.warn("the admin socket refused user {}: it serves {} only", user, owner);
        } catch (IOException e) {
            LOG.debug("a client of the admin socket has gone", e);
        }
        return null;
    }

    private static Caller administrator(String user) {
        return new Caller(user, Role.ADMIN, "the admin socket", null);
    }

    static boolean isAllowed(UserPrincipal user, UserPrincipal owner) {
        return user.equals(owner) || user.getName().equals("root");
    }
}
