package io.godwit.broker.spi;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was stored, or the queue of a shared subscription.
 *
 * @param number what the store knows it by
 * @param name the Client Identifier, or the filter of the shared subscription
 * @param owner to whom it belongs, or null for nobody
 * @param shared whether it is the queue of a shared subscription
 * @param expiryInterval seconds
 * @param disconnectedAt milliseconds of the wall clock, or {@link #CONNECTED}
 * @param subscriptions with their Subscription Identifiers; none for a shared subscription
 * @param unreleased packet identifiers of QoS 2 messages that the client has not released
 * @param queued how many messages wait in its queue
 * @param lastSequence the greatest {@link Delivery#sequence} that was stored, -1 for none
 * @param position where its queue and its flows stand, for the store itself
 */
public record RecoveredSession(
        long number,
        String name,
        @Nullable SessionOwner owner,
        boolean shared,
        long expiryInterval,
        long disconnectedAt,
        @Nullable Will will,
        List<Subscribed> subscriptions,
        List<Integer> unreleased,
        int queued,
        long lastSequence,
        Object position) {

    /** {@link #disconnectedAt} of a session that had a connection. */
    public static final long CONNECTED = -1;

    /** A subscription; an identifier of 0 means none. */
    public record Subscribed(SubscriptionRequest request, int subscriptionId) {}
}
