package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database.Snapshot;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Database.Visitor;
import io.godwit.broker.spi.Database.Walk;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Reads the tables as they are, or as they were at one moment. Any thread. */
class RocksReader implements Snapshot {

    private final RocksDatabase database;

    /** Null: as they are. */
    private final @Nullable Moment moment;

    /** A native snapshot and the files that it belongs to. */
    record Moment(OpenFiles files, org.rocksdb.Snapshot snapshot) {}

    RocksReader(RocksDatabase database, @Nullable Moment moment) {
        this.database = database;
        this.moment = moment;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) throws IOException {
        return database.reading(
                moment,
                files -> {
                    if (moment == null) {
                        return files.db().get(files.table(table), files.reading(), key);
                    }
                    try (ReadOptions options = options()) {
                        return files.db().get(files.table(table), options, key);
                    }
                });
    }

    @Override
    public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor)
            throws IOException {
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        database.reading(moment, files -> scan(files, table, from, to, visitor));
    }

    private @Nullable Void scan(
            OpenFiles files, Table table, byte[] from, byte @Nullable [] to, Visitor visitor)
            throws RocksDBException {
        try (Slice end = to == null ? null : new Slice(to);
                ReadOptions options = options()) {
            if (end != null) {
                options.setIterateUpperBound(end);
            }
            try (RocksIterator entries = files.db().newIterator(files.table(table), options)) {
                entries.seek(from);
                while (entries.isValid() && visitor.visit(entries.key(), entries.value())) {
                    entries.next();
                }
                entries.status();
            }
        }
        return null;
    }

    @Override
    public void walk(Table table, Walk walk) throws IOException {
        database.reading(
                moment,
                files -> {
                    try (ReadOptions options = options();
                            RocksIterator entries =
                                    files.db().newIterator(files.table(table), options)) {
                        walk.through(new RocksPlace(entries));
                    }
                    return null;
                });
    }

    @Override
    public byte @Nullable [] last(Table table, byte[] from, byte[] below) throws IOException {
        if (Arrays.compareUnsigned(from, below) >= 0) {
            return null;
        }
        return database.reading(moment, files -> last(files, table, from, below));
    }

    private byte @Nullable [] last(OpenFiles files, Table table, byte[] from, byte[] below)
            throws RocksDBException {
        try (Slice start = new Slice(from);
                Slice end = new Slice(below);
                ReadOptions options = options()) {
            options.setIterateUpperBound(end);
            options.setIterateLowerBound(start);
            try (RocksIterator entries = files.db().newIterator(files.table(table), options)) {
                entries.seekToLast();
                byte[] found = entries.isValid() ? entries.key() : null;
                entries.status();
                return found;
            }
        }
    }

    @Override
    public void close() {
        if (moment != null) {
            database.release(moment);
        }
    }

    private ReadOptions options() {
        ReadOptions options = new ReadOptions();
        if (moment != null) {
            options.setSnapshot(moment.snapshot());
        }
        return options;
    }
}
