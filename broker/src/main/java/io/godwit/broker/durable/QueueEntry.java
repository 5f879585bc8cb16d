package io.godwit.broker.durable;

import io.godwit.broker.spi.Delivery;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A delivery in a queue or under way. It belongs to its session's shard, but for the state that the
 * writer and the session settle between them: an entry that is cancelled before it is taken into a
 * batch is never written.
 */
final class QueueEntry {

    private static final AtomicIntegerFieldUpdater<QueueEntry> STATE =
            AtomicIntegerFieldUpdater.newUpdater(QueueEntry.class, "state");

    private static final int WAITING = 0;
    private static final int TAKEN = 1;
    private static final int CANCELLED = 2;

    private final DurableLog log;
    private final Delivery delivery;
    private final long countUpTo;
    private final long bytesUpTo;
    private volatile int state;

    /** Where its message is stored, 0 if in the entry; set before it is taken. */
    private long messageId;

    /** Whether it is in the database; on the shard. */
    private boolean stored;

    /** Whether it is sent and not acknowledged; on the shard. */
    private boolean underWay;

    private QueueEntry(DurableLog log, Delivery delivery, long countUpTo, long bytesUpTo) {
        this.log = log;
        this.delivery = delivery;
        this.countUpTo = countUpTo;
        this.bytesUpTo = bytesUpTo;
    }

    /** One that is to be written. */
    static QueueEntry toWrite(DurableLog log, Delivery delivery, long countUpTo, long bytesUpTo) {
        return new QueueEntry(log, delivery, countUpTo, bytesUpTo);
    }

    /** One that was read. */
    static QueueEntry stored(DurableLog log, Delivery delivery, EntryRecord record) {
        QueueEntry entry = new QueueEntry(log, delivery, record.countUpTo(), record.bytesUpTo());
        entry.state = TAKEN;
        entry.stored = true;
        entry.messageId = record.messageId();
        return entry;
    }

    DurableLog log() {
        return log;
    }

    Delivery delivery() {
        return delivery;
    }

    long sequence() {
        return delivery.sequence();
    }

    long countUpTo() {
        return countUpTo;
    }

    long bytesUpTo() {
        return bytesUpTo;
    }

    byte[] key() {
        return Keys.queue(log.number(), delivery.sequence());
    }

    long messageId() {
        return messageId;
    }

    void messageId(long id) {
        messageId = id;
    }

    /** Whether the writer may write it; from now on it cannot be cancelled. */
    boolean take() {
        return STATE.compareAndSet(this, WAITING, TAKEN);
    }

    /** Whether it is not going to be written; false if the writer has taken it. */
    boolean cancel() {
        return STATE.compareAndSet(this, WAITING, CANCELLED);
    }

    boolean isCancelled() {
        return state == CANCELLED;
    }

    boolean isStored() {
        return stored;
    }

    void markStored() {
        stored = true;
    }

    /** It could not be written, and its message neither. */
    void markFailed() {
        messageId = 0;
    }

    boolean isUnderWay() {
        return underWay;
    }

    void underWay(boolean sent) {
        underWay = sent;
    }
}
