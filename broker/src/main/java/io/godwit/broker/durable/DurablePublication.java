package io.godwit.broker.durable;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.broker.spi.Stored;
import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/** A message on its way into the database. Its lock is held for moments only. */
final class DurablePublication implements Publication {

    private final DurableShard shard;
    private final Message message;
    private final Changes changes = new Changes();
    private int parts = 1;
    private long announced;
    private boolean isStored;
    private @Nullable StoreFailure failure;

    /**
     * One that begins.
     *
     * @param shard the one on which it does
     */
    DurablePublication(DurableShard shard, Message message) {
        this.shard = shard;
        this.message = message;
    }

    @Override
    public synchronized boolean expectMore(int sessions) {
        if (parts == 0) {
            return false;
        }
        parts++;
        long bytes = (long) sessions * Changes.ENTRY;
        announced += bytes;
        shard.store().writer().announce(bytes);
        return true;
    }

    @Override
    public void added() {
        synchronized (this) {
            if (--parts > 0) {
                return;
            }
        }
        shard.submitComplete();
    }

    /** Whether all parts were added: nobody adds any more. */
    synchronized boolean isComplete() {
        return parts == 0;
    }

    /** Submits it, once it is complete; false if there is nothing to store. */
    boolean submit() {
        DurableStore store = shard.store();
        if (changes.isEmpty()) {
            store.writer().announce(-announced);
            return false;
        }
        long messageId = changes.entries().size() > 1 ? store.newMessageId() : 0;
        for (QueueEntry entry : changes.entries()) {
            entry.messageId(messageId);
        }
        changes.count(message);
        store.writer().submit(new StoreWriter.Group(changes, messageId, message, this::done));
        store.writer().announce(-announced); // now it counts with what it is
        return true;
    }

    /** Tells those who wait; afterwards those who come are told at once. */
    void done(@Nullable StoreFailure why) {
        synchronized (this) {
            isStored = true;
            failure = why;
        }
        changes.waiting().forEach(waiting -> waiting.tell(why));
    }

    /** Adds a reference to the message; false if it is too late. */
    synchronized boolean append(QueueEntry entry) {
        if (parts > 0) {
            changes.append(entry);
        }
        return parts > 0;
    }

    /** Adds a change of a session; false if it is too late. */
    synchronized boolean change(Op op) {
        if (parts > 0) {
            changes.change(op);
        }
        return parts > 0;
    }

    /** Adds what has to happen with it or not at all. */
    synchronized void move(Changes.Move move) {
        changes.move(move);
    }

    /** Adds the packet identifier under which the message came. */
    synchronized void accept(Op.Put op) {
        changes.accept(op);
    }

    @Override
    public synchronized void retained(TopicName topic, @Nullable Message before) {
        changes.retain(new Changes.RetainedChange(topic, before, message));
    }

    @Override
    public void whenStored(Shard shard, Stored then) {
        Changes.Waiting waiting = new Changes.Waiting(shard, then);
        synchronized (this) {
            if (!isStored) {
                changes.whenStored(waiting);
                return;
            }
        }
        waiting.tell(failure);
    }
}
