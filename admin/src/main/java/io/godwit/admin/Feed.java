package io.godwit.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for the reader of a stream, up to a limit; what comes beyond it is dropped and
 * counted, so that a slow reader costs no more memory than that. Any thread may offer, and is never
 * held up; one takes.
 */
final class Feed<T> {

    /** Elements that wait at most. */
    static final int MOST = 1_000;

    /** Bytes of elements from which on no other is taken. */
    static final long MOST_BYTES = 4_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private List<T> waiting = new ArrayList<>();
    private long bytes;
    private long dropped;

    /**
     * What a reader gets at once.
     *
     * @param dropped how many were dropped before these
     */
    record Taken<T>(List<T> elements, long dropped) {}

    /** Adds an element that holds so many bytes, or drops it. */
    void offer(T element, long size) {
        lock.lock();
        try {
            if (waiting.size() >= MOST || bytes >= MOST_BYTES) {
                dropped++;
                return;
            }
            waiting.add(element);
            bytes += size;
            if (waiting.size() == 1) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, and takes all of it. */
    Taken<T> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                filled.await();
            }
            Taken<T> taken = new Taken<>(waiting, dropped);
            waiting = new ArrayList<>();
            bytes = 0;
            dropped = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
