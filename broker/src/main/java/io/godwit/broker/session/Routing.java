package io.godwit.broker.session;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.codec.SubscriptionRequest;

/** What a session needs of the routing: to be found by it, and to publish its will. */
public interface Routing {

    /**
     * Makes a subscription, in force when this returns; on the session's shard.
     *
     * @param subscriptionId 1 to 268,435,455, or 0 for none
     */
    Subscription subscribe(Session session, SubscriptionRequest request, int subscriptionId);

    /** Takes a subscription back; on the session's shard. */
    void unsubscribe(Subscription subscription);

    /** Publishes a message; on the loop of {@code from}. */
    void publish(Message message, Shard from);
}
