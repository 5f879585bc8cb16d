package io.godwit.broker.connection;

import io.godwit.broker.routing.Router;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
import io.godwit.broker.spi.Message;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;

/**
 * PUBLISH from a client (§3.3): topic alias, limits, authorisation, QoS 2 duplicates, then the
 * router, and at last the acknowledgement.
 */
final class PublishHandler {

    private PublishHandler() {}

    static void handle(Connection connection, Publish publish) throws ProtocolError {
        Counters counters = connection.shard().counters();
        counters.increment(Counter.PUBLISH_RECEIVED);
        counters.add(Counter.PUBLISH_BYTES_RECEIVED, publish.payload().length);
        TopicName topic = resolve(connection, publish);
        if (publish.qos() == 2) {
            if (connection.session().isUnreleased(publish.packetId())) {
                acknowledge(connection, publish, ReasonCode.SUCCESS); // [v5 MQTT-4.3.3-10]
                return;
            }
            checkReceiveMaximum(connection);
        }
        if (TopicLimits.exceeded(topic, connection.here().limits())) {
            refuseTopic(connection, publish);
        } else if (!connection.here().authorizer().mayPublish(connection.identity(), topic)) {
            refused(connection, publish, ReasonCode.NOT_AUTHORIZED);
        } else {
            accept(connection, publish, topic);
        }
    }

    private static TopicName resolve(Connection connection, Publish publish) throws ProtocolError {
        int alias = InboundAliases.setUpBy(publish);
        if (alias == 0) {
            return connection.aliases().resolve(publish);
        }
        if (TopicLimits.exceeded(publish.topic(), connection.here().limits())) {
            return publish.topic(); // which is refused, so that it needs no alias
        }
        if (!connection.aliases().count(alias, publish.topic(), connection.here().budget())) {
            throw new ProtocolError(
                    ReasonCode.QUOTA_EXCEEDED, "limits.memory has no room for a topic alias");
        }
        return connection.aliases().resolve(publish);
    }

    private static void checkReceiveMaximum(Connection connection) throws ProtocolError {
        int most = connection.here().limits().session().receiveMaximum();
        if (connection.version().isV5() && connection.session().unreleased() >= most) { // §4.9
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
        if (publish.qos() > 0 && connection.here().router().refuses(message, connection.shard())) {
            if (!v5) {
                throw new ProtocolError(
                        ReasonCode.QUOTA_EXCEEDED, "a queue is full and limits.queue-full refuses");
            }
            refused(connection, publish, ReasonCode.QUOTA_EXCEEDED);
            return;
        }
        Router.Outcome outcome =
                connection
                        .here()
                        .router()
                        .route(message, connection.shard(), connection, v5 && publish.qos() > 0);
        ReasonCode code =
                switch (outcome) {
                    case MATCHED -> ReasonCode.SUCCESS;
                    case NOBODY -> ReasonCode.NO_MATCHING_SUBSCRIBERS;
                    case REFUSED_RETAINED -> ReasonCode.QUOTA_EXCEEDED;
                };
        if (code.isError()) {
            refused(connection, publish, code);
            return;
        }
        if (publish.qos() == 2) {
            connection.session().accepted(publish.packetId());
        }
        acknowledge(connection, publish, code);
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

    /**
     * A message that is not accepted: version 5 is told, above QoS 0; before version 5 it gets the
     * normal acknowledgement [v3 MQTT-3.3.5-2].
     */
    private static void refused(Connection connection, Publish publish, ReasonCode code) {
        acknowledge(connection, publish, connection.version().isV5() ? code : ReasonCode.SUCCESS);
    }

    /** Answers by the QoS once the message is safe [v5 MQTT-3.3.4-1], [v3 MQTT-3.3.4-1]. */
    private static void acknowledge(Connection connection, Publish publish, ReasonCode code) {
        int packetId = publish.packetId();
        switch (publish.qos()) {
            case 0 -> {}
            case 1 -> // [v5 MQTT-4.3.2-4], [v3 MQTT-4.3.2-2]
                    connection
                            .here()
                            .store()
                            .whenStored(() -> connection.answer(new PubAck(packetId, code)));
            default -> // [v5 MQTT-4.3.3-8], [v3 MQTT-4.3.3-2]
                    connection
                            .here()
                            .store()
                            .whenStored(() -> connection.answer(new PubRec(packetId, code)));
        }
    }
}
