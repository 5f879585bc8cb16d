package io.godwit.broker.spi;

import org.jspecify.annotations.Nullable;

/**
 * An Application Message on its way to one session.
 *
 * @param qos the QoS of this delivery: the lower of published and granted [v5 MQTT-3.8.4-8]
 * @param retain the RETAIN flag of this delivery
 * @param subscriptionIds the identifiers of all subscriptions that matched, perhaps none
 * @param share the shared subscription that chose this session, or null
 * @param sequence the order of deliveries within the session, for those that may have to wait in
 *     its queue; {@link #AHEAD} and more for those that never do, which go ahead of the queue
 */
public record Delivery(
        Message message,
        int qos,
        boolean retain,
        int[] subscriptionIds,
        @Nullable Share share,
        long sequence) {

    /** The identifiers of a subscription that has none. */
    public static final int[] NO_IDS = {};

    /** The least {@link #sequence} of deliveries that go ahead of the queue. */
    public static final long AHEAD = 1L << 62;

    /** Whether it never waits in the queue, as a retained message for a new subscription. */
    public boolean isAhead() {
        return sequence >= AHEAD;
    }
}
