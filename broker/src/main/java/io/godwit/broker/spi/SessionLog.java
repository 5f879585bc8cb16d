package io.godwit.broker.spi;

import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Will;
import org.jspecify.annotations.Nullable;

/**
 * The kept state of one session (§4.1). The session tells it every change, in order, and takes its
 * queue from it; {@link SessionStore#whenStored} tells when the changes are safe. Only the
 * session's shard calls it.
 */
public interface SessionLog {

    /**
     * The session belongs to a new connection.
     *
     * @param expiryInterval seconds, as in CONNECT
     */
    void connected(long expiryInterval, @Nullable Will will);

    /**
     * Its connection has closed.
     *
     * @param expiryInterval seconds, as in CONNECT or changed by DISCONNECT
     */
    void disconnected(long expiryInterval);

    /** The will was published or discarded. */
    void willGone();

    /** A subscription was made or replaced; an identifier of 0 means none. */
    void subscribed(SubscriptionRequest request, int subscriptionId);

    /** A subscription was removed. */
    void unsubscribed(TopicFilter filter);

    /** Puts a message at the end of the queue. */
    void append(Delivery delivery);

    /** The message at the head of the queue, or null. */
    @Nullable Delivery peek();

    /** Takes the message at the head of the queue; null when there is none. */
    @Nullable Delivery poll();

    /** How many messages are queued. */
    int queued();

    /** A message was taken from the queue, or never queued, and sent under a packet identifier. */
    void sent(Delivery delivery, int packetId);

    /** PUBREC was received: from now on PUBREL is sent again instead of PUBLISH. */
    void received(int packetId);

    /** The flow of a packet identifier has ended. */
    void completed(int packetId);

    /** A QoS 2 message was accepted under a packet identifier of the client. */
    void accepted(int packetId);

    /** PUBREL was received for it. */
    void released(int packetId);

    /** The session has ended: nothing of it is kept. */
    void deleted();
}
