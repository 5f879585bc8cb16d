package io.godwit.broker.connection;

import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.shard.Counter;
import io.godwit.codec.ReasonCode;

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
    private boolean count(int now, MemoryBudget.Account budget) {
        int more = now - bytes;
        if (more == 0) {
            return true;
        }
        bytes = now;
        budget.take(more);
        return more < 0 || now <= ALWAYS_KEPT || !budget.isFull();
    }

    /** Counts what the wire keeps: a packet that has come in part, or all behind a CONNECT. */
    void keeps(Connection connection, int rest) {
        int incomplete = connection.reading().isPaused() ? 0 : rest; // else whole packets wait
        if (count(incomplete, connection.here().arriving())) {
            return;
        }
        String why = "too many large packets arrive at once for limits.memory";
        if (connection.phase() == Phase.DECIDING) { // and soon on another shard
            connection.shard().counters().increment(Counter.CONNECTIONS_OVER_MEMORY);
            connection.reject(ReasonCode.QUOTA_EXCEEDED, why);
        } else {
            connection.shard().control(() -> connection.close(ReasonCode.QUOTA_EXCEEDED, why));
        }
    }
}
