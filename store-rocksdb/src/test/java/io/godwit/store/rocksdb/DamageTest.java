package io.godwit.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database whose files are damaged opens with what can be read; the rest is kept aside. */
class DamageTest {

    private static final byte[] GARBAGE = new byte[5_000];

    static {
        Arrays.fill(GARBAGE, (byte) 0xa7);
    }

    @TempDir private Path directory;
    private Fixture fixture;

    @BeforeEach
    void writeFiles() throws Exception {
        fixture = new Fixture(directory);
    }

    // --- logs -----------------------------------------------------------------------------------

    @Test
    void nothingIsSaidOfWhatIsWhole() throws IOException {
        try (RocksDatabase database = fixture.open()) {
            assertThat(Content.of(database).all()).isEqualTo(fixture.content.all());
            assertThat(database.salvages()).isEmpty();
        }
        assertThat(directory.resolve("quarantine")).doesNotExist();
    }

    @Test
    void garbageAtTheEndOfALogIsCutOff() throws IOException {
        Path log = fixture.log();
        Files.write(log, GARBAGE, StandardOpenOption.APPEND);
        Salvage salvage = opensWith(fixture.content.all());
        assertThat(salvage.damages())
                .singleElement()
                .satisfies(damage -> {
                    assertThat(damage.file()).isEqualTo(StoreFiles.name(log));
                    assertThat(damage.what()).contains("5000 bytes");
                });
        try (Stream<Path> kept = Files.list(salvage.quarantine())) {
            assertThat(kept)
                    .singleElement()
                    .satisfies(it -> assertThat(it).hasBinaryContent(GARBAGE));
        }
    }

    @Test
    void aLogThatEndsInAPieceOfARecordKeepsAllBeforeIt() throws IOException {
        Fixture.truncate(fixture.log(), Files.size(fixture.log()) - 5);
        Salvage salvage = opensWith(withoutBatch(Fixture.BATCHES_IN_LOG - 1));
        assertThat(salvage.perhapsMore()).isTrue();
        opensWhole(withoutBatch(Fixture.BATCHES_IN_LOG - 1));
    }

    @Test
    void zerosAtTheEndOfALogAreNoDamage() throws IOException {
        Fixture.truncate(fixture.log(), Files.size(fixture.log()) + 100_000);
        opensWhole(fixture.content.all());
    }

    @Test
    void aDamagedRecordInTheMiddleOfALogCostsThatRecordOnly() throws IOException {
        Path log = fixture.log();
        byte[] bytes = Files.readAllBytes(log);
        Fixture.flip(log, placeOf(bytes, Content.key(Fixture.firstOfBatch(7) + 3)), 1);
        byte[] damaged = Files.readAllBytes(log);
        Salvage salvage = opensWith(withoutBatch(7));
        assertThat(salvage.lostEntries()).isEqualTo(Fixture.BATCH);
        assertThat(salvage.perhapsMore()).isFalse();
        assertThat(salvage.damages()).extracting("file").containsExactly(StoreFiles.name(log));
        assertThat(salvage.quarantine().resolve("store").resolve(StoreFiles.name(log)))
                .hasBinaryContent(damaged);
    }

    @Test
    void aDamagedLengthInALogCostsItsBlockAtMost() throws IOException {
        Path log = fixture.log();
        Fixture.flip(log, 5, 1); // of the first record
        Salvage salvage = opensAsPartOf(fixture.content.all());
        assertThat(salvage.damages()).extracting("file").containsExactly(StoreFiles.name(log));
        assertThat(salvage.keptEntries()).isGreaterThanOrEqualTo(Fixture.IN_FILES + 200);
    }

    // --- table files ----------------------------------------------------------------------------

    @Test
    void aDamagedBlockCostsItsEntriesOnly() throws IOException {
        Path file = fixture.queueFile();
        Fixture.flip(file, 100_000, 3);
        Salvage salvage = opensAsPartOf(fixture.content.all());
        assertThat(salvage.damages()).extracting("file").containsExactly(StoreFiles.name(file));
        assertThat(salvage.damages().getFirst().what()).startsWith("1 of");
        assertThat(salvage.lostEntries()).isBetween(1L, 300L);
        assertThat(salvage.perhapsMore()).isFalse();
        assertThat(salvage.keptEntries()).isEqualTo(fixture.content.size() - salvage.lostEntries());
    }

    @Test
    void aMissingTableFileCostsItsEntriesOnly() throws IOException {
        Files.delete(fixture.queueFile());
        fixture.content.table(Table.QUEUE).clear();
        Salvage salvage = opensWith(fixture.content.all());
        assertThat(salvage.perhapsMore()).isTrue();
    }

    @Test
    void aTableFileThatEndsTooEarlyCostsItsEntriesOnly() throws IOException {
        Path file = fixture.queueFile();
        Fixture.truncate(file, Files.size(file) - 100);
        fixture.content.table(Table.QUEUE).clear();
        Salvage salvage = opensWith(fixture.content.all());
        assertThat(salvage.damages()).extracting("file").containsExactly(StoreFiles.name(file));
        assertThat(salvage.perhapsMore()).isTrue();
        assertThat(salvage.quarantine().resolve("store").resolve(StoreFiles.name(file))).exists();
    }

    // --- what says which files there are --------------------------------------------------------

    @Test
    void aDamagedManifestCostsNothing() throws IOException {
        Path manifest = fixture.manifest();
        Fixture.flip(manifest, Files.size(manifest) / 2, 1);
        Salvage salvage = opensWith(fixture.content.all());
        assertThat(salvage.damages()).extracting("file").containsExactly(StoreFiles.name(manifest));
        assertThat(salvage.lostEntries()).isZero();
        assertThat(salvage.perhapsMore()).isFalse();
    }

