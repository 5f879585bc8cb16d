package io.godwit.client;

import io.godwit.codec.PacketException;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to make (§3.8).
 *
 * @param request what is asked of the server
 * @param handler takes its messages; null if {@link MqttClient#onMessage}'s handlers do. It is found by the Subscription
 *     Identifier where the server has them, else by the filter
 * @param manualAcknowledgement whether its messages are acknowledged by {@link ReceivedMessage#acknowledge} only
 */
public record Subscription(
        SubscriptionRequest request, @Nullable MessageHandler handler, boolean manualAcknowledgement) {

    /**
     * A builder for a subscription to a filter, {@code $share/NAME/FILTER} included, at QoS 2 until another is set.
     *
     * @throws IllegalArgumentException if it is no Topic Filter
     */
    public static Builder to(String filter) {
        try {
            return new Builder(TopicFilter.of(filter));
        } catch (PacketException wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    /** Collects a subscription; one thread at a time. */
    public static final class Builder {
        private final TopicFilter filter;
        private int qos = 2;
        private boolean noLocal;
        private boolean retainAsPublished;
        private RetainHandling retainHandling = RetainHandling.SEND;
        private @Nullable MessageHandler handler;
        private boolean manual;

        private Builder(TopicFilter filter) {
            this.filter = filter;
        }

        /** The most that messages come at, 0 to 2. */
        public Builder qos(int value) {
            qos = value;
            return this;
        }

        /** Whether the client's own messages stay away (version 5). */
        public Builder noLocal(boolean value) {
            noLocal = value;
            return this;
        }

        /** Whether the retain flag is the publisher's (version 5). */
        public Builder retainAsPublished(boolean value) {
            retainAsPublished = value;
            return this;
        }

        /** Whether retained messages come at once (version 5). */
        public Builder retainHandling(RetainHandling value) {
            retainHandling = value;
            return this;
        }

        /** Who takes its messages. */
        public Builder handler(MessageHandler value) {
            handler = value;
            return this;
        }

        /** Whether its messages are acknowledged by {@link ReceivedMessage#acknowledge} only. */
        public Builder manualAcknowledgement(boolean value) {
            manual = value;
            return this;
        }

        /** The subscription. */
        public Subscription build() {
            return new Subscription(
                    new SubscriptionRequest(filter, qos, noLocal, retainAsPublished, retainHandling),
                    handler,
                    manual);
        }
    }
}
