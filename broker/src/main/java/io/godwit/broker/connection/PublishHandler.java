package io.godwit.broker.connection;

import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.routing.Router;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.session.InboundFlows;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.Packet;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * PUBLISH from a client (§3.3): topic alias, limits, authorisation, QoS 2 duplicates, then the
 * router, and at last the acknowledgement.
 */
final class PublishHandler {

    private PublishHandler() {}

    static void handle(Connection connection, Publish publish) throws ProtocolError {
        connection.reading().count(publish.payload().length);
        checkSupported(connection.limits(), publish);
        TopicName topic = resolve(connection, publish);
        if (publish.qos() == 2) {
            InboundFlows flows = connection.session().inbound();
            if (flows.isUnreleased(publish.packetId())) { // [v5 MQTT-4.3.3-10]
                Publication storing = flows.storing(publish.packetId());
                acknowledge(connection, publish, ReasonCode.SUCCESS, storing);
                return;
            }
            checkReceiveMaximum(connection);
        }
        if (TopicLimits.exceeded(topic, connection.limits())) {
            refuseTopic(connection, publish);
            return;
        }
        Verdict verdict =
                connection.session().permissions().publish(topic, publish.qos(), publish.retain());
        if (verdict.allows(publish.qos())) {
            accept(connection, publish, topic);
        } else {
            connection.session().denials().note(Act.PUBLISH, topic.bytes(), verdict);
            refused(connection, publish, ReasonCode.NOT_AUTHORIZED);
        }
    }

    private static void checkSupported(Limits limits, Publish publish) throws ProtocolError {
        if (publish.qos() > limits.maximumQos()) { // §3.2.2.3.4
            throw new ProtocolError(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    "PUBLISH at QoS %d is over limits.maximum-qos, which is %d"
                            .formatted(publish.qos(), limits.maximumQos()));
        }
        if (publish.retain() && !limits.retainAvailable()) { // §3.2.2.3.5
            throw new ProtocolError(
                    ReasonCode.RETAIN_NOT_SUPPORTED,
                    "PUBLISH with RETAIN, and limits.retain-available is false");
        }
    }

    private static TopicName resolve(Connection connection, Publish publish) throws ProtocolError {
        int alias = InboundAliases.setUpBy(publish);
        if (alias == 0) {
            return connection.aliases().resolve(publish);
        }
        if (TopicLimits.exceeded(publish.topic(), connection.limits())) {
            return publish.topic(); // which is refused, so that it needs no alias
        }
        if (!connection.aliases().count(alias, publish.topic(), connection.here().budget())) {
            throw new ProtocolError(
                    ReasonCode.QUOTA_EXCEEDED, "limits.memory has no room for a topic alias");
        }
        return connection.aliases().resolve(publish);
    }

