package io.godwit.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory for the data of a broker, which is removed with all that is in it. */
record TemporaryDirectory(Path path) implements AutoCloseable {

    static TemporaryDirectory create() throws IOException {
        return new TemporaryDirectory(Files.createTempDirectory("godwit-"));
    }

    /** Removes what is in it; nothing happens if it is gone itself. */
    void empty() {
        if (Files.notExists(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new Removal());
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "%s can't be removed: %s".formatted(path, failure.getMessage()), failure);
        }
    }

    @Override
    public void close() {
        empty();
        try {
            Files.deleteIfExists(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "%s can't be removed: %s".formatted(path, failure.getMessage()), failure);
        }
    }

    private final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (!visited.equals(path)) {
                Files.delete(visited);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
