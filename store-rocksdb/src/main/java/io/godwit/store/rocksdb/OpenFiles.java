package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * RocksDB between one opening and the next closing, with everything native that belongs to it.
 * Whoever uses it after it was closed takes the process down, so {@link RocksDatabase} guards it
 * with a lock.
 *
 * <p>The settings suit one writer and a small process: 32 MB of tables in memory over all column
 * families, 16 MB of cached blocks, two background threads.
 */
final class OpenFiles implements AutoCloseable {

    private static final long MEGABYTE = 1 << 20;

    private final Deque<AutoCloseable> natives = new ArrayDeque<>();
    private final RocksDB db;
    private final List<ColumnFamilyHandle> tables = new ArrayList<>();
    private final WriteOptions writing;
    private final ReadOptions reading;

    OpenFiles(Path directory, Durability durability) throws RocksDBException {
        this(directory, durability, false);
    }

    /** Opens them to write, or only to read, which changes nothing in the directory. */
    OpenFiles(Path directory, Durability durability, boolean readOnly) throws RocksDBException {
        boolean opened = false;
        try {
            Cache blocks = keep(new LRUCache(16 * MEGABYTE));
            DBOptions options = keep(databaseOptions());
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            for (Table table : Table.values()) {
                ColumnFamilyOptions each = keep(tableOptions(table, blocks));
                descriptors.add(new ColumnFamilyDescriptor(name(table), each));
            }
            writing = keep(new WriteOptions().setSync(durability == Durability.POWER));
            reading = keep(new ReadOptions());
            String path = directory.toString();
            db =
                    keep(
                            readOnly
                                    ? RocksDB.openReadOnly(options, path, descriptors, tables)
                                    : RocksDB.open(options, path, descriptors, tables));
            tables.forEach(this::keep);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    RocksDB db() {
        return db;
    }

    ColumnFamilyHandle table(Table table) {
        return tables.get(table.ordinal());
    }

    List<ColumnFamilyHandle> tables() {
        return tables;
    }

    /** How batches are written. */
    WriteOptions writing() {
        return writing;
    }

    /** How single keys are read. */
    ReadOptions reading() {
        return reading;
    }

    /** Closes what was opened last first. */
    @Override
    public void close() {
        while (!natives.isEmpty()) {
            try {
                natives.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("RocksDB's objects throw nothing when closed", e);
            }
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        natives.push(part);
        return part;
    }

    /** The column family of a table; RocksDB insists on one that is called default. */
    private static byte[] name(Table table) {
        return table == Table.META
                ? RocksDB.DEFAULT_COLUMN_FAMILY
                : table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    private static DBOptions databaseOptions() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setDbWriteBufferSize(32 * MEGABYTE)
                .setMaxTotalWalSize(64 * MEGABYTE)
                .setMaxBackgroundJobs(2)
                .setAllowConcurrentMemtableWrite(false)
                .setEnableWriteThreadAdaptiveYield(false)
                // It would reserve 18 MB for a log, also of a small disk that is nearly full.
                .setAllowFAllocate(false)
                // The store opens the files anew itself; it must not go on behind its back.
                .setMaxBgErrorResumeCount(0)
                .setSkipStatsUpdateOnDbOpen(true)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(MEGABYTE)
                .setKeepLogFileNum(2);
    }

    private static ColumnFamilyOptions tableOptions(Table table, Cache blocks) {
        boolean large = table == Table.QUEUE || table == Table.MESSAGE;
        ColumnFamilyOptions options =
                new ColumnFamilyOptions()
                        .setWriteBufferSize((large ? 16 : 8) * MEGABYTE)
                        .setMaxWriteBufferNumber(3)
                        .setTargetFileSizeBase(16 * MEGABYTE)
                        .setMaxBytesForLevelBase(64 * MEGABYTE)
                        // What is new is often deleted soon; what got further down stays longer.
                        .setCompressionPerLevel(
                                List.of(
                                        CompressionType.NO_COMPRESSION,
                                        CompressionType.NO_COMPRESSION,
                                        CompressionType.LZ4_COMPRESSION))
                        .setBottommostCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setFormatVersion(5)
                                        .setChecksumType(ChecksumType.kCRC32c)
                                        .setBlockSize(16 * 1024)
                                        .setEnableIndexCompression(false)
                                        .setBlockCache(blocks)
                                        .setCacheIndexAndFilterBlocks(true)
                                        .setPinL0FilterAndIndexBlocksInCache(true));
        if (table == Table.QUEUE) {
            // Each read looks at all ranges that were deleted in memory.
            options.setMemtableMaxRangeDeletions(1_000);
        }
        return options;
    }
}
