package io.godwit.broker.simulation;

import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.spi.Database;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The database of a {@link SimulatedDisk} as one process has opened it. When that process has
 * crashed or closed it, every call throws.
 */
public final class SimulatedDatabase implements Database {

    private final SimulatedDisk disk;
    private final Durability durability;
    private boolean failed;

    /** Rises with each {@link #reopen}, which ends older snapshots. */
    private int opened;

    private int openSnapshots;

    SimulatedDatabase(SimulatedDisk disk, Durability durability) {
        this.disk = disk;
        this.durability = durability;
    }

    /** How many snapshots were made and not closed. */
    public int openSnapshots() {
        synchronized (disk) {
            return openSnapshots;
        }
    }

    @Override
    public Batch batch() {
        return new SimulatedBatch();
    }

    @Override
    public void write(Batch batch) throws IOException {
        synchronized (disk) {
            checkOpen();
            if (failed) {
                throw new IOException("a write has failed; the database must be opened anew");
            }
            failed = true;
            disk.write((SimulatedBatch) batch, durability);
            failed = false;
        }
    }

    @Override
    public Reader reader() {
        return new Live();
    }

    @Override
    public Snapshot snapshot() {
        synchronized (disk) {
            openSnapshots++;
            return new Moment();
        }
    }

    @Override
    public void reopen() throws IOException {
        synchronized (disk) {
            checkOpen();
            disk.reopen();
            failed = false;
            opened++;
        }
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        synchronized (disk) {
            checkOpen();
            disk.checkpoint(directory);
        }
    }

    @Override
    public long freeBytes() throws IOException {
        checkOpen();
        return disk.free();
    }

    @Override
    public long usedBytes() throws IOException {
        checkOpen();
        return disk.used();
    }

    @Override
    public void close() {
        disk.close(this);
    }

    private void checkOpen() throws IOException {
        if (!disk.isOpen(this)) {
            throw new IOException("the database is closed, or its process is gone");
        }
    }

    /** Reads what is there now; a scan sees one moment. */
    private final class Live implements Reader {

        @Override
        public byte @Nullable [] get(Table table, byte[] key) throws IOException {
            synchronized (disk) {
                checkOpen();
                return disk.tables().get(table, key);
            }
        }

        @Override
        public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor)
                throws IOException {
            SimulatedTables tables;
            synchronized (disk) {
                checkOpen();
                tables = disk.copy();
            }
            tables.scan(table, from, to, visitor);
        }

        @Override
        public byte @Nullable [] last(Table table, byte[] from, byte[] below) throws IOException {
            synchronized (disk) {
                checkOpen();
                return disk.tables().last(table, from, below);
            }
        }
    }

    private final class Moment implements Snapshot {

        private final int openedThen = opened;
        private @Nullable SimulatedTables tables;
        private @Nullable IOException failure;

        Moment() {
            try {
                checkOpen();
                tables = disk.copy();
            } catch (IOException unreadable) {
                failure = unreadable;
            }
        }

        @Override
        public byte @Nullable [] get(Table table, byte[] key) throws IOException {
            return usable().get(table, key);
        }

        @Override
        public void scan(Table table, byte[] from, byte @Nullable [] to, Visitor visitor)
                throws IOException {
            usable().scan(table, from, to, visitor);
        }

        @Override
        public byte @Nullable [] last(Table table, byte[] from, byte[] below) throws IOException {
            return usable().last(table, from, below);
        }

        private SimulatedTables usable() throws IOException {
            synchronized (disk) {
                if (failure != null) {
                    throw failure;
                }
                checkOpen();
                disk.checkReads();
                SimulatedTables held = tables;
                if (held == null || openedThen != opened) {
                    throw new IOException("the snapshot is closed");
                }
                return held;
            }
        }

        @Override
        public void close() {
            synchronized (disk) {
                if (tables != null || failure != null) {
                    tables = null;
                    failure = null;
                    openSnapshots--;
                }
            }
        }
    }
}
