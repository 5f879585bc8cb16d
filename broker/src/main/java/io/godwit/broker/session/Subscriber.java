package io.godwit.broker.session;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
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

    /**
     * Delivers a message that matched; on its home shard's loop only.
     *
     * @return whether that is a copy of the message, which whoever calls this counts
     */
    boolean deliver(Message message);

    /**
     * Delivers a message to all of them and counts the copies.
     *
     * @param counters those of their home shard, on whose loop this is called
     */
    static void deliver(Message message, Subscriber[] all, Counters counters) {
        int copies = 0;
        try {
            for (Subscriber each : all) {
                copies += each.deliver(message) ? 1 : 0;
            }
        } finally {
            Counter origin = message.isWill() ? Counter.COPIES_OF_WILLS : Counter.COPIES_ROUTED;
            counters.add(origin, copies);
        }
    }
}
