package io.godwit.broker.durable;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Database.Table;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.broker.spi.Stored;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are written together or not at all, and those who wait for it. Filled by one thread
 * at a time, then handed to the {@link StoreWriter}.
 */
final class Changes {

    /** What a change costs beside the bytes that it writes. */
    private static final int OVERHEAD = 64;

    /** What a queue entry costs in memory until it is written. */
    static final int ENTRY = 200;

    private final List<Op> state = new ArrayList<>(2);
    private final List<Op> accepted = new ArrayList<>(0);
    private final List<Move> moves = new ArrayList<>(0);
    private final List<QueueEntry> entries = new ArrayList<>(2);
    private final List<RetainedChange> retained = new ArrayList<>(0);
    private final List<Waiting> waiting = new ArrayList<>(2);
    private long bytes;

    /**
     * The retained message of a topic has changed.
     *
     * @param before what was retained until then
     * @param by what made the change, and is undone if it is not stored; null for what cannot be
     */
    record RetainedChange(TopicName topic, @Nullable Message before, @Nullable Message by) {}

    /**
     * An entry leaves its queue.
     *
     * @param back puts it back: a write that failed may have removed it all the same
     */
    record Move(Op.Delete removal, Op.Put back) {}

    /** Somebody who waits until the changes are stored. */
    record Waiting(Shard shard, Stored then) {

        /** Tells him, on his shard. */
        void tell(@Nullable StoreFailure failure) {
            if (shard.loop().inLoop()) {
                then.done(failure);
            } else {
                shard.control(() -> then.done(failure));
            }
        }
    }

    /** A change of what a session is: it happens whether it can be stored now or only later. */
    void change(Op op) {
        state.add(op);
        bytes += OVERHEAD;
    }

    /** What is undone if it cannot be stored: its sender was told so. */
    void accept(Op.Put op) {
        accepted.add(op);
        bytes += OVERHEAD;
    }

    /** What does not happen at all if it cannot be stored. */
    void move(Move move) {
        moves.add(move);
        bytes += OVERHEAD;
    }

    /** A message in a queue. */
    void append(QueueEntry entry) {
        entries.add(entry);
        bytes += ENTRY;
    }

    /** The payload of a message that is in it. */
    void count(Message message) {
        bytes += message.size();
    }

    void retain(RetainedChange change) {
        retained.add(change);
        bytes += OVERHEAD;
    }

    void whenStored(Waiting one) {
        waiting.add(one);
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** How many changes of the database it makes at most, a few more or less. */
    int size() {
        return state.size() + accepted.size() + moves.size() + entries.size() + retained.size();
    }

    /** About how many bytes it writes. */
    long bytes() {
        return bytes;
    }

    List<Op> state() {
        return state;
    }

    List<Op> accepted() {
        return accepted;
    }

    List<Move> moves() {
        return moves;
    }

    List<QueueEntry> entries() {
        return entries;
    }

    List<RetainedChange> retained() {
        return retained;
    }

    List<Waiting> waiting() {
        return waiting;
    }

    /** The key of a message in the MESSAGE table. */
    static Op.Put message(RecordWriter out, long messageId, Message message) {
        byte[] key = Keys.number(messageId);
        Records.write(out.start(), message);
        return new Op.Put(Table.MESSAGE, key, out.seal(key));
    }
}
