package io.godwit.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for the reader of a stream, up to a limit; what comes beyond it is dropped and
 * counted, so that a slow reader costs no more memory than that. Any thread may offer, and is never
 * held up; one takes and closes.
 */
final class Feed<T> implements AutoCloseable {

    /** Elements that wait at most. */
    static final int MOST = 1_000;

    /** Bytes of elements from which on no other is taken. */
    static final long MOST_BYTES = 4_000_000;

    private final Room room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private List<T> waiting = new ArrayList<>();
    private long bytes;
    private long dropped;

    /** Bytes of what was taken last, which its reader holds until it takes again. */
    private long taken;

    private boolean isClosed;

    /**
     * What several feeds may hold together.
     *
     * @param held bytes that they hold
     * @param most bytes from which on none of them takes another element
     */
    record Room(AtomicLong held, long most) {

        /** Empty, with so many bytes. */
        Room(long most) {
            this(new AtomicLong(), most);
        }
    }

    /**
     * What a reader gets at once.
     *
     * @param dropped how many were dropped before these
     */
    record Taken<T>(List<T> elements, long dropped) {}

    /** Empty, in a room. */
    Feed(Room room) {
        this.room = room;
    }

    /** Adds an element that holds so many bytes, or drops it. */
    void offer(T element, long size) {
        lock.lock();
        try {
            if (isClosed
                    || waiting.size() >= MOST
                    || bytes >= MOST_BYTES
                    || room.held.get() >= room.most) {
                dropped++;
                return;
            }
            waiting.add(element);
            bytes += size;
            room.held.addAndGet(size);
            if (waiting.size() == 1) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, and takes all of it; what was taken before is let go. */
    Taken<T> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            room.held.addAndGet(-taken);
            taken = 0;
            while (waiting.isEmpty()) {
                filled.await();
            }
            Taken<T> all = new Taken<>(waiting, dropped);
            waiting = new ArrayList<>();
            taken = bytes;
            bytes = 0;
            dropped = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of all, and takes no more. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            room.held.addAndGet(-taken - bytes);
            taken = 0;
            bytes = 0;
            waiting = new ArrayList<>();
        } finally {
            lock.unlock();
        }
    }
}
