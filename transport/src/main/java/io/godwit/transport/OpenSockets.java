package io.godwit.transport;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the accepted sockets that are open, and bounds them. Safe from any thread. */
final class OpenSockets {

    private final int limit;
    private final AtomicInteger open = new AtomicInteger();

    OpenSockets(int limit) {
        this.limit = limit;
    }

    /** Counts one more, unless the limit is reached. */
    boolean tryOpen() {
        if (open.incrementAndGet() <= limit) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    void closed() {
        if (open.decrementAndGet() == 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /**
     * Waits until none is open.
     *
     * @return false if some were still open after that time
     */
    synchronized boolean awaitNone(Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        long left = within.toMillis();
        while (open.get() > 0 && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return open.get() == 0;
    }

    int limit() {
        return limit;
    }

    int count() {
        return open.get();
    }
}
