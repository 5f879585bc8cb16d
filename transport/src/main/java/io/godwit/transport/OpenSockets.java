package io.godwit.transport;

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
        open.decrementAndGet();
    }

    int limit() {
        return limit;
    }

    int count() {
        return open.get();
    }
}
