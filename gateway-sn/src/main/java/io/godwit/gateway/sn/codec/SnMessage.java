package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import org.jspecify.annotations.Nullable;

/**
 * What a datagram says (§5.4), both directions. {@code messageId} is 0 to 65,535, {@code qos} 0 to
 * 2 unless it is said otherwise, an octet 0 to 255, and a text is UTF-8 that nobody has checked.
 */
public sealed interface SnMessage {

    /**
     * A gateway says that it is there.
     *
     * @param seconds until it says so again, 0 to 65,535
     */
    record Advertise(int gatewayId, int seconds) implements SnMessage {}

    /**
     * A client looks for a gateway.
     *
     * @param radius how far it is broadcast, 0 for the whole network
     */
    record SearchGateway(int radius) implements SnMessage {}

    /**
     * The answer to {@link SearchGateway}.
     *
     * @param address the gateway's, empty if the gateway itself answers
     */
    record GatewayInfo(int gatewayId, Binary address) implements SnMessage {}

    /**
     * A client asks for a connection.
     *
     * @param protocolId 1 is version 1.2
     * @param keepAlive seconds, 0 to 65,535
     */
    record Connect(
            boolean will, boolean cleanSession, int protocolId, int keepAlive, String clientId)
            implements SnMessage {}

    /** The answer to {@link Connect}. */
    record ConnAck(ReturnCode code) implements SnMessage {}

    /** The gateway asks for the will topic. */
    record WillTopicRequest() implements SnMessage {}

    /**
     * The client's will topic.
     *
     * @param topic empty if the client has no will
     */
    record WillTopic(int qos, boolean retain, Binary topic) implements SnMessage {}

    /** The gateway asks for the will message. */
    record WillMessageRequest() implements SnMessage {}

    /** The client's will message. */
    record WillMessage(Binary payload) implements SnMessage {}

    /**
     * One side tells or asks the topic identifier of a name.
     *
     * @param topicId 0 if a client asks
     */
    record Register(int topicId, int messageId, Binary topic) implements SnMessage {}

    /** The answer to {@link Register}. */
    record RegAck(int topicId, int messageId, ReturnCode code) implements SnMessage {}

    /**
     * A message on a topic.
     *
     * @param qos -1 to 2; -1 without a connection
     * @param topic anything but a {@link SnTopic.Name}
     * @param messageId 0 at QoS 0 and -1
     */
    record Publish(boolean dup, int qos, boolean retain, SnTopic topic, int messageId, Binary data)
            implements SnMessage {}

    /**
     * The answer to {@link Publish} at QoS 1, and at any QoS if it was not taken.
     *
     * @param topicId the two octets of its topic, which may be a short name
     */
    record PubAck(int topicId, int messageId, ReturnCode code) implements SnMessage {}

    /** The first answer to {@link Publish} at QoS 2. */
    record PubRec(int messageId) implements SnMessage {}

    /** The second step of QoS 2. */
    record PubRel(int messageId) implements SnMessage {}

    /** The end of QoS 2. */
    record PubComp(int messageId) implements SnMessage {}

    /**
     * A client subscribes.
     *
     * @param topic anything but a {@link SnTopic.Normal}
     */
    record Subscribe(boolean dup, int qos, SnTopic topic, int messageId) implements SnMessage {}

    /**
     * The answer to {@link Subscribe}.
     *
     * @param qos that is granted
     * @param topicId 0 for a filter with wildcards
     */
    record SubAck(int qos, int topicId, int messageId, ReturnCode code) implements SnMessage {}

    /**
     * A client subscribes no longer.
     *
     * @param topic anything but a {@link SnTopic.Normal}
     */
    record Unsubscribe(SnTopic topic, int messageId) implements SnMessage {}

    /** The answer to {@link Unsubscribe}. */
    record UnsubAck(int messageId) implements SnMessage {}

    /**
     * Is the other side there?
     *
     * @param clientId that of a sleeping client that wakes up; else null
     */
    record PingRequest(@Nullable String clientId) implements SnMessage {}

    /** The answer to {@link PingRequest}; for a client that woke up the end of what waited. */
    record PingResponse() implements SnMessage {}

    /**
     * The end of a connection, or of being awake.
     *
     * @param sleep seconds that the client wants to sleep, 1 to 65,535; 0 if it goes
     */
    record Disconnect(int sleep) implements SnMessage {}

    /**
     * Another will topic.
     *
     * @param topic empty if the client has no will any more
     */
    record WillTopicUpdate(int qos, boolean retain, Binary topic) implements SnMessage {}

    /** The answer to {@link WillTopicUpdate}. */
    record WillTopicResponse(ReturnCode code) implements SnMessage {}

    /** Another will message. */
    record WillMessageUpdate(Binary payload) implements SnMessage {}

    /** The answer to {@link WillMessageUpdate}. */
    record WillMessageResponse(ReturnCode code) implements SnMessage {}
}
