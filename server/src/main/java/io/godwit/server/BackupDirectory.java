package io.godwit.server;

import io.godwit.broker.control.BrokerControl.Backup;
import io.godwit.broker.control.Refusal;
import io.godwit.server.ServerControl.Checkpoint;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a backup goes. It is there as a whole or not at all, and for its owner only: the store's
 * own files may be read by everybody, since what keeps others out is the data directory.
 */
final class BackupDirectory {

    private final Path directory;
    private final Path parent;

    private BackupDirectory(Path directory, Path parent) {
        this.directory = directory;
        this.parent = parent;
    }

    /**
     * A place for a backup.
     *
     * @throws Refusal if there is something already, or no directory to hold it
     */
    static BackupDirectory at(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new Refusal(
                    "the directory of the backup can't be made: there is no directory " + parent);
        }
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(
                        directory + " is there and is no directory; choose another place");
            }
            if (!isEmpty(directory)) {
                throw new Refusal(
                        directory
                                + " is not empty; choose a directory that is, or isn't there yet");
            }
        }
        return new BackupDirectory(directory, parent);
    }

    /** Makes the copy beside it, where nobody else can look, and moves it into place. */
    void fill(Checkpoint checkpoint) throws IOException {
        Path hidden;
        try {
            hidden = Files.createTempDirectory(parent, ".godwit-backup-");
        } catch (AccessDeniedException e) {
            throw mayNotWrite(parent);
        }
        try {
            Path copy = hidden.resolve("copy");
            checkpoint.make(copy);
            if (copy.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
            }
            move(copy);
        } finally {
            Files.walkFileTree(hidden, new Deletion());
        }
    }

    /** What is there now. */
    Backup measure(Duration time) throws IOException {
        Sizes sizes = new Sizes();
        Files.walkFileTree(directory, sizes);
        return new Backup(sizes.files, sizes.bytes, time);
    }

    private void move(Path copy) throws IOException {
        try {
            Files.move(copy, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) { // such as onto the place where a disk is mounted
            throw new IOException(
                    "the backup can't be moved to %s (%s); choose a directory that isn't there yet"
                            .formatted(directory, e.getReason()),
                    e);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        } catch (AccessDeniedException e) {
            throw mayNotWrite(directory);
        }
    }

    private static Refusal mayNotWrite(Path place) {
        return new Refusal(
                "user %s, who runs the broker, may not write to %s; choose another place"
                        .formatted(System.getProperty("user.name"), place));
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

    /** Deletes a directory with all that is in it. */
    private static final class Deletion extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
