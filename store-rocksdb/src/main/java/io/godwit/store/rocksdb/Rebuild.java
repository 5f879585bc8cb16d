package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Puts a database together anew from whatever can be read of another's files. Of each key the
 * latest version counts, so neither the order of the files nor the manifest is needed.
 */
final class Rebuild {

    private static final int CHANGES_IN_A_BATCH = 1_000;
    private static final long BYTES_IN_A_BATCH = 1 << 20;

    private final Path source;
    private final Map<Table, List<SstFile>> files = new EnumMap<>(Table.class);
    private final Map<Table, TreeMap<byte[], Version>> logged = new EnumMap<>(Table.class);
    private final Map<Table, List<Version.DeletedRange>> ranges = new EnumMap<>(Table.class);
    private long kept;
    private long lost;
    private boolean perhapsMore;

    /** The number of the change that is expected next in the logs; 0 before the first. */
    private long expected;

    Rebuild(Path source) {
        this.source = source;
        for (Table table : Table.values()) {
            files.put(table, new ArrayList<>());
            logged.put(table, new TreeMap<>(Arrays::compareUnsigned));
            ranges.put(table, new ArrayList<>());
        }
    }

    /** How many entries the new database has. */
    long kept() {
        return kept;
    }

    /** How many changes and entries are known to be lost. */
    long lost() {
        return lost;
    }

    /** Whether there may be more of them. */
    boolean perhapsMore() {
        return perhapsMore;
    }

    /**
     * Writes the new database, forces it to the disk and closes it.
     *
     * @param target a directory that is empty or missing
     */
    void into(Path target) throws IOException, RocksDBException {
        try (OpenFiles database = new OpenFiles(target, Durability.PROCESS);
                WriteOptions writing = new WriteOptions().setDisableWAL(true);
                FlushOptions flushing = new FlushOptions().setWaitForFlush(true)) {
            openTables();
            readLogs();
            for (Table table : Table.values()) {
                merge(table, database, writing);
            }
            database.db().flush(flushing, database.tables());
        } finally {
            for (List<SstFile> each : files.values()) {
                for (SstFile file : each) {
                    file.close();
                }
            }
        }
    }

    private void openTables() throws IOException {
        for (Path path : StoreFiles.tables(source)) {
            try {
                SstFile file = SstFile.open(path);
                of(files, file.table()).add(file);
                of(ranges, file.table()).addAll(file.deletedRanges());
            } catch (IOException _) {
                perhapsMore = true; // inspection has named it
            }
        }
    }

    private void readLogs() throws IOException {
        for (Path log : StoreFiles.logs(source)) {
            LogFile.Outcome outcome = LogFile.read(log, this::readRecord);
            perhapsMore |= outcome.torn();
        }
    }

    private void readRecord(byte[] content, boolean afterDamage) {
        try {
            WalRecord batch = new WalRecord(content);
            if (expected > 0 && batch.sequence() > expected) {
                lost += batch.sequence() - expected;
            } else if (expected == 0 && afterDamage) {
                perhapsMore = true;
            }
            expected = batch.sequence() + batch.count();
            batch.visit(
                    new WalRecord.Changes() {
                        @Override
                        public void version(Table table, Version version) {
                            of(logged, table).merge(version.key(), version, Rebuild::later);
                        }

                        @Override
                        public void deletedRange(Table table, Version.DeletedRange range) {
                            of(ranges, table).add(range);
                        }
                    });
        } catch (DamagedException _) {
            perhapsMore = true;
        }
    }

    private static Version later(Version one, Version other) {
        return one.sequence() > other.sequence() ? one : other;
    }

    /** The next version of one source, which has its versions in order. */
    private record Head(Version version, Supplier<@Nullable Version> source) {}

    private void merge(Table table, OpenFiles database, WriteOptions writing)
            throws RocksDBException {
        PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparing(Head::version));
        List<SstFile.Cursor> cursors = new ArrayList<>();
        for (SstFile file : of(files, table)) {
            SstFile.Cursor cursor = file.cursor();
            cursors.add(cursor);
            lost += file.entries() - file.deletedRanges().size();
            add(heads, cursor::next);
        }
        Iterator<Version> fromLogs = of(logged, table).values().iterator();
        add(heads, () -> fromLogs.hasNext() ? fromLogs.next() : null);

        DeletedRanges deleted = new DeletedRanges(of(ranges, table));
        ByteBatch batch = new ByteBatch();
        byte @Nullable [] last = null;
        for (Head head = heads.poll(); head != null; head = heads.poll()) {
            Version version = head.version;
            add(heads, head.source);
            if (last != null && Arrays.equals(last, version.key())) {
                continue; // an earlier version
            }
            last = version.key();
            if (version.isDeleted() || deleted.isDeleted(version)) {
                continue;
            }
            batch.put(table, version.key(), version.value());
            kept++;
            if (batch.size() == CHANGES_IN_A_BATCH || batch.bytes() > BYTES_IN_A_BATCH) {
                write(batch, database, writing);
            }
        }
        write(batch, database, writing);
        for (SstFile.Cursor cursor : cursors) {
            lost -= cursor.count();
        }
    }

    private static void add(PriorityQueue<Head> heads, Supplier<@Nullable Version> source) {
        Version next = source.get();
        if (next != null) {
            heads.add(new Head(next, source));
        }
    }

    private static void write(ByteBatch batch, OpenFiles database, WriteOptions writing)
            throws RocksDBException {
        try (WriteBatch bytes = new WriteBatch(batch.toArray())) {
            database.db().write(writing, bytes);
        }
        batch.clear();
    }

    private static <T> T of(Map<Table, T> map, Table table) {
        T value = map.get(table);
        if (value == null) {
            throw new IllegalStateException("No table " + table);
        }
        return value;
    }
}
