package io.godwit.store.rocksdb;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can really be filled: one of its own if this process may mount it, else a
 * directory in the shared memory of the machine, which in containers is small.
 */
final class SmallDisk implements AutoCloseable {

    private static final long SIZE = 48 << 20;
    private static final long LARGEST_SHARED = 256 << 20;

    private final Path path;
    private final boolean mounted;

    private SmallDisk(Path path, boolean mounted) {
        this.path = path;
        this.mounted = mounted;
    }

    /** The disk, or null if there is no way to have one. */
    static @Nullable SmallDisk make(Path mountPoint) throws Exception {
        if (run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", mountPoint.toString())) {
            return new SmallDisk(mountPoint, true);
        }
        Path shared = Path.of("/dev/shm");
        if (Files.isWritable(shared)) {
            FileStore store = Files.getFileStore(shared);
            if ("tmpfs".equals(store.type()) && store.getTotalSpace() <= LARGEST_SHARED) {
                return new SmallDisk(Files.createTempDirectory(shared, "godwit"), false);
            }
        }
        return null;
    }

    Path path() {
        return path;
    }

    /** Whether it can be made read-only. */
    boolean isOwn() {
        return mounted;
    }

    void makeReadOnly() throws Exception {
        if (!run("mount", "-o", "remount,ro", path.toString())) {
            throw new IOException("mount refuses");
        }
    }

    /** Leaves as many bytes free. */
    void fill(long free) throws IOException {
        byte[] zeros = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (Files.getFileStore(path).getUsableSpace() > free) {
                out.write(zeros);
            }
        }
    }

    /** Takes away what filled it. */
    void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    /** Gives back some of what filled it. */
    void freeSome(long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(filler(), StandardOpenOption.WRITE)) {
            channel.truncate(Math.max(0, channel.size() - bytes));
        }
    }

    private Path filler() {
        return path.resolve("filler");
    }

    @Override
    public void close() throws Exception {
        if (mounted) {
            run("umount", "-l", path.toString());
        } else {
            StoreFiles.delete(path);
        }
    }

    private static boolean run(String... command) throws Exception {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException _) {
            return false; // there is no such program
        }
        return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
    }
}
