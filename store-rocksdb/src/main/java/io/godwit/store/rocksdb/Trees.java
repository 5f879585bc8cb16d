package io.godwit.store.rocksdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories with everything in them. */
final class Trees {

    private Trees() {}

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

    private static Stream<Path> all(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return List.copyOf(files.toList()).stream();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
