package io.godwit.broker.connection;

import io.godwit.broker.limits.MemoryBudget;

/**
 * Counts the bytes of a packet whose end has not come, which the wire keeps. On the connection's
 * loop only.
 */
final class Arriving {

    /** Bytes of a packet that may come in pieces however many others do. */
    private static final int ALWAYS_KEPT = 4096;

    private int bytes;

    /**
     * Notes how many bytes are kept now.
     *
     * @return false if they have become more than there is memory for
     */
    boolean count(int now, MemoryBudget.Account budget) {
        int more = now - bytes;
        if (more == 0) {
            return true;
        }
        bytes = now;
        budget.take(more);
        return more < 0 || now <= ALWAYS_KEPT || !budget.isFull();
    }
}
