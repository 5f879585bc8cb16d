package io.godwit.broker.simulation;

import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk with one {@link Database} on it, in memory. It survives the process that has opened it,
 * loses what was not synced when power is lost, has a size, and fails when it is told to. The same
 * seed gives the same outcomes. Safe from any thread.
 */
public final class SimulatedDisk {

    /** What is safe when a write returns. */
    public enum Durability {
        /**
         * Writes survive {@link #crash()}; the last of them may be lost in {@link #losePower()}.
         */
        PROCESS,
        /** Writes survive {@link #losePower()} as well. */
        POWER
    }

    private static final String NAME = "simulated disk";

    /** Unsynced batches that the system keeps before it writes the oldest by itself. */
    private static final int MOST_UNSYNCED = 200;

    private final Random random;
    private @Nullable SimulatedDatabase open;

    /** What the process sees. */
    private SimulatedTables current = new SimulatedTables();

    /** What is safe from a loss of power; {@link #unsynced} leads from it to {@link #current}. */
    private SimulatedTables synced = new SimulatedTables();

    private final ArrayDeque<List<SimulatedBatch.Change>> unsynced = new ArrayDeque<>();

    /** The batch whose write has failed, until it is settled whether it was written. */
    private @Nullable List<SimulatedBatch.Change> inDoubt;

    private long size = Long.MAX_VALUE;
    private int writesToFail;
    private boolean writesFail;
    private boolean readsFail;
    private long writes;
    private final Map<Path, SimulatedDisk> checkpoints = new HashMap<>();

    /** An empty disk without limit. */
    public SimulatedDisk(long seed) {
        random = new Random(seed);
    }

    /**
     * Opens the database, as a process does at its start.
     *
     * @throws IOException if reading is to fail
     */
    public synchronized SimulatedDatabase open(Durability durability) throws IOException {
        if (open != null) {
            throw new IllegalStateException("the database is open already");
        }
        checkReads();
        settle();
        SimulatedDatabase opened = new SimulatedDatabase(this, durability);
        open = opened;
        return opened;
    }

    // --- what happens to it ---------------------------------------------------------------------

    /** The process is gone, at any moment: what it has written is still there. */
    public synchronized void crash() {
        open = null;
        settle();
    }

    /** The machine is gone: of what was not synced, the seed decides how many batches are left. */
    public synchronized void losePower() {
        open = null;
        settle();
        for (int left = random.nextInt(unsynced.size() + 1); left > 0; left--) {
            syncOldest();
        }
        unsynced.clear();
        current = synced.copy();
    }

    /** Sets how many bytes the records may take. */
    public synchronized void size(long bytes) {
        size = bytes;
    }

    /** Sets the size so that so many bytes are free now. */
    public synchronized void free(long bytes) {
        size = current.bytes() + bytes;
    }

    /** Lets the next writes fail, this many. */
    public synchronized void failWrites(int count) {
        writesToFail = count;
    }

    /** Lets all writes and {@link Database#reopen} fail, or no longer. */
    public synchronized void failWrites(boolean fail) {
        writesFail = fail;
    }

    /** Lets reading and opening fail, or no longer. */
    public synchronized void failReads(boolean fail) {
        readsFail = fail;
    }

    /** Flips a bit of a record's value, which must exist and have a byte at least. */
    public synchronized void corrupt(Table table, byte[] key) {
        byte[] value = current.get(table, key);
        if (value == null || value.length == 0) {
            throw new IllegalArgumentException("no such record in " + table);
        }
        value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
        apply(List.of(tables -> tables.put(table, key.clone(), value)));
        sync();
    }

    /** Flips a bit in some record of a table; its key, or null if there is none to flip. */
    public synchronized byte @Nullable [] corruptAny(Table table) {
        List<byte[]> keys = new ArrayList<>();
        current.scan(table, new byte[0], null, (key, value) -> value.length == 0 || keys.add(key));
        if (keys.isEmpty()) {
            return null;
        }
        byte[] key = keys.get(random.nextInt(keys.size()));
        corrupt(table, key);
        return key;
    }

    // --- looking into it ------------------------------------------------------------------------

    /** How many records a table has. */
    public synchronized int records(Table table) {
        return current.count(table);
    }

    /** How many batches were written, or have failed, since it was made. */
    public synchronized long writes() {
        return writes;
    }

    /** The copy that {@link Database#checkpoint} made for a directory, or null. */
    public synchronized @Nullable SimulatedDisk checkpointAt(Path directory) {
        return checkpoints.get(directory);
    }

    // --- for the database -----------------------------------------------------------------------

    synchronized boolean isOpen(SimulatedDatabase database) {
        return open == database;
    }

    synchronized void close(SimulatedDatabase database) {
        if (open == database) {
            sync();
            open = null;
        }
    }

    synchronized SimulatedTables tables() throws IOException {
        checkReads();
        return current;
    }

    synchronized SimulatedTables copy() throws IOException {
        checkReads();
        return current.copy();
    }

    synchronized void write(SimulatedBatch batch, Durability durability) throws IOException {
        writes++;
        boolean failed = writesFail || writesToFail > 0;
        writesToFail = Math.max(0, writesToFail - 1);
        long needed = batch.bytes() + (long) batch.size() * SimulatedTables.PER_RECORD;
        boolean full = needed > free();
        List<SimulatedBatch.Change> changes = batch.changes();
        if (failed || full) {
            inDoubt = changes;
            throw full ? noSpace() : new FileSystemException(NAME, null, "Input/output error");
        }
        apply(changes);
        if (durability == Durability.POWER) {
            sync();
        }
    }

    synchronized void reopen() throws IOException {
        checkReads();
        if (writesFail) {
            throw new FileSystemException(NAME, null, "Read-only file system");
        }
        if (free() <= 0) {
            throw noSpace();
        }
        settle();
        sync();
    }

    synchronized void checkpoint(Path directory) throws IOException {
        checkReads();
        if (checkpoints.containsKey(directory)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        if (writesFail) {
            throw new FileSystemException(NAME, null, "Input/output error");
        }
        SimulatedDisk copy = new SimulatedDisk(random.nextLong());
        copy.current = current.copy();
        copy.synced = current.copy();
        checkpoints.put(directory, copy);
    }

    synchronized long free() {
        return Math.max(0, size - current.bytes());
    }

    synchronized long used() {
        return current.bytes();
    }

    synchronized void checkReads() throws IOException {
        if (readsFail) {
            throw new FileSystemException(NAME, null, "Input/output error");
        }
    }

    private static FileSystemException noSpace() {
        return new FileSystemException(NAME, null, Database.NO_SPACE);
    }

    /** Decides whether the batch whose write has failed is there. */
    private void settle() {
        List<SimulatedBatch.Change> changes = inDoubt;
        inDoubt = null;
        if (changes != null && random.nextBoolean()) {
            apply(changes);
        }
    }

    private void apply(List<SimulatedBatch.Change> changes) {
        changes.forEach(change -> change.apply(current));
        unsynced.add(changes);
        if (unsynced.size() > MOST_UNSYNCED) {
            syncOldest();
        }
    }

    private void syncOldest() {
        unsynced.remove().forEach(change -> change.apply(synced));
    }

    private void sync() {
        while (!unsynced.isEmpty()) {
            syncOldest();
        }
    }
}
