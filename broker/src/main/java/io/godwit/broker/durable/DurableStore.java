package io.godwit.broker.durable;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.SessionStore;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sessions, their queues and flows, and retained messages in a {@link Database}. It writes on
 * one thread and reads on another, both of which are handed in, so that a test can run it in one
 * thread; each shard has its own view of it. Safe from any thread.
 */
public final class DurableStore implements SessionStore {

    private static final Logger LOG = LoggerFactory.getLogger(DurableStore.class);

    private final Database database;
    private final StoreWriter writer;
    private final Executor readingThread;
    private final Time time;
    private final long minimumFreeSpace;
    private final Quarantine quarantine;
    private final QueueReader reader;
    private final StoreCounts counts = new StoreCounts();
    private final Map<Shard, DurableShard> shards = new ConcurrentHashMap<>();
    private final AtomicLong nextNumber = new AtomicLong(1);
    private final AtomicLong nextMessageId = new AtomicLong(1);
    private final ConcurrentLinkedQueue<Runnable> toReadAgain = new ConcurrentLinkedQueue<>();
    private volatile @Nullable StoreFailure lowSpace;
    private volatile long usedBytes;
    private volatile long freeBytes;
    private volatile Recovered recovered = new Recovered(0, 0, 0, 0);

    /**
     * What was found at the start.
     *
     * @param damaged records that could not be read
     */
    public record Recovered(long sessions, long queued, long retained, long damaged) {}

    /**
     * A store in a database whose format {@link StoreFormat} has checked.
     *
     * @param writing runs the writer, one action at a time in their order
     * @param reading the same for what is read for sessions
     * @param retained the retained messages in memory, which the database is made to follow
     * @param minimumFreeSpace bytes on the disk below which messages that would have to be stored
     *     are refused
     */
    public DurableStore(
            Database database,
            Executor writing,
            Executor reading,
            Time time,
            RetainedStore retained,
            long minimumFreeSpace,
            Quarantine quarantine) {
        this.database = database;
        this.readingThread = reading;
        this.time = time;
        this.minimumFreeSpace = minimumFreeSpace;
        this.writer = new StoreWriter(database, writing, retained, time, counts);
        this.quarantine =
                (table, key, value, why) -> {
                    counts.foundDamaged();
                    try {
                        quarantine.put(table, key, value, why);
                    } catch (RuntimeException trouble) {
                        LOG.error("a damaged record stays in the store, unread", trouble);
                        return;
                    }
                    remove(new Op.Delete(table, key));
                };
        this.reader = newReader();
    }

    @Override
    public ShardStore on(Shard shard) {
        return shards.computeIfAbsent(shard, on -> new DurableShard(this, on));
    }

    StoreWriter writer() {
        return writer;
    }

    long newNumber() {
        return nextNumber.getAndIncrement();
    }

    long newMessageId() {
        return nextMessageId.getAndIncrement();
    }

    @Nullable StoreFailure refusal() {
        StoreFailure failure = writer.failure();
        return failure == null ? lowSpace : failure;
    }

    /** Whether messages that would have to be stored are refused at the moment. */
    public boolean isRefusing() {
        return refusal() != null;
    }

    /** Bytes that it takes on the disk, as of a moment ago. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Bytes that are left on the disk, as of a moment ago. */
    public long freeBytes() {
        return freeBytes;
    }

    /** What it has done so far. */
    public StoreCounts counts() {
        return counts;
    }

    /** What {@link #recover} has found. */
    public Recovered recovered() {
        return recovered;
    }

    @Override
    public Map<String, String> figures() {
        StoreFailure refusal = refusal();
        Map<String, String> figures = new TreeMap<>();
        figures.put("mode", "durable");
        figures.put("trouble", refusal == null ? "none" : refusal.why());
        figures.put("batches/written", Long.toString(counts.batches()));
        figures.put("batches/failed", Long.toString(counts.failures()));
        figures.put("changes/written", Long.toString(counts.changes()));
        figures.put("records/damaged", Long.toString(counts.damaged()));
        figures.put("recovered/sessions", Long.toString(recovered.sessions()));
        figures.put("recovered/messages", Long.toString(recovered.queued()));
        figures.put("recovered/retained", Long.toString(recovered.retained()));
        figures.put("bytes/used", Long.toString(usedBytes));
        figures.put("bytes/free", Long.toString(freeBytes));
        figures.putAll(database.figures());
        return figures;
    }

    private void remove(Op op) {
        Changes changes = new Changes();
        changes.change(op);
        writer.submit(new StoreWriter.Group(changes, 0, null, _ -> {}));
    }

    // --- reading --------------------------------------------------------------------------------

    /** Something that reads. */
    interface Reading {
        void run(QueueReader reader) throws IOException;
    }

