package io.godwit.gateway.sn.codec;

import io.godwit.codec.Binary;
import io.godwit.codec.RetainHandling;
import org.jspecify.annotations.Nullable;

/**
 * What a datagram says (§5.4), both directions and in both versions. {@code messageId}, which
 * version 2.0 calls the packet identifier, is 0 to 65,535, {@code qos} 0 to 2 unless it is said
 * otherwise, an octet 0 to 255, and a text is UTF-8 that nobody has checked. The shorter
 * constructors are for version 1.2; of what it does not have, its codec writes nothing.
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
     * @param network one octet with the radius of the broadcast in version 1.2, 0 for the whole
     *     network; in version 2.0 what the network has to say, perhaps nothing
     */
    record SearchGateway(Binary network) implements SnMessage {

        public SearchGateway(int radius) {
            this(new Binary(new byte[] {(byte) radius}));
        }
    }

    /**
     * The answer to {@link SearchGateway}.
     *
     * @param address the gateway's, empty if the gateway itself answers
     */
    record GatewayInfo(int gatewayId, Binary address) implements SnMessage {}

    /**
     * A client asks for a connection.
     *
     * @param will whether it has a will; in version 1.2 the gateway asks for it
     * @param cleanSession Clean Start in version 2.0: the session begins without what was
     * @param protocolId 1 is version 1.2, 2 is version 2.0
     * @param keepAlive seconds, 0 to 65,535
     */
    record Connect(
            boolean will,
            boolean cleanSession,
            int protocolId,
            int keepAlive,
            String clientId,
            ConnectOptions options)
            implements SnMessage {

        public Connect(
                boolean will,
                boolean cleanSession,
                int protocolId,
                int keepAlive,
                String clientId) {
            this(will, cleanSession, protocolId, keepAlive, clientId, ConnectOptions.NONE);
        }
    }

    /**
     * The answer to {@link Connect}.
     *
     * @param sessionPresent whether the session was there before
     * @param sessionExpiry seconds, instead of what the client has said; null for just that
     * @param keepAlive seconds, instead of what the client has said; null for just that
     * @param assignedClientId empty if the client has one of its own
     */
    record ConnAck(
            ReturnCode code,
            int messageId,
            boolean sessionPresent,
            @Nullable Long sessionExpiry,
            @Nullable Integer keepAlive,
            @Nullable SnAuthentication authentication,
            String assignedClientId)
            implements SnMessage {

        public ConnAck(ReturnCode code) {
            this(code, 0);
        }

        /** Of version 2.0, without more than it must have. */
        public ConnAck(ReturnCode code, int messageId) {
            this(code, messageId, false, null, null, null, "");
        }
    }

    /** A step of an authentication; version 2.0. */
    record Auth(int messageId, ReturnCode code, SnAuthentication authentication)
            implements SnMessage {}

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

    /**
     * The answer to {@link Register}.
     *
     * @param topicId 0 if there is none
     * @param predefined whether it is a predefined one; version 2.0
     */
    record RegAck(int topicId, boolean predefined, int messageId, ReturnCode code)
            implements SnMessage {

        public RegAck(int topicId, int messageId, ReturnCode code) {
            this(topicId, false, messageId, code);
        }
    }

    /**
     * A message on a topic.
     *
     * @param qos -1 to 2; -1 without a connection, which is PUBWOS in version 2.0
     * @param topic anything but a {@link SnTopic.Name} in version 1.2, and anything but a {@link
     *     SnTopic.Short} in version 2.0
     * @param messageId 0 at QoS 0 and -1
     */
    record Publish(boolean dup, int qos, boolean retain, SnTopic topic, int messageId, Binary data)
            implements SnMessage {}

    /**
     * The answer to {@link Publish} at QoS 1; in version 1.2 also at any QoS if it was not taken.
     *
     * @param topicId the two octets of its topic, which may be a short name; 0 in version 2.0
     */
    record PubAck(int topicId, int messageId, ReturnCode code) implements SnMessage {}

    /** The first answer to {@link Publish} at QoS 2; in version 2.0 also if it was not taken. */
    record PubRec(int messageId, ReturnCode code) implements SnMessage {

        public PubRec(int messageId) {
            this(messageId, ReturnCode.ACCEPTED);
        }
    }

    /** The second step of QoS 2. */
    record PubRel(int messageId, ReturnCode code) implements SnMessage {

        public PubRel(int messageId) {
            this(messageId, ReturnCode.ACCEPTED);
        }
    }

    /** The end of QoS 2. */
    record PubComp(int messageId, ReturnCode code) implements SnMessage {

        public PubComp(int messageId) {
            this(messageId, ReturnCode.ACCEPTED);
        }
    }

    /**
     * A client subscribes.
     *
     * @param topic anything but a {@link SnTopic.Normal} in version 1.2, and anything but a {@link
     *     SnTopic.Short} in version 2.0
     * @param noLocal whether its own messages stay away
     * @param retainAsPublished whether RETAIN comes as it was published
     */
    record Subscribe(
            boolean dup,
            int qos,
            SnTopic topic,
            int messageId,
            boolean noLocal,
            boolean retainAsPublished,
            RetainHandling retainHandling)
            implements SnMessage {

        public Subscribe(boolean dup, int qos, SnTopic topic, int messageId) {
            this(dup, qos, topic, messageId, false, false, RetainHandling.SEND);
        }

        /** The same, without DUP, which not all clients set when they ask again. */
        public Subscribe withoutDup() {
            return dup
                    ? new Subscribe(
                            false,
                            qos,
                            topic,
                            messageId,
                            noLocal,
                            retainAsPublished,
                            retainHandling)
                    : this;
        }
    }

    /**
     * The answer to {@link Subscribe}.
     *
     * @param qos that is granted
     * @param topicId 0 for a filter with wildcards
     * @param predefined whether that is a predefined one; version 2.0
     */
    record SubAck(int qos, int topicId, boolean predefined, int messageId, ReturnCode code)
            implements SnMessage {

        public SubAck(int qos, int topicId, int messageId, ReturnCode code) {
            this(qos, topicId, false, messageId, code);
        }
    }

    /**
     * A client subscribes no longer.
     *
     * @param topic as that of {@link Subscribe}
     */
    record Unsubscribe(SnTopic topic, int messageId) implements SnMessage {}

    /** The answer to {@link Unsubscribe}. */
    record UnsubAck(int messageId, ReturnCode code) implements SnMessage {

        public UnsubAck(int messageId) {
            this(messageId, ReturnCode.ACCEPTED);
        }
    }

    /**
     * Is the other side there?
     *
     * @param clientId that of a sleeping client that wakes up, in version 1.2; else null
     */
    record PingRequest(int messageId, @Nullable String clientId) implements SnMessage {

        public PingRequest(@Nullable String clientId) {
            this(0, clientId);
        }
    }

    /**
     * The answer to {@link PingRequest}; for a client that woke up the end of what waited.
     *
     * @param remaining how many messages wait, 0 to 254, 255 if there are some; null if nothing is
     *     said of it
     */
    record PingResponse(int messageId, @Nullable Integer remaining) implements SnMessage {

        public PingResponse() {
            this(0, null);
        }
    }

    /**
     * A client wants to sleep; version 2.0.
     *
     * @param keepAliases whether it remembers the topic aliases that it has
     * @param seconds 1 to 4,294,967,295
     */
    record SleepRequest(boolean keepAliases, int messageId, long seconds) implements SnMessage {}

    /**
     * The answer to {@link SleepRequest}.
     *
     * @param seconds instead of what the client has said; null for just that
     */
    record SleepResponse(int messageId, @Nullable Long seconds, ReturnCode code)
            implements SnMessage {}

    /** Something waits for the client, which may wake up; version 2.0. */
    record WakeUp() implements SnMessage {}

    /**
     * The end of a connection, or of being awake.
     *
     * @param sleep seconds that the client wants to sleep, 1 to 65,535; 0 if it goes. Version 1.2
     * @param messageId of what it is the answer to; 0 for none
     * @param sessionExpiry seconds, instead of what CONNECT has said; null for just that
     * @param reason in words, perhaps none
     */
    record Disconnect(
            int sleep, int messageId, @Nullable Long sessionExpiry, ReturnCode code, String reason)
            implements SnMessage {

        public Disconnect(int sleep) {
            this(sleep, 0, null, ReturnCode.ACCEPTED, "");
        }

        /** The end, and why. */
        public Disconnect(ReturnCode code) {
            this(0, 0, null, code, "");
        }
    }

    /**
     * Another packet, which only who has a key can have written, or also read; version 2.0.
     *
     * @param envelope what stands around that packet, and says how it is protected
     * @param packet as it was sent: in the clear or not, as the scheme says
     * @param tag that proves both
     */
    record Protected(SnEnvelope envelope, Binary packet, Binary tag) implements SnMessage {}

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
