package io.godwit.client;

import io.godwit.codec.Properties;
import java.util.concurrent.Flow;

/** A client with streams. Safe from any thread. */
public interface FlowClient {

    /**
     * Messages of a subscription, which is made when it is subscribed to, and ended when that is
     * cancelled. A message is acknowledged when its {@code onNext} has returned (unless the
     * subscription says manual), and is not given before it was requested: what nobody requests is
     * bounded by Receive Maximum. The stream goes over reconnects; it ends when the client is
     * closed, or another subscription to the filter takes its place, or the filter is unsubscribed
     * from, and fails if the server refuses the subscription, also when it is made anew.
     */
    default Flow.Publisher<ReceivedMessage> subscribe(Subscription subscription) {
        return subscribe(subscription, Properties.NONE);
    }

    /**
     * As {@link #subscribe(Subscription)}.
     *
     * @param unsubscribing properties of the UNSUBSCRIBE that ends it: User Properties. Not sent
     *     before version 5
     */
    Flow.Publisher<ReceivedMessage> subscribe(Subscription subscription, Properties unsubscribing);

    /**
     * Messages that match a filter, whatever subscription they come by; as {@link
     * MqttClient#onMessage}.
     */
    Flow.Publisher<ReceivedMessage> messages(String filter);

    /**
     * Publishes what comes, requesting no more than have room: at most {@code inFlight} are
     * unacknowledged at a time. The returned stream gives each outcome in the order of
     * acknowledgement, and fails with the first failure.
     *
     * @param inFlight 1 or more
     */
    Flow.Publisher<Published> publish(Flow.Publisher<Message> messages, int inFlight);
}
