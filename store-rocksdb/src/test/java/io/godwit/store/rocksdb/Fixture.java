package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Batch;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** A database with entries in table files and others in its log only, which is then damaged. */
final class Fixture {

    static final Options OPTIONS = new Options(Durability.PROCESS);
    static final int IN_FILES = 5_000;
    static final int BATCHES_IN_LOG = 20;
    static final int BATCH = 10;

    final Path store;
    final Content content = new Content(1);

    Fixture(Path directory) throws IOException, RocksDBException {
        store = directory.resolve("store");
        NativeLibrary.load();
        try (OpenFiles files = new OpenFiles(store, Durability.PROCESS);
                FlushOptions flushing = new FlushOptions()) {
            for (Table table : Table.values()) {
                ByteBatch batch = new ByteBatch();
                content.add(batch, table, 0, table == Table.QUEUE ? IN_FILES : 50);
                try (WriteBatch bytes = new WriteBatch(batch.toArray())) {
                    files.db().write(files.writing(), bytes);
                }
            }
            files.db().flush(flushing, files.tables());
        }
        try (RocksDatabase database = RocksDatabase.open(store, OPTIONS)) {
            for (int i = 0; i < BATCHES_IN_LOG; i++) {
                Batch batch = database.batch();
                content.add(batch, Table.MESSAGE, firstOfBatch(i), BATCH);
                database.write(batch);
            }
        }
    }

    /** The number of the first key in a batch of which the log alone knows. */
    static int firstOfBatch(int number) {
        return 10_000 + number * BATCH;
    }

    RocksDatabase open() throws IOException {
        return RocksDatabase.open(store, OPTIONS);
    }

    /** The log that holds the batches. */
    Path log() throws IOException {
        return StoreFiles.logs(store).getLast();
    }

    /** The file with the entries of the queue. */
    Path queueFile() throws IOException {
        return StoreFiles.tables(store).stream()
                .max(Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
    }

    Path manifest() throws IOException {
        return store.resolve(Files.readString(store.resolve(StoreFiles.CURRENT)).strip());
    }

    /** Changes each of some bytes. */
    static void flip(Path file, long at, int count) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] changed = new byte[count];
            bytes.seek(at);
            bytes.readFully(changed);
            for (int i = 0; i < count; i++) {
                changed[i] ^= 0x55;
            }
            bytes.seek(at);
            bytes.write(changed);
        }
    }

    static void truncate(Path file, long size) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(size);
        }
    }

    /** What is in each file of a directory, apart from what RocksDB tells of itself. */
    static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path each : all.toList()) {
                if (!StoreFiles.name(each).startsWith("LO")) { // LOG, LOG.old, LOCK
                    found.put(
                            StoreFiles.name(each),
                            HexFormat.of().formatHex(Files.readAllBytes(each)));
                }
            }
        }
        return found;
    }
}
