package io.godwit.transport;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix domain socket. It is bound under another name and gets the real one when mode
 * and owner are right, so that nobody connects before, and a client that comes meanwhile finds
 * either the old socket or the new one.
 */
final class UnixSocketFile {

    private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);

    /** Linux's limit of a socket's path is 108 bytes with a zero at the end. */
    private static final int LONGEST = 106;

    private final Endpoint.Unix endpoint;
    private final Path path;
    private final Path bound;
    private @Nullable Object identity;

    private UnixSocketFile(Endpoint.Unix endpoint) {
        this.endpoint = endpoint;
        this.path = endpoint.path().toAbsolutePath();
        this.bound = path.resolveSibling(path.getFileName() + "~");
    }

    /**
     * Makes room for it: what a killed process left is replaced, a socket that somebody serves is
     * not.
     */
    static UnixSocketFile prepare(Endpoint.Unix endpoint) throws IOException {
        UnixSocketFile file = new UnixSocketFile(endpoint);
        int length =
                file.path.toString().getBytes(java.nio.charset.Charset.defaultCharset()).length;
        if (length > LONGEST) {
            throw new IOException(
                    "its path has %d bytes, and the system takes %d; choose a shorter one"
                            .formatted(length, LONGEST));
        }
        try {
            BasicFileAttributes there = attributes(file.path);
            if (!there.isOther()) {
                throw new IOException("there is a file, which is no socket; move it away");
            }
            if (isServed(file.path)) {
                throw new IOException(
                        "another process serves this socket; stop that one, or choose another"
                                + " path");
            }
            LOG.info("{} was left behind by a process that is gone, and is replaced", file.path);
        } catch (NoSuchFileException free) {
            LOG.debug("{} is free", file.path);
        }
        Files.deleteIfExists(file.bound);
        return file;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isServed(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            return false;
        }
    }

    /** What to bind to. */
    DomainSocketAddress address() {
        return new DomainSocketAddress(bound.toFile());
    }

    /** Sets mode and owner, and gives it its name. */
    void publish() throws IOException {
        try {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(bound, PosixFileAttributeView.class);
            UserPrincipalLookupService names =
                    bound.getFileSystem().getUserPrincipalLookupService();
            if (endpoint.group() != null) {
                view.setGroup(known("group", endpoint.group(), names::lookupPrincipalByGroupName));
            }
            if (endpoint.owner() != null) {
                view.setOwner(known("user", endpoint.owner(), names::lookupPrincipalByName));
            }
            view.setPermissions(PosixFilePermissions.fromString(endpoint.mode()));
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            identity = attributes(path).fileKey();
        } catch (FileSystemException failure) {
            throw new IOException(
                    "%s; the broker's user must be allowed to make it, and to give it to its owner"
                            .formatted(failure.getMessage()),
                    failure);
        }
    }

    @FunctionalInterface
    private interface Lookup<T> {
        T find(String name) throws IOException;
    }

    private static <T> T known(String what, String name, Lookup<T> lookup) throws IOException {
        try {
            return lookup.find(name);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new IOException("this machine knows no %s %s".formatted(what, name), unknown);
        }
    }

    /** Removes it, unless another process has put its own there. */
    void remove() {
        try {
            Files.deleteIfExists(bound);
            if (identity != null && identity.equals(attributes(path).fileKey())) {
                Files.delete(path);
            }
        } catch (NoSuchFileException gone) {
            LOG.debug("{} is gone already", path);
        } catch (IOException failure) {
            LOG.warn("{} could not be removed: {}", path, failure.getMessage());
        }
    }
}
