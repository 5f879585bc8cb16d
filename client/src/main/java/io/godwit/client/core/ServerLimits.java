package io.godwit.client.core;

import io.godwit.client.RequestRefused;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a server has said in CONNACK about what it takes (§3.2.2.3).
 *
 * @param receiveMaximum messages of QoS 1 and 2 under way to it
 * @param keepAlive seconds; 0 is none
 */
record ServerLimits(
        int receiveMaximum,
        int maximumQos,
        boolean retainAvailable,
        long maximumPacketSize,
        int topicAliasMaximum,
        int keepAlive,
        boolean wildcards,
        boolean subscriptionIdentifiers,
        boolean sharedSubscriptions) {

    /**
     * Before version 5 a server cannot say what it takes; some drop what is more than they are set
     * to, which seldom is less.
     */
    private static final int UNTOLD_RECEIVE_MAXIMUM = 20;

    static ServerLimits of(ConnAck connAck, ProtocolVersion version, int ownKeepAlive) {
        Properties said = connAck.properties();
        Boolean one = said.get(Property.MAXIMUM_QOS);
        return new ServerLimits(
                version.isV5()
                        ? said.getOrDefault(Property.RECEIVE_MAXIMUM, 65_535)
                        : UNTOLD_RECEIVE_MAXIMUM,
                one == null ? 2 : one ? 1 : 0,
                said.getOrDefault(Property.RETAIN_AVAILABLE, true),
                Math.min(
                        said.getOrDefault(
                                Property.MAXIMUM_PACKET_SIZE, ClientSettings.LARGEST_PACKET),
                        ClientSettings.LARGEST_PACKET),
                said.getOrDefault(Property.TOPIC_ALIAS_MAXIMUM, 0),
                said.getOrDefault(Property.SERVER_KEEP_ALIVE, ownKeepAlive),
                said.getOrDefault(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, true),
                version.isV5()
                        && said.getOrDefault(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, true),
                said.getOrDefault(Property.SHARED_SUBSCRIPTION_AVAILABLE, true));
    }

    /** Why the server cannot take a message of this size, or null. */
    @Nullable RequestRefused refusal(Outgoing message, int size) {
        if (message.qos() > maximumQos) { // [v5 MQTT-3.2.2-11]
            return refused(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    "the message for %s has QoS %d, and the server takes %d at most"
                            .formatted(message.topic(), message.qos(), maximumQos));
        }
        if (message.message().retain() && !retainAvailable) { // [v5 MQTT-3.2.2-14]
            return refused(
                    ReasonCode.RETAIN_NOT_SUPPORTED,
                    "the message for %s is to be retained, and the server retains none"
                            .formatted(message.topic()));
        }
        if (size > maximumPacketSize) { // [v5 MQTT-3.2.2-15]
            return refused(
                    ReasonCode.PACKET_TOO_LARGE,
                    "the message for %s makes a packet of %d bytes, and the server takes %d at most"
                            .formatted(message.topic(), size, maximumPacketSize));
        }
        return null;
    }

    /** Why the server does not take a subscription, or null. */
    @Nullable RequestRefused refusal(TopicFilter filter) {
        if (filter.hasWildcard() && !wildcards) {
            return refused(
                    ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
                    "%s has a wildcard, and the server takes none".formatted(filter));
        }
        if (filter.isShared() && !sharedSubscriptions) {
            return refused(
                    ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    "%s is a shared subscription, and the server has none".formatted(filter));
        }
        return null;
    }

    /** Why the server does not take a Subscription Identifier. */
    RequestRefused refusal(int identifier) {
        return refused(
                ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                "a subscription is to have the identifier %d, and the server has none"
                        .formatted(identifier));
    }

    private static RequestRefused refused(ReasonCode code, String why) {
        return new RequestRefused(why + " (as it said in CONNACK)", code, Properties.NONE);
    }
}