    @Test
    void aMissingManifestCostsNothing() throws IOException {
        Files.delete(fixture.manifest());
        assertThat(opensWith(fixture.content.all()).lostEntries()).isZero();
    }

    @Test
    void anEmptyManifestCostsNothing() throws IOException {
        Fixture.truncate(fixture.manifest(), 0);
        assertThat(opensWith(fixture.content.all()).lostEntries()).isZero();
    }

    @Test
    void aMissingCurrentCostsNothing() throws IOException {
        Files.delete(fixture.store.resolve(StoreFiles.CURRENT));
        assertThat(opensWith(fixture.content.all()).lostEntries()).isZero();
    }

    @Test
    void aDamagedCurrentCostsNothing() throws IOException {
        Fixture.flip(fixture.store.resolve(StoreFiles.CURRENT), 3, 2);
        assertThat(opensWith(fixture.content.all()).lostEntries()).isZero();
    }

    @Test
    void ofFilesWithoutAReadableByteAllAreKeptAsideAndAnEmptyOneIsOpened() throws IOException {
        try (Stream<Path> all = Files.list(fixture.store)) {
            for (Path each : all.toList()) {
                Files.write(each, GARBAGE);
            }
        }
        Map<String, String> before = Fixture.files(fixture.store);
        Salvage salvage = opensWith(new Content(0).all());
        assertThat(salvage.keptEntries()).isZero();
        assertThat(salvage.perhapsMore()).isTrue();
        assertThat(Fixture.files(salvage.quarantine().resolve("store"))).isEqualTo(before);
    }

    // --- while it is open -----------------------------------------------------------------------

    @Test
    void damageThatIsMetWhenReadingIsDealtWithByReopening() throws IOException {
        try (RocksDatabase database = fixture.open()) {
            Fixture.flip(fixture.queueFile(), 100_000, 3);
            assertThatThrownBy(() -> Content.of(database))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
            Batch batch = database.batch();
            batch.put(Table.META, "after".getBytes(StandardCharsets.UTF_8), new byte[1]);
            assertThatThrownBy(() -> database.write(batch)).isInstanceOf(IOException.class);

            database.reopen();
            assertThat(database.salvages()).hasSize(1);
            long lost = database.lostEntries();
            assertThat(lost).isPositive();
            assertThat(database.figures())
                    .containsEntry("files/damaged", "1")
                    .containsEntry("entries/lost", Long.toString(lost));
            assertThat(database.salvages().getFirst().inWords())
                    .contains(lost + " entries are lost", directory.resolve("quarantine") + "/");
            assertThat(Content.of(database).size()).isEqualTo(fixture.content.size() - lost);
            database.write(batch);
        }
    }

    @Test
    void damageThatIsMetOnAWalkIsDealtWithAsWell() throws IOException {
        try (RocksDatabase database = fixture.open()) {
            Fixture.flip(fixture.queueFile(), 100_000, 3);
            assertThatThrownBy(() -> database.reader().walk(Table.QUEUE, DamageTest::goToTheEnd))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
            database.reopen();
            assertThat(database.salvages()).hasSize(1);
            database.reader().walk(Table.QUEUE, DamageTest::goToTheEnd);
        }
    }

    private static void goToTheEnd(Database.Place place) throws IOException {
        boolean there = place.seek(new byte[0]);
        while (there) {
            there = place.next();
        }
    }

    // --- short ways -----------------------------------------------------------------------------

    /** Opens the database, which holds exactly this, and again, when nothing is wrong any more. */
    private Salvage opensWith(Map<Table, TreeMap<String, String>> expected) throws IOException {
        Salvage salvage;
        try (RocksDatabase database = fixture.open()) {
            assertThat(Content.of(database).all()).isEqualTo(expected);
            salvage = database.salvages().getFirst();
            assertThat(database.salvages()).hasSize(1);
        }
        assertThat(salvage.quarantine()).isDirectory().hasParent(directory.resolve("quarantine"));
        assertThat(salvage.time()).isPositive();
        opensWhole(expected);
        return salvage;
    }

    private Salvage opensAsPartOf(Map<Table, TreeMap<String, String>> expected) throws IOException {
        Map<Table, TreeMap<String, String>> found;
        Salvage salvage;
        try (RocksDatabase database = fixture.open()) {
            found = Content.of(database).all();
            salvage = database.salvages().getFirst();
        }
        found.forEach(
                (table, entries) -> assertThat(expected.get(table)).containsAllEntriesOf(entries));
        opensWhole(found);
        return salvage;
    }

    private void opensWhole(Map<Table, TreeMap<String, String>> expected) throws IOException {
        try (RocksDatabase database = fixture.open()) {
            assertThat(Content.of(database).all()).isEqualTo(expected);
            assertThat(database.salvages()).isEmpty();
        }
    }

    private Map<Table, TreeMap<String, String>> withoutBatch(int number) {
        for (int i = 0; i < Fixture.BATCH; i++) {
            byte[] key = Content.key(Fixture.firstOfBatch(number) + i);
            fixture.content.table(Table.MESSAGE).remove(HexFormat.of().formatHex(key));
        }
        return fixture.content.all();
    }

    private static int placeOf(byte[] bytes, byte[] searched) {
        for (int at = 0; at + searched.length <= bytes.length; at++) {
            if (Arrays.mismatch(bytes, at, at + searched.length, searched, 0, searched.length)
                    < 0) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }
}
