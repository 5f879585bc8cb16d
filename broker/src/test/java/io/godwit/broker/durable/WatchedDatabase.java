package io.godwit.broker.durable;

import io.godwit.broker.spi.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Passes all on to a database, notes how large batches are, and fails after so many writes. */
final class WatchedDatabase implements Database {

    /** How large a batch was that was written. */
    record Written(int changes, long bytes) {}

    private final Database database;
    private final int mostWrites;
    private final List<Written> written = new ArrayList<>();

    WatchedDatabase(Database database, int mostWrites) {
        this.database = database;
        this.mostWrites = mostWrites;
    }

    List<Written> written() {
        return written;
    }

    @Override
    public Batch batch() {
        return database.batch();
    }

    @Override
    public void write(Batch batch) throws IOException {
        if (written.size() == mostWrites) {
            throw new IOException("this is as far as it goes");
        }
        written.add(new Written(batch.size(), batch.bytes()));
        database.write(batch);
    }

    @Override
    public Reader reader() {
        return database.reader();
    }

    @Override
    public Snapshot snapshot() {
        return database.snapshot();
    }

    @Override
    public void reopen() throws IOException {
        database.reopen();
    }

    @Override
    public void checkpoint(Path directory) throws IOException {
        database.checkpoint(directory);
    }

    @Override
    public long freeBytes() throws IOException {
        return database.freeBytes();
    }

    @Override
    public long usedBytes() throws IOException {
        return database.usedBytes();
    }

    @Override
    public void close() {
        database.close();
    }
}
