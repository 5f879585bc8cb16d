package io.godwit.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real files, and links that are really swapped; what it tells is waited for. */
@Timeout(60)
class FileWatchTest {

    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir private Path directory = Path.of("");
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Path file = directory;
    private FileWatch watch;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(directory.resolve("watched"), "one");
        watch = watch(file);
    }

    @AfterEach
    void stop() {
        watch.close();
    }

    private FileWatch watch(Path... files) {
        return FileWatch.start(() -> List.of(files), OFTEN, () -> told.add(content(files[0])));
    }

    private static String content(Path path) {
        try {
            return Files.isDirectory(path) ? "a directory" : Files.readString(path);
        } catch (IOException e) {
            return "gone";
        }
    }

    private void expect(String content) throws InterruptedException {
        String last;
        do { // one that was told half-way is told again
            last = told.poll(30, TimeUnit.SECONDS);
            assertThat(last).as("told").isNotNull();
        } while (!content.equals(last));
    }

    @Test
    void aFileThatIsWrittenIsTold() throws Exception {
        Files.writeString(file, "longer than before");
        expect("longer than before");
    }

    @Test
    void aFileThatIsReplacedByARenameIsTold() throws Exception {
        Path other = Files.writeString(directory.resolve("new"), "two");
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        expect("two");
    }

    @Test
    void aFileThatIsRemovedAndComesBackIsToldTwice() throws Exception {
        Files.delete(file);
        expect("gone");
        Files.writeString(file, "back");
        expect("back");
    }

    @Test
    void aNewFileInADirectoryIsTold() throws Exception {
        watch.close();
        Path folder = Files.createDirectory(directory.resolve("conf.d"));
        watch = watch(folder);
        Files.writeString(folder.resolve("a.conf"), "");
        expect("a directory");
    }

    /**
     * As the kubelet does it: a new directory, then {@code ..data} is renamed onto the old link.
     */
    @Test
    void aLinkThatIsSwappedLikeKubernetesDoesItIsTold() throws Exception {
        watch.close();
        Path volume = Files.createDirectory(directory.resolve("volume"));
        write(volume, "..2026_01", "first");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_01"));
        Path seen = Files.createSymbolicLink(volume.resolve("passwd"), Path.of("..data", "passwd"));
        watch = watch(seen);
        for (String content : List.of("second", "third!")) { // both as long as "first" and not
            String version = "..2026_" + content;
            write(volume, version, content);
            Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of(version));
            Files.move(
                    volume.resolve("..data_tmp"),
                    volume.resolve("..data"),
                    StandardCopyOption.ATOMIC_MOVE);
            expect(content);
        }
    }

    private static void write(Path volume, String version, String content) throws IOException {
        Files.writeString(
                Files.createDirectory(volume.resolve(version)).resolve("passwd"), content);
    }

    /** As a reload names a file, reads it, and somebody writes to it in that moment. */
    @Test
    void aFileThatChangesWhenItWasJustNamedIsTold() throws Exception {
        watch.close();
        Path named = Files.writeString(directory.resolve("named"), "one");
        Set<Path> files = ConcurrentHashMap.newKeySet();
        files.add(file);
        watch =
                FileWatch.start(
                        () -> List.copyOf(files),
                        OFTEN,
                        () -> {
                            told.add(content(named));
                            if (files.add(named)) {
                                write(named, "two");
                            }
                        });
        Files.writeString(file, "names another");
        expect("two");
        write(named, "three");
        expect("three");
    }

    private static void write(Path path, String content) {
        try {
            Files.writeString(path, content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void itCanBeClosedByWhatItTells() throws Exception {
        watch.close();
        var closed = new LinkedBlockingQueue<String>();
        watch =
                FileWatch.start(
                        () -> List.of(file),
                        OFTEN,
                        () -> {
                            watch.close();
                            closed.add("closed");
                        });
        Files.writeString(file, "another");
        assertThat(closed.poll(30, TimeUnit.SECONDS)).isEqualTo("closed");
    }
}
