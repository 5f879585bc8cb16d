package io.godwit.client.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** That a directory belongs to one store; the system takes it back when the process ends. */
final class DirectoryLock implements AutoCloseable {

    private static final String FILE = "lock";

    /**
     * Those of this process. The system's locks are the process's as a whole, and closing any
     * channel to a file gives them back, so they can't tell two stores of one process apart.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes it.
     *
     * @param directory that exists
     * @throws IOException if somebody has it; says who
     */
    static DirectoryLock take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw new IOException(
                    directory + ": another client of this process uses it; give each its own directory");
        }
        try {
            return new DirectoryLock(real, locked(directory.resolve(FILE)));
        } catch (IOException | RuntimeException failure) {
            HELD.remove(real);
            throw failure;
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock(0, 1, false);
            if (lock == null) {
                throw new IOException(
                        "%s: the client of another process%s uses it; give each its own directory"
                                .formatted(file.getParent(), owner(file)));
            }
            byte[] process =
                    (" " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(process), 0);
            channel.truncate(process.length);
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private static String owner(Path file) {
        try {
            String process = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            return process.matches("[0-9]{1,10}") ? " (" + process + ")" : "";
        } catch (IOException _) { // where a lock keeps others from reading, too
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(directory);
        }
    }
}
