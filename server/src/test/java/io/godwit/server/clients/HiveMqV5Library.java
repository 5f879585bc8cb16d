package io.godwit.server.clients;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import io.godwit.codec.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HiveMQ client for MQTT 5. It uses topic aliases and subscription identifiers by itself. */
final class HiveMqV5Library implements ClientLibrary {

    private final Access access;

    HiveMqV5Library(Access access) {
        this.access = access;
    }

    @Override
    public List<ProtocolVersion> versions() {
        return List.of(ProtocolVersion.V5);
    }

    @Override
    public Set<Feature> features() {
        return EnumSet.complementOf(
                EnumSet.of(Feature.CHOOSE_TOPIC_ALIAS, Feature.SUBSCRIPTION_ID));
    }

    @Override
    public void close() {}

    @Override
    public Connection connect(ConnectOptions options, Inbox inbox) throws Exception {
        var builder =
                Mqtt5Client.builder()
                        .serverHost(options.host())
                        .serverPort(options.port())
                        .addDisconnectedListener(context -> lost(context, inbox));
        if (!options.clientId().isEmpty()) {
            builder = builder.identifier(options.clientId());
        }
        Mqtt5AsyncClient client = HiveMqTransport.set(builder, access).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> inbox.arrived(messageOf(publish)));
        Mqtt5ConnAck connAck =
                client.connect(connectOf(options)).get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new HiveMqConnection(
                client,
                connAck.isSessionPresent(),
                connAck.getAssignedClientIdentifier().map(Object::toString).orElse(null));
    }

    private static void lost(MqttClientDisconnectedContext context, Inbox inbox) {
        if (context.getCause() instanceof Mqtt5DisconnectException e
                && context.getSource() == MqttDisconnectSource.SERVER) {
            Mqtt5Disconnect disconnect = e.getMqttMessage();
            String why = disconnect.getReasonString().map(Object::toString).orElse("");
            inbox.lost(new Inbox.Loss(disconnect.getReasonCode().getCode(), why));
        } else if (context.getSource() != MqttDisconnectSource.USER) {
            inbox.lost(Inbox.Loss.SILENT);
        }
    }

    private static Mqtt5Connect connectOf(ConnectOptions options) {
        var restrictions = Mqtt5ConnectRestrictions.builder();
        if (options.receiveMaximum() != null) {
            restrictions = restrictions.receiveMaximum(options.receiveMaximum());
        }
        if (options.maximumPacketSize() != null) {
            restrictions = restrictions.maximumPacketSize(options.maximumPacketSize().intValue());
        }
        if (options.topicAliasMaximum() != null) {
            restrictions = restrictions.topicAliasMaximum(options.topicAliasMaximum());
        }
        var connect =
                Mqtt5Connect.builder()
                        .cleanStart(options.cleanStart())
                        .restrictions(restrictions.build());
        if (options.sessionExpirySeconds() != null) {
            connect = connect.sessionExpiryInterval(options.sessionExpirySeconds());
        }
        if (options.will() != null) {
            var will = publishOf(options.will()).extend().asWill();
            Long delay = options.will().properties().willDelaySeconds();
            connect = connect.willPublish(will.delayInterval(delay == null ? 0 : delay).build());
        }
        return connect.build();
    }

    private static Message messageOf(Mqtt5Publish publish) {
        var properties =
                new Message.Properties(
                        publish.getUserProperties().asList().stream()
                                .map(user ->
                                        Map.entry(
                                                user.getName().toString(),
                                                user.getValue().toString()))
                                .toList(),
                        publish.getContentType().map(Object::toString).orElse(null),
                        publish.getResponseTopic().map(Object::toString).orElse(null),
                        publish.getCorrelationData().map(HiveMqV5Library::bytesOf).orElse(null),
                        publish.getPayloadFormatIndicator()
                                .map(Mqtt5PayloadFormatIndicator::getCode)
                                .orElse(null),
                        publish.getMessageExpiryInterval().isPresent()
                                ? publish.getMessageExpiryInterval().getAsLong()
                                : null,
                        null,
                        null,
                        List.of());
        return new Message(
                publish.getTopic().toString(),
                Message.payloadOf(publish.getPayloadAsBytes()),
                publish.getQos().getCode(),
                publish.isRetain(),
                properties);
    }

    private static String bytesOf(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return Message.payloadOf(bytes);
    }

    private static Mqtt5Publish publishOf(Message message) {
        Message.Properties properties = message.properties();
        var publish =
                Mqtt5Publish.builder()
                        .topic(message.topic())
                        .payload(message.payloadBytes())
                        .qos(MqttQos.values()[message.qos()])
                        .retain(message.retain())
                        .contentType(properties.contentType())
                        .responseTopic(properties.responseTopic())
                        .userProperties(
                                Mqtt5UserProperties.of(
                                        properties.user().stream()
                                                .map(user ->
                                                        Mqtt5UserProperty.of(
                                                                user.getKey(), user.getValue()))
                                                .toList()));
        if (properties.correlationData() != null) {
            publish =
                    publish.correlationData(
                            Message.of("", properties.correlationData(), 0).payloadBytes());
        }
        if (properties.payloadFormat() != null) {
            publish =
                    publish.payloadFormatIndicator(
                            Mqtt5PayloadFormatIndicator.fromCode(properties.payloadFormat()));
        }
        if (properties.expirySeconds() != null) {
            publish = publish.messageExpiryInterval(properties.expirySeconds());
        }
        return publish.build();
    }

    private record HiveMqConnection(
            Mqtt5AsyncClient client, boolean sessionPresent, @Nullable String assignedClientId)
            implements Connection {

        @Override
        public int subscribe(Subscription subscription) throws Exception {
            Mqtt5Subscription wanted =
                    Mqtt5Subscription.builder()
                            .topicFilter(subscription.filter())
                            .qos(MqttQos.values()[subscription.qos()])
                            .noLocal(subscription.noLocal())
                            .retainAsPublished(subscription.retainAsPublished())
                            .retainHandling(
                                    Mqtt5RetainHandling.values()[subscription.retainHandling()])
                            .build();
            return client.subscribe(Mqtt5Subscribe.builder().addSubscription(wanted).build())
                    .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .getReasonCodes()
                    .getFirst()
                    .getCode();
        }

        @Override
        public void unsubscribe(String filter) throws Exception {
            client.unsubscribe(Mqtt5Unsubscribe.builder().topicFilter(filter).build())
                    .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public int publish(Message message) throws Exception {
            Mqtt5PublishResult result =
                    client.publish(publishOf(message))
                            .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
            return result instanceof Mqtt5PublishResult.Mqtt5Qos1Result acknowledged
                    ? acknowledged.getPubAck().getReasonCode().getCode()
                    : 0;
        }

        @Override
        public void disconnect(@Nullable Long sessionExpirySeconds) throws Exception {
            var disconnect = Mqtt5Disconnect.builder();
            if (sessionExpirySeconds != null) {
                disconnect = disconnect.sessionExpiryInterval(sessionExpirySeconds);
            }
            client.disconnect(disconnect.build()).get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws Exception {
            // Fails where the connection has ended already: just as well.
            client.disconnect()
                    .exceptionally(_ -> null)
                    .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
