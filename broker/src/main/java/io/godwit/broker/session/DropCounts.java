package io.godwit.broker.session;

import io.godwit.broker.shard.Counters;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many messages one session missed, by reason; the first of each reason is logged. On the
 * session's shard only.
 */
final class DropCounts {

    private static final Logger LOG = LoggerFactory.getLogger(DropCounts.class);

    private final String clientId;
    private final Counters counters;
    private long @Nullable [] counts;

    DropCounts(String clientId, Counters counters) {
        this.clientId = clientId;
        this.counters = counters;
    }

    /** Counts a message on this topic, here and for the whole broker. */
    void count(DropReason reason, TopicName topic) {
        counters.increment(reason.counter());
        if (counts == null) {
            counts = new long[DropReason.values().length];
        }
        if (counts[reason.ordinal()]++ == 0) {
            LOG.warn(
                    "client {} misses a message on {}: {}; more of the kind are counted only",
                    Utf8.quote(clientId),
                    Utf8.quote(topic.bytes()),
                    reason.words());
        }
    }

    /** How many were missed for this reason. */
    long of(DropReason reason) {
        return counts == null ? 0 : counts[reason.ordinal()];
    }
}
