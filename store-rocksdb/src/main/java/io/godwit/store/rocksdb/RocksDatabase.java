package io.godwit.store.rocksdb;

import io.godwit.broker.spi.Database;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(RocksDatabase.class);

    /** The operating system can't tell two instances of one process apart. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final Options options;
    private final boolean readOnly;

    /** Held for writing while files are opened and closed, for reading while they are used. */
    private final ReadWriteLock guard = new ReentrantReadWriteLock();

    /** Null while they can't be opened, and at the end. */
    private @Nullable OpenFiles files;

    /** Whether something that was read did not match its checksum. */
    private volatile boolean damaged;

    private final List<Salvage> salvages = new CopyOnWriteArrayList<>();

    /** Why the files must be opened anew. */
    private volatile @Nullable IOException failure;

    private boolean closed;

    private RocksDatabase(Path directory, Options options, boolean readOnly) {
        this.directory = directory;
        this.options = options;
        this.readOnly = readOnly;
    }

    /**
     * Opens a database and creates it if the directory is empty or missing. All files are looked
     * at; what is damaged goes into a directory named after the time in {@code quarantine} beside
     * the directory, and what can be read of it is kept: see {@link #salvages}.
     *
     * @param directory what holds its files and nothing else
     * @throws IOException says what can't be opened and why; the files are untouched then
     */
    public static RocksDatabase open(Path directory, Options options) throws IOException {
        NativeLibrary.load();
        Path path = directory.toAbsolutePath().normalize();
        if (!OPEN.add(path)) {
            throw new IOException("The store in " + path + " is open in this process already");
        }
        RocksDatabase database = new RocksDatabase(path, options, false);
        try {
            database.openFiles(true);
            return database;
        } finally {
            if (database.files == null) {
                OPEN.remove(path);
            }
        }
    }

    /**
     * Opens a database that no process writes, such as a backup, to read it; nothing in its
     * directory is changed.
     *
     * @throws IOException if there is none, or it can't be opened; says why
     */
    public static Snapshot openToRead(Path directory) throws IOException {
        if (!Files.exists(directory.resolve(StoreFiles.CURRENT))) {
            throw new IOException(
                    directory
                            + " is no store: the file CURRENT, which every store has, is missing");
        }
        NativeLibrary.load();
        RocksDatabase database =
                new RocksDatabase(
                        directory.toAbsolutePath(), new Options(Durability.PROCESS), true);
        database.openFiles(false);
        return new RocksReader(database, null) {
            @Override
            public void close() {
                database.close();
            }
        };
    }

    /**
     * What was done about damaged files, the latest at the end: when the database was opened and
     * each time that it was reopened. Empty if none were damaged. From any thread.
     */
    public List<Salvage> salvages() {
        return List.copyOf(salvages);
    }

    /** How many entries are known to be lost by damaged files. */
    public long lostEntries() {
        return salvages.stream().mapToLong(Salvage::lostEntries).sum();
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
                        IOException first = failed("write to", e);
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
            openFiles(damaged);
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
                StoreFiles.delete(copy);
                StoreFiles.delete(copy.resolveSibling(copy.getFileName() + ".tmp"));
            }
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public long usedBytes() throws IOException {
        return StoreFiles.size(directory);
    }

    @Override
    public Map<String, String> figures() {
        long files = salvages.stream().mapToLong(each -> each.damages().size()).sum();
        return Map.of(
                "durability", options.durability().name().toLowerCase(Locale.ROOT),
                "files/damaged", Long.toString(files),
                "entries/lost", Long.toString(lostEntries()));
    }

    @Override
    public void close() {
        Lock lock = guard.writeLock();
        lock.lock();
        try {
            if (closed) {
                return;
            }
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
            OPEN.remove(directory);
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
            throw failed(attempt, e);
        } catch (IOException e) {
            if (e.getCause() instanceof RocksDBException cause && Failure.isCorruption(cause)) {
                throw failed(attempt, cause); // it was met on a walk
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void openFiles(boolean inspecting) throws IOException {
        if (readOnly) {
            try {
                files = new OpenFiles(directory, options.durability(), true);
                return;
            } catch (RocksDBException e) {
                throw Failure.of("open", directory, e);
            }
        }
        Opening opening = new Opening(directory, options.durability());
        try {
            files = opening.open(inspecting);
            damaged = false;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            Salvage salvage = opening.salvage();
            if (salvage != null) {
                salvages.add(salvage);
                LOG.error("{}", salvage.inWords());
            }
        }
    }

    /** After damage nothing works until the files were looked at and opened anew. */
    private IOException failed(String attempt, RocksDBException e) {
        IOException reason = Failure.of(attempt, directory, e);
        if (Failure.isCorruption(e)) {
            damaged = true;
            failure = reason;
        }
        return reason;
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
