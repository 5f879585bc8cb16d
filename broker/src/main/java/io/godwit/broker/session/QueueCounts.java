package io.godwit.broker.session;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;

/** What becomes of the counts when a queue is not as it was counted. */
public final class QueueCounts {

    private QueueCounts() {}

    /**
     * Messages that were counted in a queue are not there, as {@link
     * io.godwit.broker.spi.SessionLog.Owner#missing} tells it; on the loop of the counters.
     */
    public static void missing(Counters counters, int messages, long bytes) {
        if (messages > 0) {
            counters.unqueued(messages, 0);
            counters.add(Counter.DROPPED_UNREADABLE, messages);
        } else {
            counters.queued(-messages, 0);
            counters.add(Counter.COPIES_RECOVERED, -messages);
        }
        counters.unqueued(0, bytes);
    }
}
