package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.durable.DurableStore;
import io.godwit.broker.durable.StoreFormat;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.retained.InMemoryRetainedStore;
import io.godwit.broker.session.InMemorySessionStore;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.SessionStore;
import io.godwit.server.configuration.Persistence;
import io.godwit.store.rocksdb.Durability;
import io.godwit.store.rocksdb.Options;
import io.godwit.store.rocksdb.RocksDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a server keeps sessions, queues and retained messages, as its configuration says: in a
 * database with a thread that writes and one that reads, or in memory.
 */
final class ServerStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerStore.class);

    private final RetainedStore retained;
    private final SessionStore sessions;
    private final long secret;
    private final @Nullable Durable durable;

    /** What there is only of a durable store. */
    private record Durable(
            RocksDatabase database,
            DurableStore store,
            ExecutorService writing,
            ExecutorService reading) {}

    private ServerStore(
            RetainedStore retained, SessionStore sessions, long secret, @Nullable Durable durable) {
        this.retained = retained;
        this.sessions = sessions;
        this.secret = secret;
        this.durable = durable;
    }

    /**
     * Opens the store.
     *
     * @throws IOException if it can't be opened; says where, why and what to do
     */
    static ServerStore open(
            Path dataDirectory,
            Persistence persistence,
            Limits limits,
            Time time,
            SecureRandom random)
            throws IOException {
        RetainedStore retained = new InMemoryRetainedStore(limits.retained());
        if (persistence.mode() == Persistence.Mode.MEMORY) {
            return new ServerStore(retained, new InMemorySessionStore(), random.nextLong(), null);
        }
        Durability durability =
                persistence.durability() == Persistence.Durability.POWER
                        ? Durability.POWER
                        : Durability.PROCESS;
        Path directory = dataDirectory.resolve(GodwitServer.STORE);
        refuseNewer(directory);
        RocksDatabase database = RocksDatabase.open(directory, new Options(durability));
        try {
            long secret =
                    StoreFormat.open(
                            database,
                            format -> dataDirectory.resolve("store-format-" + format),
                            random);
            ExecutorService writing = thread("godwit-store-writer");
            ExecutorService reading = thread("godwit-store-reader");
            DurableStore store =
                    new DurableStore(
                            database,
                            writing,
                            reading,
                            time,
                            retained,
                            persistence.minimumFreeSpace(),
                            new QuarantineFile(dataDirectory.resolve(GodwitServer.QUARANTINE)));
            return new ServerStore(
                    retained, store, secret, new Durable(database, store, writing, reading));
        } catch (IOException | RuntimeException failure) {
            database.close();
            throw failure;
        }
    }

    /** Looks at the format before anything is written; what can't be read is opened, and mended. */
    private static void refuseNewer(Path directory) throws IOException {
        Database.Snapshot found;
        try {
            found = RocksDatabase.openToRead(directory);
        } catch (IOException absentOrDamaged) {
            LOG.debug("there is no store to look at before it is opened", absentOrDamaged);
            return;
        }
        try (found) {
            StoreFormat.refuseNewer(found);
        } catch (IOException newer) {
            throw new IOException(directory + ": " + newer.getMessage(), newer);
        }
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(action -> {
            Thread thread = new Thread(action, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    RetainedStore retained() {
        return retained;
    }

    SessionStore sessions() {
        return sessions;
    }

    /** The durable store, or null if everything is in memory. */
    @Nullable DurableStore durable() {
        return durable == null ? null : durable.store();
    }

    /** Keys what clients must not be able to predict; as old as the store. */
    long secret() {
        return secret;
    }

    /** What makes a copy of the store, or null if it is in memory. */
    ServerControl.@Nullable Checkpoint checkpoint() {
        return durable == null ? null : durable.database()::checkpoint;
    }

    /**
     * Gives a broker what an earlier one has left.
     *
     * @return null if everything is in memory
     */
    @Nullable Recovered recover(Broker broker, Duration grace) throws IOException {
        if (durable == null) {
            return null;
        }
        long start = System.nanoTime();
        try {
            broker.recover(grace).get();
        } catch (ExecutionException failure) {
            throw new IOException("what was stored can't be taken up", failure.getCause());
        } catch (IllegalStateException failure) {
            throw new IOException(failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("the start was interrupted", interrupted);
        }
        DurableStore.Recovered found = durable.store().recovered();
        return new Recovered(
                found.sessions(),
                found.queued(),
                found.retained(),
                found.damaged() + durable.database().lostEntries(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    /** Writes what is left, and closes. */
    @Override
    public void close() {
        if (durable == null) {
            return;
        }
        durable.reading().shutdownNow();
        try {
            CompletableFuture.runAsync(durable.store()::flush, durable.writing()).get();
        } catch (ExecutionException failure) {
            LOG.error("what was left could not be stored", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            durable.writing().shutdown();
            durable.store().close();
        }
    }
}
