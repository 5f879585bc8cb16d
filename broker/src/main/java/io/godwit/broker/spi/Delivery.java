package io.godwit.broker.spi;

import org.jspecify.annotations.Nullable;

/**
 * An Application Message on its way to one session.
 *
 * @param qos the QoS of this delivery: the lower of published and granted [v5 MQTT-3.8.4-8]
 * @param retain the RETAIN flag of this delivery
 * @param subscriptionIds the identifiers of all subscriptions that matched, perhaps none
 * @param share the shared subscription that chose this session, or null
 * @param sequence the order of deliveries within the session
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
}
