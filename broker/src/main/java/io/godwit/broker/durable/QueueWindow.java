package io.godwit.broker.durable;

import io.godwit.broker.spi.Delivery;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a session, of which only two ends are in memory: the head, as far as it was read or
 * never left memory, and the tail that is not in the database yet. What lies between is in the
 * database only. On the session's shard only.
 */
final class QueueWindow {

    /** Entries at the head that are held for a client that takes them. */
    static final int MOST = 192;

    private final DurableLog log;
    private final ArrayDeque<QueueEntry> head = new ArrayDeque<>(0);
    private final ArrayDeque<QueueEntry> tail = new ArrayDeque<>(0);
    private int between;

    /** The sequence from which on what lies between is to be read. */
    private long readFrom;

    /** While entries are read: the sequence of the first that did not lie between at its start. */
    private long readBelow = Long.MAX_VALUE;

    /** How many have come to lie between since then. */
    private int leftSince;

    private long bytes;

    /** Whether the head is kept ready in memory. */
    private boolean inUse;

    QueueWindow(DurableLog log) {
        this.log = log;
    }

    /** Starts with a queue that is in the database. */
    void restore(long from, int entries, long size) {
        readFrom = from;
        between = entries;
        bytes = size;
    }

    int size() {
        return head.size() + between + tail.size();
    }

    long bytes() {
        return bytes;
    }

    /** How many entries are in the database only. */
    int between() {
        return between;
    }

    boolean isInUse() {
        return inUse;
    }

    /** Somebody is going to take entries. */
    void use() {
        inUse = true;
    }

    /** Nobody takes entries for now: what is in the database need not be in memory. */
    void rest() {
        inUse = false;
        if (between == 0) {
            while (!head.isEmpty()) {
                tail.addFirst(head.removeLast());
            }
            settleTail();
        } else {
            while (!head.isEmpty() && head.peekLast().isStored()) {
                leave(head.removeLast());
            }
        }
    }

    /** Adds an entry that is to be written. */
    void append(QueueEntry entry) {
        bytes += entry.delivery().message().size();
        log.owner().hold(entry.delivery().message());
        if (between == 0 && tail.isEmpty() && inUse && head.size() < MOST) {
            head.addLast(entry);
        } else {
            tail.addLast(entry);
        }
        readBelow = Math.min(readBelow, entry.sequence());
    }

    /** The first entry if it is in memory; what is not between the ends moves up. */
    @Nullable QueueEntry first() {
        if (head.isEmpty() && between == 0 && !tail.isEmpty()) {
            head.addLast(tail.removeFirst());
        }
        return head.peekFirst();
    }

    /** Takes the first entry, which {@link #first} returned; it stays held in memory. */
    QueueEntry take() {
        QueueEntry taken = head.removeFirst();
        bytes -= taken.delivery().message().size();
        if (bytes != 0 && size() == 0) { // counted for entries that turned out to be damaged
            log.owner().missing(0, bytes);
            bytes = 0;
        }
        return taken;
    }

    /** Puts an entry back in its place that was taken. */
    void putBack(QueueEntry entry) {
        ArrayDeque<QueueEntry> older = new ArrayDeque<>(0);
        while (!head.isEmpty() && head.peekFirst().sequence() < entry.sequence()) {
            older.push(head.removeFirst());
        }
        head.addFirst(entry);
        older.forEach(head::addFirst);
        bytes += entry.delivery().message().size();
        log.owner().hold(entry.delivery().message());
    }

    /** Entries at the end of the queue have come into the database. */
    void settleTail() {
        QueueEntry first;
        while ((first = tail.peekFirst()) != null && first.isStored()) {
            tail.removeFirst();
            if (between == 0 && inUse && head.size() < MOST) {
                head.addLast(first);
            } else {
                leave(first);
            }
        }
    }

    private void leave(QueueEntry entry) {
        readFrom = between == 0 ? entry.sequence() : Math.min(readFrom, entry.sequence());
        between++;
        leftSince++;
        log.owner().letGo(entry.delivery().message());
    }

    /** Takes an entry out that could not be written. */
    boolean remove(QueueEntry entry) {
        if (!tail.remove(entry) && !head.remove(entry)) {
            return false;
        }
        bytes -= entry.delivery().message().size();
        log.owner().letGo(entry.delivery().message());
        return true;
    }

    /** How many more entries are worth reading. */
    int missing() {
        int room = inUse && !log.owner().isMemoryFull() ? MOST : MOST / 8;
        return Math.min(between, room - head.size());
    }

    /** Whether entries should be read, so that the head does not run out. */
    boolean isLow() {
        return between > 0 && head.size() <= MOST / 4;
    }

    /** The sequence from which on entries are to be read, inclusive. */
    long readFrom() {
        return readFrom;
    }

    /** The sequence of the first entry that is not to be read. */
    long readBelow() {
        return tail.isEmpty() ? Delivery.AHEAD : tail.peekFirst().sequence();
    }

    /** What lies between is going to be read; meanwhile more entries may come and leave. */
    void startReading() {
        readBelow = readBelow();
        leftSince = 0;
    }

    /**
     * Takes in what was read behind the head. Entries that were not there when reading started are
     * in memory, or have left it since: they are not taken in.
     *
     * @param upTo the sequence of the last one, or of one behind it that was damaged
     * @param complete whether there is nothing behind them before the tail
     */
    void read(List<QueueEntry> entries, long upTo, boolean complete) {
        readFrom = Math.min(upTo + 1, readBelow);
        int counted = size();
        long countedBytes = bytes;
        int taken = 0;
        for (QueueEntry entry : entries) {
            if (entry.sequence() < readBelow) {
                log.owner().hold(entry.delivery().message());
                head.addLast(entry);
                taken++;
            }
        }
        boolean all = complete || upTo >= readBelow;
        between = all ? leftSince : Math.max(1 + leftSince, between - taken);
        if (between == 0) {
            settleTail();
        }
        if (head.isEmpty() && tail.isEmpty() && between == 0) {
            bytes = 0; // what was counted for entries that turned out to be damaged
        }
        if (size() != counted || bytes != countedBytes) {
            log.owner().missing(counted - size(), countedBytes - bytes);
        }
    }

    /** All that is in memory. */
    void forEach(Consumer<QueueEntry> each) {
        head.forEach(each);
        tail.forEach(each);
    }

    /** Empties it, and lets go of what is in memory. */
    void clear() {
        forEach(entry -> log.owner().letGo(entry.delivery().message()));
        head.clear();
        tail.clear();
        between = 0;
        bytes = 0;
    }

    /** The delivery at the head if it may be taken now. */
    @Nullable Delivery takeable(boolean onlyStored) {
        QueueEntry first = first();
        if (first == null) {
            return null;
        }
        boolean waits = !first.isStored() && (onlyStored || first.delivery().qos() == 2);
        return waits ? null : first.delivery();
    }
}
