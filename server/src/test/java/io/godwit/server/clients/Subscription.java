package io.godwit.server.clients;

import org.jspecify.annotations.Nullable;

/** What a client asks for in SUBSCRIBE; everything after the QoS is MQTT 5's. */
record Subscription(
        String filter,
        int qos,
        boolean noLocal,
        boolean retainAsPublished,
        int retainHandling,
        @Nullable Integer subscriptionId) {

    static Subscription to(String filter, int qos) {
        return new Subscription(filter, qos, false, false, 0, null);
    }

    Subscription withoutLocal() {
        return new Subscription(
                filter, qos, true, retainAsPublished, retainHandling, subscriptionId);
    }

    Subscription retainingAsPublished() {
        return new Subscription(filter, qos, noLocal, true, retainHandling, subscriptionId);
    }

    Subscription withRetainHandling(int handling) {
        return new Subscription(filter, qos, noLocal, retainAsPublished, handling, subscriptionId);
    }

    Subscription withId(int id) {
        return new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling, id);
    }

    /** Whether the MQTT 5 subscription options say anything else than their defaults. */
    boolean hasV5Options() {
        return noLocal || retainAsPublished || retainHandling != 0;
    }
}
