package io.godwit.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.spi.Database.Table;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The bytes that are written here are those that RocksDB itself would have made. */
class ByteBatchTest {

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void itIsWhatRocksDbMakesOfTheSameChanges(int seed) throws Exception {
        NativeLibrary.load();
        Random random = new Random(seed);
        ByteBatch batch = new ByteBatch();
        batch.put(Table.META, new byte[3], new byte[4]);
        batch.clear();
        try (OpenFiles files = new OpenFiles(directory, Durability.PROCESS);
                WriteBatch theirs = new WriteBatch()) {
            for (int i = 0; i < 300; i++) {
                change(random, files, batch, theirs);
            }
            assertThat(Arrays.mismatch(batch.toArray(), theirs.data())).isEqualTo(-1);
            assertThat(batch.size()).isEqualTo(theirs.count());
        }
    }

    private static void change(Random random, OpenFiles files, ByteBatch batch, WriteBatch theirs)
            throws RocksDBException {
        Table table = Table.values()[random.nextInt(Table.values().length)];
        byte[] key = bytes(random, random.nextInt(40));
        switch (random.nextInt(4)) {
            case 0 -> {
                batch.delete(table, key);
                theirs.delete(files.table(table), key);
            }
            case 1 -> {
                byte[] to = Arrays.copyOf(key, key.length + 1 + random.nextInt(200));
                batch.deleteRange(table, key, to);
                theirs.deleteRange(files.table(table), key, to);
            }
            default -> {
                byte[] value = bytes(random, random.nextInt(random.nextInt(10) == 0 ? 40_000 : 99));
                batch.put(table, key, value);
                theirs.put(files.table(table), key, value);
            }
        }
    }

    @Test
    void anEmptyRangeIsNoChange() {
        ByteBatch batch = new ByteBatch();
        batch.deleteRange(Table.QUEUE, new byte[] {2}, new byte[] {2});
        batch.deleteRange(Table.QUEUE, new byte[] {2}, new byte[] {1});
        assertThat(batch.size()).isZero();
        assertThat(batch.toArray()).hasSize(ByteBatch.HEADER);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
