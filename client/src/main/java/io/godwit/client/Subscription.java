package io.godwit.client;

import io.godwit.codec.PacketException;
import io.godwit.codec.PacketType;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.RetainHandling;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.UserProperty;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to make (§3.8).
 *
 * @param request what is asked of the server
 * @param properties go along in the SUBSCRIBE that makes it, and in each that makes it anew: User
 *     Properties and one Subscription Identifier. A SUBSCRIBE for several subscriptions has the
 *     properties of all. Not sent before version 5
 * @param handler takes its messages; null if {@link MqttClient#onMessage}'s handlers do. It is
 *     found by the Subscription Identifier where the server has them, else by the filter
 * @param manualAcknowledgement whether its messages are acknowledged by {@link
 *     ReceivedMessage#acknowledge} only
 */
public record Subscription(
        SubscriptionRequest request,
        Properties properties,
        @Nullable MessageHandler handler,
        boolean manualAcknowledgement) {

    /** Refuses properties that a SUBSCRIBE does not have, with an IllegalArgumentException. */
    public Subscription {
        for (int i = 0; i < properties.size(); i++) {
            if (!properties.key(i).isAllowedIn(PacketType.SUBSCRIBE)) {
                throw new IllegalArgumentException(
                        "SUBSCRIBE has no property " + properties.key(i));
            }
        }
        if (properties.all(Property.SUBSCRIPTION_IDENTIFIER).size() > 1) {
            throw new IllegalArgumentException(
                    "the subscription to %s has several identifiers, and SUBSCRIBE takes one"
                            .formatted(request.filter()));
        }
    }

    /** A subscription without properties. */
    public Subscription(
            SubscriptionRequest request,
            @Nullable MessageHandler handler,
            boolean manualAcknowledgement) {
        this(request, Properties.NONE, handler, manualAcknowledgement);
    }

    /**
     * A builder for a subscription to a filter, {@code $share/NAME/FILTER} included, at QoS 2 until
     * another is set.
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
        private final Properties.Builder properties = Properties.builder();
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

        /** One more User Property of the SUBSCRIBE (version 5). */
        public Builder userProperty(String name, String value) {
            properties.add(Property.USER_PROPERTY, new UserProperty(name, value));
            return this;
        }

        /**
         * The Subscription Identifier that its messages carry ({@link
         * ReceivedMessage#subscriptionIds}), 1 to 268,435,455 (version 5); set once at most. The
         * client gives one to subscriptions that say none: it counts up from 1 and passes over
         * those that are in use. Subscribing fails if it is one of these, and where the server has
         * no identifiers.
         */
        public Builder identifier(int value) {
            properties.add(Property.SUBSCRIPTION_IDENTIFIER, value);
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

        /**
         * The subscription.
         *
         * @throws IllegalArgumentException if it was given several identifiers
         */
        public Subscription build() {
            return new Subscription(
                    new SubscriptionRequest(
                            filter, qos, noLocal, retainAsPublished, retainHandling),
                    properties.build(),
                    handler,
                    manual);
        }
    }
}
