package io.godwit.server;

import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Refusal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What an administrator can ask of this server. Safe for every thread. */
final class ServerControl implements BrokerControl, AutoCloseable {

    /** Makes a copy of the store in a directory that does not exist yet. */
    @FunctionalInterface
    interface Checkpoint {
        void make(Path directory) throws IOException;
    }

    private final @Nullable Checkpoint checkpoint;

    /** Held while a backup is made. */
    private final ReentrantLock backup = new ReentrantLock();

    private volatile boolean closed;

    /**
     * For a server with this store.
     *
     * @param checkpoint copies the store, and isn't called any more once this is closed; null if
     *     everything is in memory
     */
    ServerControl(@Nullable Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    @Override
    public String version() {
        return Version.current();
    }

    @Override
    public Backup backup(Path directory) throws IOException {
        if (checkpoint == null) {
            throw new Refusal(
                    "there is nothing to back up: sessions, queues and retained messages are in"
                            + " memory only (persistence.mode = memory)");
        }
        if (!backup.tryLock()) {
            throw new Refusal("another backup is being made; try again when it is done");
        }
        try {
            if (closed) {
                throw new Refusal(
                        "the broker is stopping; start it, or copy its files as they are");
            }
            long start = System.nanoTime();
            prepare(directory);
            checkpoint.make(directory);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            Sizes sizes = new Sizes();
            Files.walkFileTree(directory, sizes);
            return new Backup(sizes.files, sizes.bytes, time);
        } finally {
            backup.unlock();
        }
    }

    /** Waits for the end of a backup that is being made, and allows no other. */
    @Override
    public void close() {
        closed = true;
        backup.lock();
        backup.unlock();
    }

    /** Makes sure that there is nothing at the place, and that it can be made. */
    private static void prepare(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new Refusal(
                    "the directory of the backup can't be made: there is no directory " + parent);
        }
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isWritable(parent)) {
                throw mayNotWrite(parent);
            }
            return;
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal(directory + " is there and is no directory; choose another place");
        }
        try {
            Files.delete(directory);
        } catch (DirectoryNotEmptyException e) {
            throw new Refusal(
                    directory + " is not empty; choose a directory that is, or isn't there yet");
        } catch (AccessDeniedException e) {
            throw mayNotWrite(parent);
        }
    }

    private static Refusal mayNotWrite(Path parent) {
        return new Refusal(
                "user %s, who runs the broker, may not write to %s; choose another place"
                        .formatted(System.getProperty("user.name"), parent));
    }

    /** Adds up the files of a directory. */
    private static final class Sizes extends SimpleFileVisitor<Path> {

        private long files;
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files++;
            bytes += attributes.size();
            return FileVisitResult.CONTINUE;
        }
    }
}
