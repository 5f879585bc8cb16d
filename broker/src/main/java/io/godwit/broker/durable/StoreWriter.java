package io.godwit.broker.durable;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.spi.Database;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the database. It takes what waits, at most {@value #MOST_CHANGES} changes or
 * {@value #MOST_BYTES} bytes (or one group, if that alone is more), writes it as one batch, and
 * tells those who wait; when nothing waits the next change is written at once. Groups are written
 * in the order in which they were submitted.
 *
 * <p>After a write that failed nothing is accepted: those who wait are told, messages are undone,
 * and what sessions have become is remembered to be written as soon as the database can be opened
 * anew, which {@link #tick} tries. {@link #submit} may be called from any thread.
 */
final class StoreWriter {

    /** Changes of the database in one batch. */
    static final int MOST_CHANGES = 256;

    /** Bytes in one batch. */
    static final int MOST_BYTES = 1 << 20;

    /** Bytes that wait above which publishers are not read. */
    private static final long BEHIND = 8L << 20;

    /** Bytes that wait below which they are read again. */
    private static final long CAUGHT_UP = 2L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

    private final Database database;
    private final Executor executor;
    private final RetainedStore retained;
    private final Time time;
    private final References references = new References();
    private final MpscUnboundedArrayQueue<Group> groups = new MpscUnboundedArrayQueue<>(1024);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final MpscUnboundedArrayQueue<Changes.Waiting> waitingForRoom =
            new MpscUnboundedArrayQueue<>(16);
    private final StoreCounts counts;

    private final Database.Batch batch;
    private final RecordWriter out = new RecordWriter();
    private final List<Group> taken = new ArrayList<>();

    /** What has to be written later if the present batch is not written. */
    private final List<Op> unwritten = new ArrayList<>();

    private final Owed owed = new Owed();

    /** What was retained on a topic before the first change of it that was refused. */
    private final Map<TopicName, Optional<Message>> accepted = new HashMap<>();

    private volatile @Nullable StoreFailure failure;

    /**
     * Changes to be written together.
     *
     * @param messageId where the message is put that its entries refer to; 0 if it is in them
     * @param message the message of a publication
     * @param done is told on the writing thread
     */
    record Group(
            Changes changes,
            long messageId,
            @Nullable Message message,
            Consumer<@Nullable StoreFailure> done) {}

    StoreWriter(
            Database database,
            Executor executor,
            RetainedStore retained,
            Time time,
            StoreCounts counts) {
        this.database = database;
        this.executor = executor;
        this.retained = retained;
        this.time = time;
        this.counts = counts;
        this.batch = database.batch();
    }

    /** Has changes written, behind all that were submitted before. */
    void submit(Group group) {
        waitingBytes.addAndGet(group.changes().bytes());
        groups.add(group);
        schedule();
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    /** Does something on the writing thread. */
    void execute(Runnable action) {
        executor.execute(action);
    }

    /** The counts of references; on the writing thread only. */
    References references() {
        return references;
    }

    /** Why nothing can be written at the moment, or null. */
    @Nullable StoreFailure failure() {
        return failure;
    }

    /** Counts bytes that are going to be submitted, or, negative, that have been. */
    void announce(long bytes) {
        waitingBytes.addAndGet(bytes);
        if (bytes < 0 && !waitingForRoom.isEmpty()) {
            schedule();
        }
    }

    boolean isBehind() {
        return waitingBytes.get() > BEHIND;
    }

    void whenCaughtUp(Shard shard, Runnable action) {
        waitingForRoom.add(new Changes.Waiting(shard, _ -> action.run()));
        schedule();
    }

    /** Writes one batch of what waits. */
    void drain() {
        scheduled.set(false);
        long bytes = take();
        try {
            write();
        } finally {
            taken.clear();
        }
        if (waitingBytes.addAndGet(-bytes) < CAUGHT_UP) {
            Changes.Waiting waiting;
            while ((waiting = waitingForRoom.poll()) != null) {
                waiting.tell(null);
            }
        }
        if (!groups.isEmpty()) {
            schedule();
        }
    }

    /** Writes batch after batch until nothing waits. */
    void flush() {
        do {
            drain();
        } while (!groups.isEmpty());
    }

    private long take() {
        int size = 0;
        long bytes = 0;
        Group next;
        while ((next = groups.peek()) != null) {
            size += next.changes().size();
            if (!taken.isEmpty()
                    && (size > MOST_CHANGES || bytes + next.changes().bytes() > MOST_BYTES)) {
                break;
            }
            bytes += next.changes().bytes();
            taken.add(next);
            groups.poll();
        }
        return bytes;
    }

    private void write() {
        StoreFailure before = failure;
        if (before != null) {
            for (Group group : taken) {
                undo(group);
            }
            tell(before);
            return;
        }
        batch.clear();
        unwritten.clear();
        int filled = 0;
        try {
            for (Group group : taken) {
                filled++;
                fill(group);
            }
            if (batch.size() > 0) {
                long start = time.nanos();
                database.write(batch);
                counts.wrote(batch.size(), time.nanos() - start);
            }
        } catch (IOException | RuntimeException trouble) {
            failed(trouble, filled);
            return;
        }
        tell(null);
    }

    /** Puts the changes of a group into the batch. */
    private void fill(Group group) {
        Changes changes = group.changes();
        for (Op op : changes.state()) {
            apply(op, op);
        }
        for (Op op : changes.accepted()) {
            apply(op, opposite(op));
        }
        changes.moves().forEach(move -> apply(move.removal(), move.back()));
        int written = 0;
        for (QueueEntry entry : changes.entries()) {
            if (entry.take()) {
                byte[] key = entry.key();
                byte[] value = EntryRecord.encode(out, key, entry, entry.messageId());
                apply(new Op.Put(Table.QUEUE, key, value), new Op.Delete(Table.QUEUE, key));
                written++;
            }
        }
        Message message = group.message();
        if (written > 0 && group.messageId() != 0 && message != null) {
            Op.Put put = Changes.message(out, group.messageId(), message);
            apply(put, opposite(put));
            references.add(group.messageId(), written);
        }
        for (Changes.RetainedChange change : changes.retained()) {
            Op op = retainedNow(change.topic());
            apply(op, op);
        }
    }

    /** What the RETAINED table is to hold for a topic: always the present message. */
    private Op retainedNow(TopicName topic) {
        byte[] key = topic.bytes();
        Message message = retained.get(topic);
        if (message == null) {
            return new Op.Delete(Table.RETAINED, key);
        }
        Records.write(out.start(), message);
        return new Op.Put(Table.RETAINED, key, out.seal(key));
    }

    private static Op opposite(Op op) {
        return op instanceof Op.Put(Table table, byte[] key, byte[] _)
                ? new Op.Delete(table, key)
                : op;
    }

    /** Puts a change into the batch, and notes what is owed if the batch is not written. */
    private void apply(Op op, Op ifNotWritten) {
        if (op instanceof Op.Release(long messageId)) {
            if (references.release(messageId)) {
                Op delete = new Op.Delete(Table.MESSAGE, Keys.number(messageId));
                apply(delete, delete);
            }
            return;
        }
        put(batch, op);
        unwritten.add(ifNotWritten);
    }

    private static void put(Database.Batch into, Op op) {
        switch (op) {
            case Op.Put(Table table, byte[] key, byte[] value) -> into.put(table, key, value);
            case Op.Delete(Table table, byte[] key) -> into.delete(table, key);
            case Op.DeleteRange(Table table, byte[] from, byte[] to) ->
                    into.deleteRange(table, from, to);
            case Op.Release _ -> throw new IllegalStateException("not a change of a table");
        }
    }

    // --- trouble --------------------------------------------------------------------------------

    /**
     * A batch was not written, as far as can be told.
     *
     * @param filled how many of the groups are in it, the last one perhaps in part
     */
    private void failed(Exception trouble, int filled) {
        StoreFailure why = failureOf(trouble);
        failure = why;
        counts.failed();
        LOG.error(
                "the store cannot be written; nothing that needs it is acknowledged until it can,"
                        + " which is tried each second",
                trouble);
        unwritten.forEach(owed::add);
        for (Group group : taken.subList(0, filled)) {
            group.changes().entries().forEach(QueueEntry::take); // none is written later
            if (group.messageId() != 0) {
                references.forget(group.messageId());
            }
            undoRetained(group.changes());
        }
        taken.subList(filled, taken.size()).forEach(this::undo);
        tell(why);
    }

    private static StoreFailure failureOf(Exception trouble) {
        boolean noSpace =
                trouble instanceof FileSystemException disk
                        && Database.NO_SPACE.equals(disk.getReason());
        return noSpace
                ? new StoreFailure(ReasonCode.QUOTA_EXCEEDED, "the disk of the broker is full")
                : new StoreFailure(
                        ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                        "the store of the broker cannot be written");
    }

    /** A group that is not written at all: what sessions have become is owed. */
    private void undo(Group group) {
        for (Op op : group.changes().state()) {
            if (!(op instanceof Op.Release(long messageId))) {
                owed.add(op);
            } else if (references.release(messageId)) {
                owed.add(new Op.Delete(Table.MESSAGE, Keys.number(messageId)));
            }
        }
        group.changes().entries().forEach(QueueEntry::take);
        undoRetained(group.changes());
    }

    /** Puts back what was retained before, unless something newer is, and owes the table that. */
    @SuppressWarnings("ReferenceEquality") // the very message that made the change
    private void undoRetained(Changes changes) {
        for (Changes.RetainedChange change : changes.retained()) {
            Message present = retained.get(change.topic());
            Message by = change.by();
            if (by == null) {
                accepted.put(change.topic(), Optional.empty());
            }
            Optional<Message> before =
                    accepted.computeIfAbsent(
                            change.topic(), _ -> Optional.ofNullable(change.before()));
            boolean removed = by != null && by.payload().length == 0;
            if (by != null && present == (removed ? null : by)) {
                before.ifPresentOrElse(retained::put, () -> retained.remove(change.topic()));
            }
            owed.add(retainedNow(change.topic()));
        }
    }

    /** Tries, after a failure, to open the database anew and to write what is owed. */
    void tick() {
        if (failure == null) {
            return;
        }
        try {
            database.reopen();
            while (!owed.isEmpty()) {
                batch.clear();
                owed.fill(batch, MOST_CHANGES, StoreWriter::put);
                database.write(batch);
                owed.written();
            }
            failure = null;
            accepted.clear();
            LOG.info("the store can be written again");
        } catch (IOException | RuntimeException trouble) {
            LOG.debug("the store still cannot be written", trouble);
            failure = failureOf(trouble);
        }
    }

    // --- telling --------------------------------------------------------------------------------

    /** Tells sessions and those who wait what became of the batch: one action for each shard. */
    private void tell(@Nullable StoreFailure why) {
        Map<Shard, List<QueueEntry>> byShard = new IdentityHashMap<>(4);
        for (Group group : taken) {
            for (QueueEntry entry : group.changes().entries()) {
                if (!entry.isCancelled()) {
                    byShard.computeIfAbsent(entry.log().home(), _ -> new ArrayList<>()).add(entry);
                }
            }
        }
        byShard.forEach((shard, entries) ->
                shard.control(() -> {
                    for (QueueEntry entry : entries) {
                        entry.log().settled(entry, why == null);
                    }
                }));
        for (Group group : taken) {
            try {
                group.done().accept(why);
            } catch (RuntimeException fault) { // the others are told all the same
                LOG.error("somebody could not be told what became of the changes", fault);
            }
        }
    }
}
