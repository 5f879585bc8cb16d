package io.godwit.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds a broker's data. While it is open no other broker, in this process or
 * another, can open it: {@code <data-dir>/lock} is locked and holds the process's number. The
 * operating system gives the lock back when the process ends, however it ends. Safe for every
 * thread.
 */
public final class DataDirectory implements AutoCloseable {

    /**
     * The open ones of this process. Asked before the file is touched: closing any channel of a
     * file gives back all the locks that the process has on it (POSIX fcntl).
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private static final int LONGEST_NUMBER = 20;

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the directory where it is missing, for its owner only, and locks it.
     *
     * @throws IOException if it is in use, is no directory or can't be written; the message says
     *     which, where and what to do
     */
    public static DataDirectory open(Path directory) throws IOException {
        Path path = created(directory.toAbsolutePath().normalize());
        if (!OPEN.add(path)) {
            throw new IOException(inUse(path, "this process"));
        }
        try {
            return new DataDirectory(path, locked(path));
        } catch (IOException | RuntimeException e) {
            OPEN.remove(path);
            throw e;
        }
    }

    /** The directory; absolute, without symbolic links. */
    public Path path() {
        return path;
    }

    /** Gives the lock back; the lock's file stays. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            OPEN.remove(path);
        }
    }

    private static Path created(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IOException("data-dir " + directory + " is not a directory");
        }
        try {
            Files.createDirectories(directory, ownerOnly(directory));
            return directory.toRealPath();
        } catch (IOException e) {
            throw new IOException(
                    "data-dir "
                            + directory
                            + " can't be created ("
                            + reason(e)
                            + "); set data-dir to a place that the broker may write",
                    e);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static FileChannel locked(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "data-dir " + directory + " can't be written: " + file + " (" + reason(e) + ")",
                    e);
        }
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException(inUse(directory, "process " + holder(channel)));
            }
            write(channel);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void write(FileChannel channel) throws IOException {
        channel.truncate(0);
        String number = Long.toString(ProcessHandle.current().pid());
        ByteBuffer bytes = ByteBuffer.wrap(number.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_NUMBER);
        channel.read(bytes, 0);
        String number =
                new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        return number.isEmpty() ? "of another broker" : number;
    }

    private static String inUse(Path directory, String holder) {
        return "data-dir "
                + directory
                + " is in use by "
                + holder
                + "; stop that broker, or give this one another directory with --data-dir or"
                + " GODWIT_DATA_DIR";
    }

    private static String reason(IOException failure) {
        return failure instanceof FileSystemException e && e.getReason() != null
                ? e.getReason()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
