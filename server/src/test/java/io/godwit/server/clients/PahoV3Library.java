package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/** Paho's Java client for MQTT 3.1 and 3.1.1. */
final class PahoV3Library implements ClientLibrary {

    private final Access access;

    PahoV3Library(Access access) {
        this.access = access;
    }

    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(Inbox.PATIENCE_SECONDS);

    @Override
    public List<ProtocolVersion> versions() {
        return List.of(ProtocolVersion.V3_1, ProtocolVersion.V3_1_1);
    }

    @Override
    public Set<Feature> features() {
        // It takes the halves of a character beyond U+FFFF for lone surrogates, and refuses.
        return Set.of();
    }

    @Override
    public void close() {}

    @Override
    public Connection connect(ConnectOptions options, Inbox inbox) throws Exception {
        var client =
                new MqttAsyncClient(
                        access.uri(options.host(), options.port()),
                        options.clientId(),
                        new MemoryPersistence());
        var delivered = new Semaphore(0);
        client.setCallback(new ToInbox(inbox, delivered));
        var connect = new MqttConnectOptions();
        connect.setMqttVersion(options.version().level());
        connect.setCleanSession(options.cleanStart());
        if (access.transport() == Transport.TLS) {
            connect.setSocketFactory(SelfSigned.socketFactory(access.requiredAuthority()));
        }
        if (options.will() != null) {
            Message will = options.will();
            connect.setWill(will.topic(), will.payloadBytes(), will.qos(), will.retain());
        }
        IMqttToken token = client.connect(connect);
        token.waitForCompletion(PATIENCE_MILLIS);
        return new PahoConnection(client, token.getSessionPresent(), delivered);
    }

    /**
     * What Paho calls.
     *
     * @param delivered one permit for each publication that is over and done with. The token says
     *     so a little earlier, when Paho still counts the publication as in flight.
     */
    private record ToInbox(Inbox inbox, Semaphore delivered) implements MqttCallback {

        @Override
        public void connectionLost(Throwable cause) {
            inbox.lost(Inbox.Loss.SILENT);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            inbox.arrived(
                    new Message(
                            topic,
                            Message.payloadOf(message.getPayload()),
                            message.getQos(),
                            message.isRetained(),
                            Message.Properties.NONE));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            delivered.release();
        }
    }

    private static void awaitDelivered(Semaphore delivered) throws Exception {
        if (!delivered.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("Paho did not call deliveryComplete");
        }
    }

    private record PahoConnection(
            MqttAsyncClient client, boolean sessionPresent, Semaphore delivered)
            implements Connection {

        @Override
        public @Nullable String assignedClientId() {
            return null;
        }

        @Override
        public int subscribe(Subscription subscription) throws MqttException {
            IMqttToken token = client.subscribe(subscription.filter(), subscription.qos());
            token.waitForCompletion(PATIENCE_MILLIS);
            return token.getGrantedQos()[0];
        }

        @Override
        public void unsubscribe(String filter) throws MqttException {
            client.unsubscribe(filter).waitForCompletion(PATIENCE_MILLIS);
        }

        @Override
        public int publish(Message message) throws Exception {
            client.publish(message.topic(), message.payloadBytes(), message.qos(), message.retain())
                    .waitForCompletion(PATIENCE_MILLIS);
            awaitDelivered(delivered);
            return 0;
        }

        @Override
        public void disconnect(@Nullable Long sessionExpirySeconds) throws MqttException {
            client.disconnect().waitForCompletion(PATIENCE_MILLIS);
        }

        @Override
        public void close() throws MqttException {
            if (client.isConnected()) {
                client.disconnectForcibly(0, 0, false);
            }
            client.close(true);
        }
    }
}
