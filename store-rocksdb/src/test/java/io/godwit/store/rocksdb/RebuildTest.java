package io.godwit.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What is put together from files alone is what RocksDB reads from them. */
class RebuildTest {

    @TempDir private Path directory;

    @BeforeAll
    static void load() throws IOException {
        NativeLibrary.load();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void itIsWhatWasWritten(int seed) throws Exception {
        Content content = new Content(seed);
        Path source = directory.resolve("source");
        write(source, content, new Random(seed));

        Rebuild rebuild = new Rebuild(source);
        Path target = directory.resolve("target");
        rebuild.into(target);

        try (RocksDatabase rebuilt = RocksDatabase.open(target, new Options(Durability.PROCESS))) {
            assertThat(Content.of(rebuilt).all()).isEqualTo(content.all());
            assertThat(rebuilt.salvages()).isEmpty();
        }
        assertThat(rebuild.kept()).isEqualTo(content.size());
        assertThat(rebuild.lost()).isZero();
        assertThat(rebuild.perhapsMore()).isFalse();
    }

    /** Leaves files of several levels behind, and what was written last in logs only. */
    private static void write(Path source, Content content, Random random) throws RocksDBException {
        ByteBatch batch = new ByteBatch();
        try (OpenFiles files = new OpenFiles(source, Durability.PROCESS);
                FlushOptions flushing = new FlushOptions()) {
            for (int i = 0; i < 40; i++) {
                content.change(batch, 1 + random.nextInt(300));
                try (WriteBatch bytes = new WriteBatch(batch.toArray())) {
                    files.db().write(files.writing(), bytes);
                }
                batch.clear();
                if (i < 30 && random.nextInt(3) == 0) {
                    files.db().flush(flushing, files.tables());
                }
                if (i < 30 && random.nextInt(12) == 0) {
                    files.db().compactRange(files.table(Table.QUEUE));
                }
            }
        }
    }
}
