package io.godwit.broker.spi;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Will;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kept state of one session (§4.1). The session tells it every change, in order, and takes its
 * queue from it; {@link ShardStore#whenStored} tells when the changes are safe. Only the session's
 * shard calls it.
 */
public interface SessionLog {

    /** The session, as its log sees it. */
    interface Owner {

        /** {@link #peek} may return more than before. */
        void readable();

        /** The shared subscription of a filter that the session is a member of, or null. */
        @Nullable Share share(TopicFilter filter);

        /** A message is held in memory for the session. */
        void hold(Message message);

        /** It no longer is. */
        void letGo(Message message);

        /** Whether no more messages should be read into memory than have to be. */
        boolean isMemoryFull();

        /** A message that had been appended could not be stored, and is no longer in the queue. */
        void lost(Delivery delivery);

        /**
         * Messages that were counted in the queue turned out not to be in the store, or not to be
         * readable.
         *
         * @param messages how many; negative where there are more than were counted
         * @param bytes by how many {@link #queuedBytes} is less
         */
        void missing(int messages, long bytes);

        /** A message that was to be handed over could not be, and is in the queue again. */
        void returned(Delivery delivery);
    }

    /**
     * A flow that was under way when the process ended.
     *
     * @param delivery null where PUBREC had been received, so that PUBREL is to be sent again
     */
    record Flow(int packetId, long sequence, @Nullable Delivery delivery) {}

    /**
     * Whether it outlives the connection and the process. Messages at QoS 2 are then sent only when
     * their packet identifier is stored.
     */
    boolean isKept();

    /** To whom the session belongs, null for nobody; stored with the next {@link #connected}. */
    void ownedBy(@Nullable SessionOwner newOwner);

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

    /** The will was discarded. */
    void willGone();

    /** The will is published as this message, with which the change is stored. */
    void willPublished(Message message);

    /** A subscription was made or replaced; an identifier of 0 means none. */
    void subscribed(SubscriptionRequest request, int subscriptionId);

    /** A subscription was removed. */
    void unsubscribed(TopicFilter filter);

    /** Puts a message at the end of the queue, held in memory or not, as the log decides. */
    void append(Delivery delivery);

    /**
     * The message at the head of the queue; null if there is none, or none that may be taken yet,
     * of which {@link Owner#readable} tells.
     */
    @Nullable Delivery peek();

    /** The message at the head of the queue, read at once wherever it is; null if there is none. */
    @Nullable Delivery head();

    /**
     * Takes the message at the head of the queue, which {@link #peek} or {@link #head} returned; it
     * stays held in memory. {@link #sent}, {@link #dropped} or {@link #handedOver} is to follow.
     */
    Delivery poll();

    /** How many messages are queued. */
    int queued();

    /** The sum of their {@link Message#size}. */
    long queuedBytes();

    /** A message was taken from the queue, or never queued, and gets a packet identifier. */
    void sent(Delivery delivery, int packetId);

    /** A message was taken from the queue and is given up. */
    void dropped(Delivery delivery);

    /** A message was taken from the queue, and passes to others with the storing of this one. */
    void handedOver(Delivery delivery, Message message);

    /** PUBREC was received: from now on PUBREL is sent again instead of PUBLISH. */
    void received(int packetId);

    /** The flow of a packet identifier has ended. */
    void completed(int packetId);

    /** A QoS 2 message was accepted under a packet identifier; the two are stored together. */
    void accepted(int packetId, Message message);

    /** PUBREL was received for it. */
    void released(int packetId);

    /**
     * Reads back the flows that were under way when the process ended; what is appended meanwhile
     * waits in the queue.
     *
     * @param then called once, perhaps within this call
     */
    void resume(Consumer<List<Flow>> then);

    /** The session has ended: nothing of it is kept. */
    void deleted();
}
