package io.godwit.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a disk that is really full, or read-only. */
class FullDiskTest {

    private static final int VALUE = 10_000;

    @TempDir private Path directory;
    private @Nullable SmallDisk made;

    @BeforeEach
    void makeDisk() throws Exception {
        made = SmallDisk.make(directory);
        assumeTrue(made != null, "nobody may mount a small disk here");
    }

    @AfterEach
    void removeDisk() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    @Test
    void afterAFullDiskAllThatWasAcknowledgedIsThere() throws Exception {
        SmallDisk disk = disk();
        try (RocksDatabase database = open(disk)) {
            disk.fill(8 << 20);
            int acknowledged = 0;
            for (int round = 0; round < 3; round++) {
                acknowledged = writeUntilFull(database, acknowledged);
                assertThatThrownBy(() -> database.reader().get(Table.MESSAGE, Content.key(0)))
                        .isInstanceOf(IOException.class);
                assertThatThrownBy(() -> database.write(batch(database, 0)))
                        .isInstanceOfSatisfying(FileSystemException.class, FullDiskTest::isFull);
                disk.freeSome((10L + 2 * round) << 20); // opening writes out what is in the log
                database.reopen();
                holds(database, acknowledged);
            }
            assertThat(database.salvages()).isEmpty();
            assertThat(acknowledged).isGreaterThan(2_000);
            disk.empty();
            database.write(batch(database, acknowledged));
            holds(database, acknowledged + 1);
        }
        try (RocksDatabase database = open(disk)) {
            assertThat(database.reader().get(Table.MESSAGE, Content.key(0))).isEqualTo(value(0));
        }
    }

    @Test
    void reopeningFailsAsLongAsThereIsNoSpaceAndIsTriedAgain() throws Exception {
        SmallDisk disk = disk();
        try (RocksDatabase database = open(disk)) {
            disk.fill(12 << 20);
            int acknowledged = writeUntilFull(database, 0);
            disk.fill(0);
            assertThatThrownBy(database::reopen)
                    .isInstanceOfSatisfying(FileSystemException.class, FullDiskTest::isFull);
            assertThatThrownBy(() -> database.reader().get(Table.MESSAGE, Content.key(0)))
                    .isInstanceOf(IOException.class);
            disk.empty();
            database.reopen();
            holds(database, acknowledged);
        }
    }

    @Test
    void aCheckpointForWhichThereIsNoSpaceLeavesNothing() throws Exception {
        SmallDisk disk = disk();
        try (RocksDatabase database = open(disk)) {
            for (int i = 0; i < 50; i++) {
                database.write(batch(database, i));
            }
            disk.fill(0);
            Path copy = disk.path().resolve("copy");
            assertThatThrownBy(() -> database.checkpoint(copy)).isInstanceOf(IOException.class);
            assertThat(copy).doesNotExist();
            assertThat(disk.path().resolve("copy.tmp")).doesNotExist();
            disk.empty();
            database.reopen();
            holds(database, 50);
            database.checkpoint(copy);
        }
    }

    @Test
    void damageIsLeftAloneIfThereIsNoSpaceToMendIt() throws Exception {
        SmallDisk disk = disk();
        Fixture fixture = new Fixture(disk.path());
        Fixture.flip(fixture.queueFile(), 100_000, 3);
        Map<String, String> before = Fixture.files(fixture.store);
        disk.fill(500_000);
        assertThatThrownBy(fixture::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("bytes of disk space")
                .hasMessageContaining("Nothing was changed");
        assertThat(Fixture.files(fixture.store)).isEqualTo(before);
        assertThat(disk.path().resolve("quarantine")).doesNotExist();
        disk.empty();
        try (RocksDatabase database = fixture.open()) {
            assertThat(database.salvages()).hasSize(1);
        }
    }

    @Test
    void aReadOnlyDirectoryIsNamed() throws Exception {
        SmallDisk disk = disk();
        Fixture fixture = new Fixture(disk.path());
        if (disk.isOwn()) {
            disk.makeReadOnly();
        } else {
            assertThat(fixture.store.toFile().setWritable(false)).isTrue();
            assumeTrue(!Files.isWritable(fixture.store), "root may write everywhere");
        }
        assertThatThrownBy(fixture::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(fixture.store.toString())
                .hasMessageContaining("must be able to read and write it");
    }

    // --- short ways -----------------------------------------------------------------------------

    private SmallDisk disk() {
        SmallDisk disk = made;
        if (disk == null) {
            throw new AssertionError("makeDisk was not called");
        }
        return disk;
    }

    private static RocksDatabase open(SmallDisk disk) throws IOException {
        return RocksDatabase.open(disk.path().resolve("store"), Fixture.OPTIONS);
    }

    /** The number of the first batch that could not be written. */
    private static int writeUntilFull(RocksDatabase database, int first) {
        int number = first;
        try {
            for (; number < 100_000; number++) {
                database.write(batch(database, number));
            }
        } catch (IOException e) {
            assertThat(e).isInstanceOfSatisfying(FileSystemException.class, FullDiskTest::isFull);
            return number;
        }
        throw new AssertionError("The disk never filled");
    }

    private static void isFull(FileSystemException e) {
        assertThat(e.getReason()).isEqualTo(Database.NO_SPACE);
        assertThat(e.getFile()).contains("store");
    }

    private static Batch batch(Database database, int number) {
        Batch batch = database.batch();
        batch.put(Table.MESSAGE, Content.key(number), value(number));
        batch.put(Table.QUEUE, Content.key(number), new byte[0]);
        return batch;
    }

    private static byte[] value(int number) {
        byte[] value = new byte[VALUE];
        new Random(number).nextBytes(value);
        return value;
    }

    /** Every batch that was acknowledged is there, and of the one after them all or nothing. */
    private static void holds(RocksDatabase database, int acknowledged) throws IOException {
        for (int i = 0; i < acknowledged; i++) {
            assertThat(database.reader().get(Table.MESSAGE, Content.key(i))).isEqualTo(value(i));
            assertThat(database.reader().get(Table.QUEUE, Content.key(i))).isEmpty();
        }
        byte[] message = database.reader().get(Table.MESSAGE, Content.key(acknowledged));
        byte[] entry = database.reader().get(Table.QUEUE, Content.key(acknowledged));
        assertThat(message == null).isEqualTo(entry == null);
    }
}
