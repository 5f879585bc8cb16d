package io.godwit.store.rocksdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The names that RocksDB gives its files, and directories with all that is in them. */
final class StoreFiles {

    static final String CURRENT = "CURRENT";
    static final String LOCK = "LOCK";
    private static final String LOG = "\\d+\\.log";
    private static final String SST = "\\d+\\.sst";
    private static final String MANIFEST = "MANIFEST-\\d+";
    private static final String OPTIONS = "OPTIONS-\\d+";

    private StoreFiles() {}

    /** Write-ahead logs, the oldest first. */
    static List<Path> logs(Path directory) throws IOException {
        return named(directory, LOG);
    }

    /** Files with entries. */
    static List<Path> tables(Path directory) throws IOException {
        return named(directory, SST);
    }

    /** Files that say which others belong to the database, the oldest first. */
    static List<Path> manifests(Path directory) throws IOException {
        return named(directory, MANIFEST);
    }

    /** Files with the settings and the version of RocksDB that wrote them, the oldest first. */
    static List<Path> options(Path directory) throws IOException {
        return named(directory, OPTIONS);
    }

    static boolean isManifest(String name) {
        return name.matches(MANIFEST);
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> named(Path directory, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> name(file).matches(pattern))
                    .sorted(Comparator.comparingLong(StoreFiles::number))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long number(Path file) {
        String digits = name(file).replaceAll("\\D", "");
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** Deletes a directory that may not exist. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        for (Path each : all(root).sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(each);
        }
    }

    /** The bytes of its files; one that goes meanwhile does not count. */
    static long size(Path root) throws IOException {
        long sum = 0;
        for (Path each : all(root).toList()) {
            try {
                if (Files.isRegularFile(each)) {
                    sum += Files.size(each);
                }
            } catch (NoSuchFileException _) {
                // RocksDB deletes files whenever it has merged them.
            }
        }
        return sum;
    }

    /**
     * Makes sure that a loss of power does not undo what was written to a file, or renamed in a
     * directory. Windows, where a directory is no file, sees to the latter by itself.
     */
    static void force(Path path) throws IOException {
        boolean isDirectory = Files.isDirectory(path);
        if (isDirectory && System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        StandardOpenOption option =
                isDirectory ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private static Stream<Path> all(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.toList().stream();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