    /**
     * Reads on the reading thread.
     *
     * @param again what to do, at the next {@link #tick}, if the database cannot be read
     */
    void read(Reading reading, Runnable again) {
        readingThread.execute(() -> {
            try {
                reading.run(reader);
            } catch (IOException | RuntimeException trouble) {
                LOG.warn("a queue cannot be read; it is tried again in a second", trouble);
                toReadAgain.add(again);
            }
        });
    }

    /** A reader for another thread. */
    QueueReader newReader() {
        return new QueueReader(database, quarantine);
    }

    // --- recovery -------------------------------------------------------------------------------

    @Override
    public void recover(Consumer<RecoveredSession> sessions, Consumer<Message> retained) {
        Recovery recovery = new Recovery(database.reader(), quarantine);
        try {
            nextNumber.set(1 + Math.max(lastNumber(Table.SESSION), lastNumber(Table.QUEUE)));
            long below = 1 + lastNumber(Table.MESSAGE);
            nextMessageId.set(below);
            recovery.readSessions();
            recovery.readLeftOverQueues();
            recovery.readRetained(time.wallMillis(), retained);
            Database.Snapshot snapshot = database.snapshot();
            if (below > 1) {
                writer.references().expectCount(below);
                count(new ReferenceScan(snapshot, recovery.sessions()));
            } else {
                snapshot.close();
            }
        } catch (IOException trouble) {
            throw new IllegalStateException(
                    "the store cannot be read: " + trouble.getMessage(), trouble);
        }
        for (long number : recovery.leftOver()) {
            byte[] from = Keys.number(number);
            byte[] to = Keys.number(number + 1);
            remove(new Op.DeleteRange(Table.SESSION, from, to));
            remove(new Op.DeleteRange(Table.QUEUE, from, to));
        }
        recovery.removedRetained().forEach(key -> remove(new Op.Delete(Table.RETAINED, key)));
        recovered =
                new Recovered(
                        recovery.sessions().stream().filter(found -> !found.shared()).count(),
                        recovery.queuedMessages(),
                        recovery.retainedMessages(),
                        counts.damaged());
        lookAtSpace();
        recovery.sessions().forEach(sessions);
    }

    private long lastNumber(Table table) throws IOException {
        byte[] key = database.reader().last(table, new byte[0], Keys.number(Long.MAX_VALUE));
        return key == null ? 0 : Bytes.getLong(key, 0);
    }

    /** Counts references in the background. */
    private void count(ReferenceScan scan) {
        readingThread.execute(() -> {
            try {
                if (scan.goOn()) {
                    count(scan);
                } else {
                    scan.close();
                    writer.execute(() -> counted(scan));
                }
            } catch (IOException | RuntimeException trouble) {
                // the snapshot has ended with the database that it was of
                LOG.warn(
                        "messages of earlier processes that nobody needs any more are deleted after"
                                + " the next start only: they could not be counted",
                        trouble);
                scan.close();
            }
        });
    }

    private void counted(ReferenceScan scan) {
        List<Long> unused = new ArrayList<>(scan.unused());
        writer.references().counted(scan.found(), (messageId, _) -> unused.add(messageId));
        unused.forEach(messageId -> remove(new Op.Delete(Table.MESSAGE, Keys.number(messageId))));
    }

    // --- from time to time ----------------------------------------------------------------------

    @Override
    public void tick() {
        writer.execute(() -> {
            writer.tick();
            lookAtSpace();
        });
        Runnable again;
        while (writer.failure() == null && (again = toReadAgain.poll()) != null) {
            again.run();
        }
    }

    private void lookAtSpace() {
        try {
            long free = database.freeBytes();
            freeBytes = free;
            usedBytes = database.usedBytes();
            boolean wasLow = lowSpace != null;
            // a little more is needed to go on than to stop, so that it does not flicker
            boolean low =
                    free < (wasLow ? minimumFreeSpace + minimumFreeSpace / 8 : minimumFreeSpace);
            if (low != wasLow) {
                lowSpace =
                        low
                                ? new StoreFailure(
                                        ReasonCode.QUOTA_EXCEEDED,
                                        "the broker's disk has less than"
                                                + " persistence.minimum-free-space left")
                                : null;
                LOG.warn(
                        low
                                ? "{} bytes are left on the disk, less than"
                                        + " persistence.minimum-free-space = {}: messages that"
                                        + " would have to be stored are refused"
                                : "{} bytes are left on the disk again (minimum {}): messages are"
                                        + " stored again",
                        free,
                        minimumFreeSpace);
            }
        } catch (IOException trouble) {
            LOG.debug("the free space cannot be told", trouble);
        }
    }

    /** Writes all that waits; on the writing thread, when nothing is submitted any more. */
    public void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        database.close();
    }
}
