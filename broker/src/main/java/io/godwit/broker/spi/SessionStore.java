package io.godwit.broker.spi;

import io.godwit.broker.shard.Shard;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps what outlives a connection. Safe from any thread. */
public interface SessionStore extends AutoCloseable {

    /** The store as one shard sees it; always the same object for a shard. */
    ShardStore on(Shard shard);

    /**
     * Finds what was kept when the store was closed, or its process ended. Called once, before the
     * first shard runs.
     *
     * @param sessions is given each session that had not ended
     * @param retained is given each retained message that has not been removed
     */
    void recover(Consumer<RecoveredSession> sessions, Consumer<Message> retained);

    /** Does what is due from time to time: called each second, from any thread. */
    void tick();

    /**
     * What there is to say about it, by names as they stand below {@code $SYS/broker/store/}; from
     * any thread.
     */
    Map<String, String> figures();

    /** Stores what is left and closes. */
    @Override
    void close();
}
