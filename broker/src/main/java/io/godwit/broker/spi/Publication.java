package io.godwit.broker.spi;

import io.godwit.broker.shard.Shard;
import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * An Application Message on its way into the store: the message, every reference to it, the
 * retained change and the packet identifier under which it came are stored together or not at all.
 * Several shards add to it; each that will do so is announced by {@link #expectMore} before the one
 * that announces it has {@link #added} its own part. Safe from any thread.
 */
public interface Publication {

    /**
     * Announces one more part; {@link #added} is to follow.
     *
     * @param sessions how many will get a reference with it, for the store to know what comes
     * @return false if the last part was added already: it is too late
     */
    boolean expectMore(int sessions);

    /** A part was added; with the last one it is written. */
    void added();

    /**
     * The message is, or by its empty payload removes, the retained one of its topic.
     *
     * @param before what was retained until now, or null
     */
    void retained(TopicName topic, @Nullable Message before);

    /** Does something on a shard when it is stored; on that shard's loop. */
    void whenStored(Shard shard, Stored then);
}
