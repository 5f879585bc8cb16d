package io.godwit.broker.connection;

import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.trace.Direction;
import io.godwit.broker.trace.Trace;
import io.godwit.broker.trace.TracedPacket;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.Publish;
import io.godwit.codec.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Notes the packets of connections, and shows them to traces while there are any. */
final class TracedPackets {

    /** In place of what is secret. */
    private static final byte[] HIDDEN = "***".getBytes(StandardCharsets.US_ASCII);

    private TracedPackets() {}

    /**
     * A packet has come, whose header is noted in any case.
     *
     * @param size its bytes, with the fixed header
     */
    static void received(Connection connection, Packet packet, int size) {
        FlightRecorder recorder = connection.recorder();
        if (recorder != null) {
            recorder.received(packet.type(), size, connection.shard().now());
        }
        if (!isOn(connection)) {
            return;
        }
        Packet shown =
                switch (packet) {
                    case Connect connect -> withoutSecrets(connect);
                    case Publish publish -> withTopic(publish, connection.aliases());
                    default -> withoutData(packet);
                };
        note(connection, Direction.RECEIVED, shown);
    }

    /** Before it is sent; one that turns out to be too large for the client is not. */
    static void sent(Connection connection, Packet packet) {
        if (isOn(connection)) {
            note(connection, Direction.SENT, withoutData(packet));
        }
    }

    static void sent(Connection connection, Delivery delivery, int packetId, boolean dup) {
        if (isOn(connection)) {
            note(connection, Direction.SENT, publish(delivery, packetId, dup));
        }
    }

    private static boolean isOn(Connection connection) {
        return connection.here().tracing().isOn();
    }

    private static Publish publish(Delivery delivery, int packetId, boolean dup) {
        Message message = delivery.message();
        Properties.Builder properties = Properties.builder().addAll(message.properties());
        for (int identifier : delivery.subscriptionIds()) {
            properties.add(Property.SUBSCRIPTION_IDENTIFIER, identifier);
        }
        return new Publish(
                dup,
                delivery.qos(),
                delivery.retain(),
                message.topic(),
                packetId,
                properties.build(),
                beginning(message.payload()));
    }

    private static void note(Connection connection, Direction direction, Packet packet) {
        connection
                .here()
                .tracing()
                .note(
                        new TracedPacket(
                                connection.shard().wallMillis(),
                                clientId(connection, packet),
                                connection.origin(),
                                direction,
                                connection.version(),
                                packet));
    }

    private static String clientId(Connection connection, Packet packet) {
        return packet instanceof Connect connect ? connect.clientId() : connection.clientId();
    }

    private static Publish withTopic(Publish publish, InboundAliases aliases) {
        TopicName topic = publish.topic();
        if (topic == TopicName.EMPTY) {
            topic = aliases.standsFor(publish.properties().getOrDefault(Property.TOPIC_ALIAS, 0));
        }
        return new Publish(
                publish.dup(),
                publish.qos(),
                publish.retain(),
                topic,
                publish.packetId(),
                publish.properties(),
                beginning(publish.payload()));
    }

    private static byte[] beginning(byte[] payload) {
        return payload.length <= Trace.PAYLOAD ? payload : Arrays.copyOf(payload, Trace.PAYLOAD);
    }

    private static Connect withoutSecrets(Connect connect) {
        byte @Nullable [] password = connect.password() == null ? null : HIDDEN;
        return new Connect(
                connect.version(),
                connect.clientId(),
                connect.cleanStart(),
                connect.keepAlive(),
                connect.will(),
                connect.userName(),
                password,
                withoutData(connect.properties()));
    }

    private static Packet withoutData(Packet packet) {
        return switch (packet) {
            case Auth auth -> new Auth(auth.reasonCode(), withoutData(auth.properties()));
            case ConnAck ack ->
                    new ConnAck(
                            ack.sessionPresent(), ack.reasonCode(), withoutData(ack.properties()));
            default -> packet;
        };
    }

    private static Properties withoutData(Properties properties) {
        return properties.has(Property.AUTHENTICATION_DATA)
                ? properties
                        .only(property -> property != Property.AUTHENTICATION_DATA)
                        .with(Property.AUTHENTICATION_DATA, new Binary(HIDDEN))
                : properties;
    }
}
