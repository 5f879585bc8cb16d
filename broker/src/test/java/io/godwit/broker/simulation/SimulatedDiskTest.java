package io.godwit.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Snapshot;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A simulated disk fails as real ones do. */
class SimulatedDiskTest {

    private static final int SEEDS = 50;

    private final SimulatedDisk disk = new SimulatedDisk(1);

    @Test
    void aCrashLosesNothingThatWasWritten() throws IOException {
        try (Database database = disk.open(Durability.PROCESS)) {
            write(database, 0, 10);
            disk.crash();
            assertThatThrownBy(() -> write(database, 10, 11)).isInstanceOf(IOException.class);
            assertThatThrownBy(database::usedBytes).isInstanceOf(IOException.class);
        }
        assertThat(numbers(disk.open(Durability.PROCESS))).isEqualTo(upTo(10));
    }

    @Test
    void aLossOfPowerLeavesTheFirstOfWhatWasNotSynced() throws IOException {
        Set<Integer> left = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk each = new SimulatedDisk(seed);
            write(each.open(Durability.PROCESS), 0, 5);
            each.losePower();
            List<Integer> numbers = numbers(each.open(Durability.PROCESS));
            assertThat(numbers).isEqualTo(upTo(numbers.size()));
            left.add(numbers.size());
        }
        assertThat(left).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aLossOfPowerLosesNothingThatWasSynced() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk each = new SimulatedDisk(seed);
            write(each.open(Durability.POWER), 0, 5);
            each.losePower();
            write(each.open(Durability.POWER), 5, 8);
            each.losePower();
            assertThat(numbers(each.open(Durability.POWER))).isEqualTo(upTo(8));
        }
    }

    @Test
    void aFailedWriteIsThereAsAWholeOrNotAtAllOnceItIsReopened() throws IOException {
        Set<Integer> left = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk each = new SimulatedDisk(seed);
            Database database = each.open(Durability.POWER);
            write(database, 0, 1);
            each.failWrites(1);
            Batch batch = database.batch();
            put(batch, 1);
            put(batch, 2);
            assertThatThrownBy(() -> database.write(batch)).isInstanceOf(IOException.class);
            assertThat(numbers(database)).isEqualTo(upTo(1));
            assertThatThrownBy(() -> write(database, 3, 4)).isInstanceOf(IOException.class);
            if (seed % 2 == 0) {
                database.reopen();
            } else {
                each.losePower();
            }
            Database after = seed % 2 == 0 ? database : each.open(Durability.POWER);
            left.add(numbers(after).size());
            write(after, 3, 4);
        }
        assertThat(left).containsExactly(1, 3);
    }

    @Test
    void aFullDiskSaysSoUntilThereIsSpace() throws IOException {
        Database database = disk.open(Durability.PROCESS);
        write(database, 0, 10);
        disk.free(3);
        assertThat(database.freeBytes()).isEqualTo(3);
        assertThatThrownBy(() -> write(database, 10, 11))
                .isInstanceOfSatisfying(
                        FileSystemException.class,
                        full -> assertThat(full.getReason()).isEqualTo(Database.NO_SPACE));
        disk.free(0);
        assertThatThrownBy(database::reopen).isInstanceOf(FileSystemException.class);
        disk.size(Long.MAX_VALUE);
        database.reopen();
        write(database, 11, 12);
        assertThat(numbers(database)).contains(11);
    }

    @Test
    void deletingGivesSpaceBack() throws IOException {
        Database database = disk.open(Durability.PROCESS);
        long used = database.usedBytes();
        write(database, 0, 10);
        Batch batch = database.batch();
        batch.deleteRange(Table.QUEUE, new byte[] {0}, new byte[] {5});
        for (byte key = 5; key < 10; key++) {
            batch.delete(Table.QUEUE, new byte[] {key});
        }
        database.write(batch);
        assertThat(database.usedBytes()).isEqualTo(used);
    }

    @Test
    void failingReadsAndWritesEndWhenTheyAreToldTo() throws IOException {
        Database database = disk.open(Durability.PROCESS);
        Snapshot snapshot = database.snapshot();
        disk.failReads(true);
        assertThatThrownBy(() -> numbers(database)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> snapshot.get(Table.META, new byte[1]))
                .isInstanceOf(IOException.class);
        disk.failReads(false);
        assertThat(numbers(database)).isEmpty();
        disk.failWrites(true);
        assertThatThrownBy(() -> write(database, 0, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(database::reopen).isInstanceOf(IOException.class);
        disk.failWrites(false);
        database.reopen();
        assertThatThrownBy(() -> snapshot.get(Table.META, new byte[1]))
                .isInstanceOf(IOException.class);
        snapshot.close();
    }

    @Test
    void corruptingARecordChangesOneBitForGood() throws IOException {
        Database database = disk.open(Durability.PROCESS);
        write(database, 7, 8);
        byte[] key = disk.corruptAny(Table.QUEUE);
        assertThat(key).containsExactly(7);
        disk.losePower();
        byte[] value = disk.open(Durability.PROCESS).reader().get(Table.QUEUE, new byte[] {7});
        assertThat(value)
                .hasSize(1)
                .satisfies(bytes -> assertThat(Integer.bitCount(bytes[0] ^ 7)).isEqualTo(1));
        assertThat(disk.corruptAny(Table.META)).isNull();
    }

    @Test
    void snapshotsThatAreLeftOpenAreCounted() throws IOException {
        SimulatedDatabase database = disk.open(Durability.PROCESS);
        Snapshot snapshot = database.snapshot();
        assertThat(database.openSnapshots()).isEqualTo(1);
        snapshot.close();
        snapshot.close();
        assertThat(database.openSnapshots()).isZero();
    }

    private static void write(Database database, int from, int to) throws IOException {
        for (int number = from; number < to; number++) {
            Batch batch = database.batch();
            put(batch, number);
            database.write(batch);
        }
    }

    private static void put(Batch batch, int number) {
        batch.put(Table.QUEUE, new byte[] {(byte) number}, new byte[] {(byte) number});
    }

    private static List<Integer> numbers(Database database) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        database.reader()
                .scan(Table.QUEUE, new byte[0], null, (key, value) -> numbers.add((int) value[0]));
        return numbers;
    }

    private static List<Integer> upTo(int end) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number < end; number++) {
            numbers.add(number);
        }
        return numbers;
    }
}