    private static void checkReceiveMaximum(Connection connection) throws ProtocolError {
        int most = connection.limits().session().receiveMaximum();
        if (connection.version().isV5() && connection.session().inbound().count() >= most) { // §4.9
            throw new ProtocolError(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than %d messages at QoS 2 are not released".formatted(most));
        }
    }

    private static void refuseTopic(Connection connection, Publish publish) throws ProtocolError {
        if (publish.qos() == 0 || !connection.version().isV5()) {
            throw new ProtocolError(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "a topic is over limits.topic-levels or limits.topic-length");
        }
        refused(connection, publish, ReasonCode.TOPIC_NAME_INVALID);
    }

    private static void accept(Connection connection, Publish publish, TopicName topic)
            throws ProtocolError {
        Message message = message(connection, publish, topic);
        boolean v5 = connection.version().isV5();
        Router router = connection.here().router();
        if (publish.qos() > 0 && router.refuses(message, connection.shard())) {
            if (!v5) {
                throw new ProtocolError(
                        ReasonCode.QUOTA_EXCEEDED, "a queue is full and limits.queue-full refuses");
            }
            refused(connection, publish, ReasonCode.QUOTA_EXCEEDED);
            return;
        }
        boolean keepsIdentifier = publish.qos() == 2 && connection.session().isKept();
        StoreFailure refusal = router.prepare(message, connection.shard(), keepsIdentifier);
        if (refusal != null && publish.qos() > 0) {
            refused(connection, publish, refusal);
            return;
        }
        Publication storing = message.storing();
        try {
            route(connection, publish, message);
        } finally {
            if (storing != null) {
                storing.added(); // also after a fault, or it would hold up all behind it
            }
        }
        if (storing != null) {
            connection.reading().waitForStore();
        }
    }

    private static void route(Connection connection, Publish publish, Message message) {
        boolean canRefuse = connection.version().isV5() && publish.qos() > 0;
        Router.Outcome outcome =
                connection
                        .here()
                        .router()
                        .route(message, connection.shard(), connection.reading(), canRefuse);
        ReasonCode code =
                switch (outcome) {
                    case MATCHED -> ReasonCode.SUCCESS;
                    case NOBODY -> ReasonCode.NO_MATCHING_SUBSCRIBERS;
                    case REFUSED_RETAINED -> ReasonCode.QUOTA_EXCEEDED;
                };
        if (publish.qos() == 2 && !code.isError()) {
            connection.session().inbound().accept(publish.packetId(), message);
        }
        acknowledge(connection, publish, code, message.storing());
    }

    private static Message message(Connection connection, Publish publish, TopicName topic) {
        Properties properties = publish.properties();
        Long expiry =
                properties.isEmpty() ? null : properties.get(Property.MESSAGE_EXPIRY_INTERVAL);
        return new Message(
                topic,
                publish.payload(),
                publish.qos(),
                publish.retain(),
                Message.forwarded(properties),
                expiry == null ? Message.NEVER : connection.shard().wallMillis() + expiry * 1000,
                connection.session().clientId());
    }

    /** A message that cannot be stored: before version 5 only the close makes the client repeat. */
    private static void refused(Connection connection, Publish publish, StoreFailure refusal)
            throws ProtocolError {
        if (!connection.version().isV5()) {
            throw new ProtocolError(refusal.reasonCode(), refusal.why());
        }
        refused(connection, publish, refusal.reasonCode());
    }

    /**
     * A message that is not accepted: version 5 is told, above QoS 0; before version 5 it gets the
     * normal acknowledgement [v3 MQTT-3.3.5-2].
     */
    private static void refused(Connection connection, Publish publish, ReasonCode code) {
        ReasonCode told = connection.version().isV5() ? code : ReasonCode.SUCCESS;
        acknowledge(connection, publish, told, null);
    }

    /**
     * Answers by the QoS once the message is safe [v5 MQTT-3.3.4-1], [v3 MQTT-3.3.4-1].
     *
     * @param storing what stores the message, or null if nothing has to be stored
     */
    private static void acknowledge(
            Connection connection,
            Publish publish,
            ReasonCode code,
            @Nullable Publication storing) {
        if (publish.qos() == 0) {
            return;
        }
        Acknowledgements answers = connection.acknowledgements();
        if (storing == null) {
            answers.send(answer(publish, code));
            return;
        }
        Acknowledgements.Place place = answers.reserve();
        storing.whenStored(
                connection.shard(),
                failure -> {
                    if (failure == null) {
                        answers.fill(place, answer(publish, code));
                    } else if (connection.version().isV5()) {
                        answers.fill(place, answer(publish, failure.reasonCode()));
                    } else {
                        connection.close(failure.reasonCode(), failure.why());
                    }
                });
    }

    private static Packet answer(Publish publish, ReasonCode code) {
        return publish.qos() == 1
                ? new PubAck(publish.packetId(), code) // [v5 MQTT-4.3.2-4], [v3 MQTT-4.3.2-2]
                : new PubRec(publish.packetId(), code); // [v5 MQTT-4.3.3-8], [v3 MQTT-4.3.3-2]
    }
}
