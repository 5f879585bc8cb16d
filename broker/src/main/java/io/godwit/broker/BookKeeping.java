package io.godwit.broker;

import io.godwit.broker.control.Books;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes the books out of the counts of a shard. */
final class BookKeeping {

    private static final String DROPPED = "DROPPED_";

    /** Why copies end without their client. */
    private static final Set<Counter> REASONS =
            EnumSet.range(Counter.DROPPED_QUEUE_FULL, Counter.DROPPED_UNREADABLE);

    static final Books EMPTY = new Books(0, 0, 0, 0, 0, 0, 0, Map.of());

    private BookKeeping() {}

    /** The books of a shard; they balance if this is called on its loop. */
    static Books of(Counters counters) {
        Map<String, Long> dropped = new LinkedHashMap<>();
        for (Counter reason : REASONS) {
            dropped.put(label(reason), counters.get(reason));
        }
        long flowsCompleted = counters.get(Counter.FLOWS_COMPLETED);
        return new Books(
                counters.get(Counter.COPIES_ROUTED),
                counters.get(Counter.COPIES_OF_WILLS),
                counters.get(Counter.COPIES_RETAINED),
                counters.get(Counter.COPIES_RECOVERED),
                counters.sent().publish(0) + flowsCompleted,
                counters.get(Counter.FLOWS_STARTED)
                        - flowsCompleted
                        - counters.get(Counter.FLOWS_GIVEN_UP),
                counters.get(Counter.MESSAGES_QUEUED) - counters.get(Counter.MESSAGES_UNQUEUED),
                dropped);
    }

    /** Such as {@code queue_full}. */
    private static String label(Counter reason) {
        return reason.name().substring(DROPPED.length()).toLowerCase(Locale.ROOT);
    }
}
