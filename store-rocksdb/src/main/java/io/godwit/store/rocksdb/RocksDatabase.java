package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A {@link Database} in a directory of its own, on RocksDB. One thread writes, takes snapshots,
 * reopens and closes; any thread reads, makes checkpoints and asks for sizes. Closing and reopening
 * wait for those who read, so a {@link io.godwit.broker.spi.Database.Visitor} must do neither.
 */
public final class RocksDatabase implements Database {

    /** What is done with files that are open and stay so meanwhile. */
    @FunctionalInterface
    interface Use<T extends @Nullable Object> {
        T with(OpenFiles files) throws RocksDBException, IOException;
    }

    private final Path directory;
    private final Options options;
    private final boolean readOnly;

    /** Held for writing while files are opened and closed, for reading while they are used. */
    private final ReadWriteLock guard = new ReentrantReadWriteLock();

    /** Null while they can't be opened, and at the end. */
    private @Nullable OpenFiles files;

    /** Why the files must be opened anew. */
    private volatile @Nullable IOException failure;

    private boolean closed;

    private RocksDatabase(Path directory, Options options, boolean readOnly) {
        this.directory = directory;
        this.options = options;
        this.readOnly = readOnly;
    }

    /**
     * Opens a database and creates it if the directory is empty or missing.
     *
     * @param directory what holds its files and nothing else
     * @throws IOException says what can't be opened and why
     */
    public static RocksDatabase open(Path directory, Options options) throws IOException {
        NativeLibrary.load();
        RocksDatabase database = new RocksDatabase(directory.toAbsolutePath(), options, false);
        Files.createDirectories(database.directory);
        database.openFiles();
        return database;
    }

    /**
     * Opens a database that no process writes, such as a backup, to read it; nothing in its
     * directory is changed.
     *
     * @throws IOException if there is none, or it can't be opened; says why
     */
    public static Snapshot openToRead(Path directory) throws IOException {
        if (!Files.exists(directory.resolve("CURRENT"))) {
            throw new IOException(
                    directory
                            + " is no store: the file CURRENT, which every store has, is missing");
        }
        NativeLibrary.load();
        RocksDatabase database =
                new RocksDatabase(
                        directory.toAbsolutePath(), new Options(Durability.PROCESS), true);
        database.openFiles();
        return new RocksReader(database, null) {
            @Override
            public void close() {
                database.close();
            }
        };
    }

    @Override
    public Batch batch() {
        return new ByteBatch();
    }

    @Override
    public void write(Batch batch) throws IOException {
        if (!(batch instanceof ByteBatch changes)) {
            throw new IllegalArgumentException("A batch of another database: " + batch);
        }
        using(
                "write to",
                open -> {
                    if (changes.size() == 0) {
                        return null;
                    }
                    try (WriteBatch bytes = new WriteBatch(changes.toArray())) {
                        open.db().write(open.writing(), bytes);
                    } catch (RocksDBException e) {
                        IOException first = Failure.of("write to", directory, e);
                        failure = first;
                        throw first;
                    }
                    return null;
                });
    }

    @Override
    public Reader reader() {
        return new RocksReader(this, null);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the database is closed or must be reopened
     */
    @Override
    public Snapshot snapshot() {
        try {
            return using(
                    "read",
                    open ->
                            new RocksReader(
                                    this, new RocksReader.Moment(open, open.db().getSnapshot())));
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public void reopen() throws IOException {
        Lock lock = guard.writeLock();
        lock.lock();
        try {
            if (closed) {
                throw closed();
            }
            closeFiles();
            openFiles();
            failure = null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void checkpoint(Path copy) throws IOException {
        if (Files.exists(copy)) {
            throw new FileAlreadyExistsException(
                    copy.toString(), null, "A backup needs a directory that does not exist yet");
        }
        boolean made = false;
        try {
            using(
                    "copy",
                    open -> {
                        try (Checkpoint checkpoint = Checkpoint.create(open.db())) {
                            checkpoint.createCheckpoint(copy.toString());
                        }
                        return null;
                    });
            made = true;
        } finally {
            if (!made) {
                Trees.delete(copy);
                Trees.delete(copy.resolveSibling(copy.getFileName() + ".tmp"));
            }
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public long usedBytes() throws IOException {
        return Trees.size(directory);
    }

    @Override
    public Map<String, String> figures() {
        return Map.of("durability", options.durability().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() {
        Lock lock = guard.writeLock();
        lock.lock();
        try {
            closed = true;
            OpenFiles open = files;
            if (open != null) {
                try {
                    open.db().syncWal();
                } catch (RocksDBException _) {
                    // What was promised is kept all the same: a write returns when it is.
                }
            }
            closeFiles();
        } finally {
            lock.unlock();
        }
    }

    /** Reads the present, or a moment whose files are still open. */
    <T extends @Nullable Object> T reading(RocksReader.@Nullable Moment moment, Use<T> use)
            throws IOException {
        return using(
                "read",
                open -> {
                    if (moment != null && moment.files() != open) {
                        throw new IOException(
                                "The store in "
                                        + directory
                                        + " was opened anew, which ended the snapshot");
                    }
                    return use.with(open);
                });
    }

    /** Ends a moment, unless closing the files has done so. */
    void release(RocksReader.Moment moment) {
        Lock lock = guard.readLock();
        lock.lock();
        try {
            if (moment.files() == files) {
                moment.files().db().releaseSnapshot(moment.snapshot());
            }
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T using(String attempt, Use<T> use) throws IOException {
        Lock lock = guard.readLock();
        lock.lock();
        try {
            OpenFiles open = files;
            if (closed) {
                throw closed();
            }
            IOException first = failure;
            if (first != null) {
                throw Failure.again(directory, first);
            }
            return use.with(Objects.requireNonNull(open, "neither open, failed nor closed"));
        } catch (RocksDBException e) {
            throw Failure.of(attempt, directory, e);
        } finally {
            lock.unlock();
        }
    }

    private void openFiles() throws IOException {
        try {
            files = new OpenFiles(directory, options.durability(), readOnly);
        } catch (RocksDBException e) {
            IOException reason = Failure.of("open", directory, e);
            failure = reason;
            throw reason;
        }
    }

    private void closeFiles() {
        OpenFiles open = files;
        files = null;
        if (open != null) {
            open.close();
        }
    }

    private IOException closed() {
        return new IOException("The store in " + directory + " is closed");
    }
}
