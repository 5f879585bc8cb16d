package io.godwit.broker.durable;

import io.godwit.broker.session.InMemoryLog;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RecoveredSession;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.broker.spi.Stored;
import io.godwit.codec.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store of one shard: what its sessions change in a turn of its loop is submitted at the end of
 * the turn, as one group. On the shard's loop only.
 */
final class DurableShard implements ShardStore {

    private final DurableStore store;
    private final Shard shard;
    private final RecordWriter out = new RecordWriter();

    private Changes changes = new Changes();
    private List<DurableLog> moved = new ArrayList<>();
    private boolean submitPending;

    /** Publications that began here and are not submitted, in their order; its own lock. */
    private final ArrayDeque<DurablePublication> begun = new ArrayDeque<>();

    /** Groups that were submitted, and those of them that are done. */
    private long submitted;

    private long done;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** Waits for a group, and for all before it. */
    private record Waiting(long group, Stored then) {}

    DurableShard(DurableStore store, Shard shard) {
        this.store = store;
        this.shard = shard;
    }

    Shard shard() {
        return shard;
    }

    DurableStore store() {
        return store;
    }

    /** For the records that logs write on this shard. */
    RecordWriter out() {
        return out;
    }

    @Override
    public SessionLog open(String clientId, boolean keep, SessionLog.Owner owner) {
        return keep
                ? new DurableLog(this, store.newNumber(), clientId, false, owner)
                : new InMemoryLog();
    }

    @Override
    public SessionLog openShared(String filter, SessionLog.Owner owner) {
        DurableLog log = new DurableLog(this, store.newNumber(), filter, true, owner);
        log.connected(0, null);
        submitNow(); // its entries are stored with their messages, perhaps before this turn ends
        return log;
    }

    @Override
    public SessionLog reopen(RecoveredSession recovered, SessionLog.Owner owner) {
        DurableLog log =
                new DurableLog(
                        this, recovered.number(), recovered.name(), recovered.shared(), owner);
        log.restore(recovered);
        return log;
    }

    @Override
    public void begin(Message message) {
        DurablePublication publication = new DurablePublication(this, message);
        synchronized (begun) {
            begun.addLast(publication);
        }
        message.storing(publication);
    }

    /**
     * Submits the publications that are complete, but none before those that began earlier here. If
     * a crash cut off the earlier one of two messages of a publisher, it would publish that again,
     * and it would come behind the later one [v5 MQTT-4.6.0-5]. From any thread.
     */
    void submitComplete() {
        while (true) {
            DurablePublication first;
            synchronized (begun) {
                first = begun.peekFirst();
                if (first == null || !first.isComplete()) {
                    return;
                }
                begun.removeFirst();
                if (first.submit()) {
                    continue;
                }
            }
            first.done(null);
        }
    }

    @Override
    public void retainedRemoved(TopicName topic) {
        changes().retain(new Changes.RetainedChange(topic, null, null));
    }

    /** The changes of this turn. */
    Changes changes() {
        if (!submitPending) {
            submitPending = true;
            shard.atEndOfTurn(this::submit);
        }
        return changes;
    }

    /** A session has moved on in its queue; its cursor is written at the end of the turn. */
    void moved(DurableLog log) {
        changes();
        moved.add(log);
    }

    /** Submits the changes of this turn so far, before what is submitted from now on. */
    void submitNow() {
        if (submitPending) {
            submit();
        }
    }

    private void submit() {
        if (!submitPending) {
            return; // it was done before the end of the turn
        }
        submitPending = false;
        List<DurableLog> logs = moved;
        moved = new ArrayList<>();
        logs.forEach(log -> log.writeCursor(changes));
        Changes full = changes;
        changes = new Changes();
        if (full.isEmpty() && done == submitted) {
            finish(done + 1, null);
            submitted = done;
            return;
        }
        long group = ++submitted; // if it is empty, it still waits for those before it
        store.writer()
                .submit(
                        new StoreWriter.Group(
                                full,
                                0,
                                null,
                                failure -> shard.control(() -> finish(group, failure))));
    }

    private void finish(long group, @Nullable StoreFailure failure) {
        done = Math.max(done, group);
        Waiting first;
        while ((first = waiting.peekFirst()) != null && first.group() <= group) {
            waiting.removeFirst();
            first.then().done(failure);
        }
    }

    @Override
    public void whenStored(Stored then) {
        if (submitPending) {
            waiting.addLast(new Waiting(submitted + 1, then));
        } else if (done < submitted) {
            waiting.addLast(new Waiting(submitted, then));
        } else {
            then.done(null);
        }
    }

    @Override
    public @Nullable StoreFailure refusal() {
        return store.refusal();
    }

    @Override
    public boolean isBehind() {
        return store.writer().isBehind();
    }

    @Override
    public void whenCaughtUp(Runnable action) {
        store.writer().whenCaughtUp(shard, action);
    }
}
