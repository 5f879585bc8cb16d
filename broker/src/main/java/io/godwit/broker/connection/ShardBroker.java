package io.godwit.broker.connection;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.limits.ConnectRate;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.routing.Router;
import io.godwit.broker.session.Sessions;
import io.godwit.broker.shard.Homes;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.ShardStore;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.TopicCache;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The broker as the connections on one shard see it. {@link #sessions}, {@link #topics}, {@link
 * #writer}, {@link #budget}, {@link #arriving} and {@link #log} belong to the shard's loop; the
 * rest is shared by all.
 *
 * @param all the same for every shard, in their order
 * @param arriving counts the bytes of packets whose end has not come
 * @param connected connections that have been accepted, on all shards
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
        AtomicInteger connected,
        List<ShardBroker> all) {

    /** Slots of a shard's topic cache. */
    public static final int TOPIC_CACHE_SLOTS = 1 << 13;

    /** The part of the broker where the session of a Client Identifier lives. */
    ShardBroker homeOf(String clientId) {
        return all.get(homes.of(clientId));
    }
}
