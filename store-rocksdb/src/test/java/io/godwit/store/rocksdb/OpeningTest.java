package io.godwit.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

/** Who may open a database, and what a crash in the middle of mending it leaves. */
class OpeningTest {

    @TempDir private Path directory;
    private Fixture fixture;

    @BeforeEach
    void writeFiles() throws Exception {
        fixture = new Fixture(directory);
    }

    /** Opens the database that is named, says so, and holds it until its input ends. */
    static final class Holder {
        public static void main(String[] arguments) throws IOException {
            try (RocksDatabase _ = RocksDatabase.open(Path.of(arguments[0]), Fixture.OPTIONS)) {
                System.out.println("open");
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }

    @Test
    void itIsNotOpenedTwiceInAProcess() throws IOException {
        try (RocksDatabase first = fixture.open()) {
            assertThatThrownBy(fixture::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(fixture.store + " is open in this process already");
            assertThat(Content.of(first).all()).isEqualTo(fixture.content.all());
        }
        fixture.open().close();
    }

    @Test
    void itIsNotOpenedWhileAnotherProcessHasIt() throws Exception {
        Process holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                fixture.store.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = holder.inputReader()) {
            assertThat(out.readLine()).isEqualTo("open");
            Map<String, String> before = Fixture.files(fixture.store);
            assertThatThrownBy(fixture::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(fixture.store + " is in use by another process");
            assertThat(Fixture.files(fixture.store)).isEqualTo(before);
            holder.getOutputStream().close();
            assertThat(holder.waitFor()).isZero();
        } finally {
            holder.destroyForcibly();
        }
        fixture.open().close();
    }

    @Test
    void aFileInItsPlaceIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> RocksDatabase.open(file, Fixture.OPTIONS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void damageThatMayBeANewerFormatIsLeftAlone() throws IOException {
        Path options = StoreFiles.options(fixture.store).getLast();
        String own = RocksDB.rocksdbVersion().toString();
        String settings = Files.readString(options);
        assertThat(settings).contains("rocksdb_version=" + own);
        Files.writeString(
                options, settings.replace("rocksdb_version=" + own, "rocksdb_version=99.0.0"));
        Fixture.flip(fixture.queueFile(), 100_000, 3);
        Map<String, String> before = Fixture.files(fixture.store);
        assertThatThrownBy(fixture::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 99")
                .hasMessageContaining("Nothing was changed");
        assertThat(Fixture.files(fixture.store)).isEqualTo(before);
        assertThat(names()).containsExactly("store");
    }

    @Test
    void whatAnInterruptedMendingHasNotFinishedIsBegunAnew() throws IOException {
        Path rebuilding = Files.createDirectory(directory.resolve("store.rebuilding"));
        Files.writeString(rebuilding.resolve("000004.sst"), "half");
        opensWhole();
        assertThat(names()).containsExactly("store");
    }

    /** The process ended while a table was being written: its entries are still in the log. */
    @Test
    void tableThatWasBeingWrittenIsNoDamage() throws IOException {
        Files.writeString(fixture.store.resolve("900000.sst"), "half of a table");
        opensWhole();
        assertThat(names()).containsExactly("store");
    }

    @Test
    void aMendedDatabaseTakesThePlaceOfTheOldOne() throws Exception {
        new Rebuild(fixture.store).into(directory.resolve("store.rebuilt"));
        Fixture.flip(fixture.queueFile(), 100_000, 3);
        Map<String, String> before = Fixture.files(fixture.store);
        opensWhole();
        assertThat(names()).containsExactly("quarantine", "store");
        try (Stream<Path> kept = Files.list(directory.resolve("quarantine"))) {
            assertThat(Fixture.files(kept.findFirst().orElseThrow().resolve("store")))
                    .isEqualTo(before);
        }
    }

    @Test
    void aMendedDatabaseTakesItsPlaceWhenTheOldOneWasMovedAlready() throws Exception {
        new Rebuild(fixture.store).into(directory.resolve("store.rebuilt"));
        Path kept = Files.createDirectories(directory.resolve("quarantine/then"));
        Files.move(fixture.store, kept.resolve("store"));
        opensWhole();
        assertThat(names()).containsExactly("quarantine", "store");
    }

    @Test
    void aCheckpointThatCannotBeMadeLeavesNothing() throws IOException {
        try (RocksDatabase database = fixture.open()) {
            Path missing = directory.resolve("missing/copy");
            assertThatThrownBy(() -> database.checkpoint(missing))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("copy");
            assertThat(names()).containsExactly("store");
            assertThat(Content.of(database).all()).isEqualTo(fixture.content.all());
        }
    }

    private void opensWhole() throws IOException {
        try (RocksDatabase database = fixture.open()) {
            assertThat(Content.of(database).all()).isEqualTo(fixture.content.all());
            assertThat(database.salvages()).isEmpty();
        }
    }

    private String[] names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(StoreFiles::name).sorted().toArray(String[]::new);
        }
    }
}
