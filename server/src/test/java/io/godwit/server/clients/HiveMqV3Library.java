package io.godwit.server.clients;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.unsubscribe.Mqtt3Unsubscribe;
import io.godwit.codec.ProtocolVersion;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HiveMQ client for MQTT 3.1.1. */
final class HiveMqV3Library implements ClientLibrary {

    private final Access access;

    HiveMqV3Library(Access access) {
        this.access = access;
    }

    @Override
    public List<ProtocolVersion> versions() {
        return List.of(ProtocolVersion.V3_1_1);
    }

    @Override
    public Set<Feature> features() {
        return Set.of(Feature.SUPPLEMENTARY_CHARACTERS);
    }

    @Override
    public void close() {}

    @Override
    public Connection connect(ConnectOptions options, Inbox inbox) throws Exception {
        var builder =
                Mqtt3Client.builder()
                        .identifier(options.clientId())
                        .serverHost(options.host())
                        .serverPort(options.port())
                        .addDisconnectedListener(context -> {
                            if (context.getSource() != MqttDisconnectSource.USER) {
                                inbox.lost(Inbox.Loss.SILENT);
                            }
                        });
        Mqtt3AsyncClient client = HiveMqTransport.set(builder, access).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> inbox.arrived(messageOf(publish)));
        var connect = Mqtt3Connect.builder().cleanSession(options.cleanStart());
        if (options.will() != null) {
            connect = connect.willPublish(publishOf(options.will()));
        }
        boolean present =
                client.connect(connect.build())
                        .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .isSessionPresent();
        return new HiveMqConnection(client, present);
    }

    private static Message messageOf(Mqtt3Publish publish) {
        return new Message(
                publish.getTopic().toString(),
                Message.payloadOf(publish.getPayloadAsBytes()),
                publish.getQos().getCode(),
                publish.isRetain(),
                Message.Properties.NONE);
    }

    private static Mqtt3Publish publishOf(Message message) {
        return Mqtt3Publish.builder()
                .topic(message.topic())
                .payload(message.payloadBytes())
                .qos(MqttQos.values()[message.qos()])
                .retain(message.retain())
                .build();
    }

    private record HiveMqConnection(Mqtt3AsyncClient client, boolean sessionPresent)
            implements Connection {

        @Override
        public @Nullable String assignedClientId() {
            return null;
        }

        @Override
        public int subscribe(Subscription subscription) throws Exception {
            Mqtt3Subscribe subscribe =
                    Mqtt3Subscribe.builder()
                            .topicFilter(subscription.filter())
                            .qos(MqttQos.values()[subscription.qos()])
                            .build();
            return client.subscribe(subscribe)
                    .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .getReturnCodes()
                    .getFirst()
                    .getCode();
        }

        @Override
        public void unsubscribe(String filter) throws Exception {
            client.unsubscribe(Mqtt3Unsubscribe.builder().topicFilter(filter).build())
                    .get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public int publish(Message message) throws Exception {
            client.publish(publishOf(message)).get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
            return 0;
        }

        @Override
        public void disconnect(@Nullable Long sessionExpirySeconds) throws Exception {
            client.disconnect().get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS);
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
