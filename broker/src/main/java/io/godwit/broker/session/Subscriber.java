package io.godwit.broker.session;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;

/**
 * What a matching Topic Filter leads to: a subscription, several of one session, or a shared one.
 */
public interface Subscriber {

    /** The shard on whose loop messages are delivered to it. */
    Shard home();

    /**
     * Whether a message at QoS 1 or 2 would find a full queue now; from any thread.
     *
     * @param wallMillis the wall clock
     */
    boolean isFull(long wallMillis);

    /** Whether a message at QoS 1 or 2 has to be stored for it; from any thread. */
    boolean isKept();

    /** Delivers a message that matched; on its home shard's loop only. */
    void deliver(Message message);
}
