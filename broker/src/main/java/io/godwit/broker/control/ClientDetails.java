package io.godwit.broker.control;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an administrator can see of one client.
 *
 * @param queuedBytes what its queue holds
 * @param will what is published if it goes without DISCONNECT; or null
 * @param subscriptions as many as a page has
 * @param troubles what went wrong with it last, the latest first
 */
public record ClientDetails(
        ClientState client,
        long queuedBytes,
        @Nullable WillState will,
        List<SubscriptionState> subscriptions,
        List<Trouble> troubles) {

    /** Copies the lists. */
    public ClientDetails {
        subscriptions = List.copyOf(subscriptions);
        troubles = List.copyOf(troubles);
    }

    /**
     * A will.
     *
     * @param delay seconds from the end of the connection
     */
    public record WillState(String topic, int qos, boolean retain, long delay) {}

    /**
     * Something that went wrong with a client.
     *
     * @param what in words
     */
    public record Trouble(Instant time, String what) {}
}
