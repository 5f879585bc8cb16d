package io.godwit.broker.connection;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.limits.ConnectRate;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.routing.Router;
import io.godwit.broker.session.Sessions;
import io.godwit.broker.shard.Homes;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.ShardStore;
import io.godwit.broker.trace.Tracing;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.TopicCache;
import java.util.List;
import org.slf4j.Logger;

/**
 * The broker as the connections on one shard see it. {@link #sessions}, {@link #topics}, {@link
 * #writer}, {@link #budget}, {@link #arriving} and {@link #log} belong to the shard's loop; the
 * rest is shared by all.
 *
 * @param all the same for every shard, in their order
 * @param arriving counts the bytes of packets whose end has not come
 */
public record ShardBroker(
        Shard shard,
        Sessions sessions,
        TopicCache topics,
        PublishWriter writer,
        MemoryBudget.Account budget,
        MemoryBudget.Account arriving,
        LogGate log,
        Limits limits,
        Router router,
        ShardStore store,
        AccessControl access,
        Homes homes,
        ConnectRate connectRate,
        Protection protection,
        Tracing tracing,
        List<ShardBroker> all) {

    /** Slots of a shard's topic cache. */
    public static final int TOPIC_CACHE_SLOTS = 1 << 13;

    /** Writes a line about a client, unless there are too many; on the shard's loop. */
    public void tell(Logger to, String line, Object... arguments) {
        if (log.admit(shard.now())) {
            long suppressed = log.takeSuppressed();
            if (suppressed > 0) {
                to.info("{} lines about clients were left out of the log", suppressed);
            }
            to.info(line, arguments);
        }
    }

    /** The part of the broker where the session of a Client Identifier lives. */
    ShardBroker homeOf(String clientId) {
        return all.get(homes.of(clientId));
    }
}
