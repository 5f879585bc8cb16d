package io.godwit.broker.session;

import io.godwit.broker.limits.LogGate;
import io.godwit.broker.shard.Shard;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many messages one session missed, by reason; the first of each reason is logged. On the
 * session's shard only.
 */
final class DropCounts {

    private static final Logger LOG = LoggerFactory.getLogger(DropCounts.class);

    private final String clientId;
    private final Shard shard;
    private final LogGate log;
    private final Troubles troubles;
    private final long[] counts = new long[DropReason.values().length];

    DropCounts(String clientId, Session.Surroundings surroundings) {
        this.clientId = clientId;
        this.shard = surroundings.shard();
        this.log = surroundings.log();
        this.troubles = surroundings.troubles();
    }

    /** Counts a message on this topic, here and for the whole broker. */
    void count(DropReason reason, TopicName topic) {
        shard.counters().increment(reason.counter());
        boolean isFirst = counts[reason.ordinal()]++ == 0;
        if (isFirst) {
            troubles.note(clientId, shard.wallMillis(), "misses messages: " + reason.words());
        }
        boolean isLogged = reason == DropReason.NOT_AUTHORIZED; // by topic, with the rule
        if (isFirst && !isLogged && log.admit(shard.now())) {
            long suppressed = log.takeSuppressed();
            if (suppressed > 0) {
                LOG.warn(
                        "{} more clients miss messages; see $SYS/broker/publish/messages/dropped",
                        suppressed);
            }
            LOG.warn(
                    "client {} misses a message on {}: {}; more of the kind are counted only",
                    Utf8.quote(clientId),
                    Utf8.quote(topic.bytes()),
                    reason.words());
        }
    }

    /** How many were missed for this reason. */
    long of(DropReason reason) {
        return counts[reason.ordinal()];
    }
}
