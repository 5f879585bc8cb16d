package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/** Paho's Java client for MQTT 5. It uses topic aliases by itself where the server allows them. */
final class PahoV5Library implements ClientLibrary {

    private final Access access;

    PahoV5Library(Access access) {
        this.access = access;
    }

    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(Inbox.PATIENCE_SECONDS);

    @Override
    public List<ProtocolVersion> versions() {
        return List.of(ProtocolVersion.V5);
    }

    @Override
    public Set<Feature> features() {
        // Version 1.2.5 looks for received aliases among the topics, and loses the message.
        return EnumSet.complementOf(
                EnumSet.of(Feature.CHOOSE_TOPIC_ALIAS, Feature.RECEIVE_TOPIC_ALIAS));
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
        MqttConnectionOptions connect = connectionOptions(options);
        if (access.transport() == Transport.TLS) {
            connect.setSocketFactory(SelfSigned.socketFactory(access.requiredAuthority()));
        }
        IMqttToken token = client.connect(connect);
        token.waitForCompletion(PATIENCE_MILLIS);
        return new PahoConnection(
                client,
                token.getSessionPresent(),
                token.getResponseProperties().getAssignedClientIdentifier(),
                delivered);
    }

    private static MqttConnectionOptions connectionOptions(ConnectOptions options) {
        var connect = new MqttConnectionOptions();
        connect.setCleanStart(options.cleanStart());
        connect.setSessionExpiryInterval(options.sessionExpirySeconds());
        connect.setReceiveMaximum(options.receiveMaximum());
        connect.setMaximumPacketSize(options.maximumPacketSize());
        connect.setTopicAliasMaximum(options.topicAliasMaximum());
        if (options.will() != null) {
            connect.setWill(options.will().topic(), messageOf(options.will()));
            connect.setWillMessageProperties(propertiesOf(options.will().properties()));
        }
        return connect;
    }

    private static MqttMessage messageOf(Message message) {
        return new MqttMessage(
                message.payloadBytes(),
                message.qos(),
                message.retain(),
                propertiesOf(message.properties()));
    }

    private static MqttProperties propertiesOf(Message.Properties from) {
        var to = new MqttProperties();
        to.setUserProperties(
                from.user().stream()
                        .map(user -> new UserProperty(user.getKey(), user.getValue()))
                        .toList());
        to.setContentType(from.contentType());
        to.setResponseTopic(from.responseTopic());
        if (from.correlationData() != null) {
            to.setCorrelationData(Message.of("", from.correlationData(), 0).payloadBytes());
        }
        if (from.payloadFormat() != null) {
            to.setPayloadFormat(from.payloadFormat() == 1);
        }
        to.setMessageExpiryInterval(from.expirySeconds());
        to.setWillDelayInterval(from.willDelaySeconds());
        return to;
    }

    private static Message.Properties propertiesOf(MqttProperties from) {
        byte @Nullable [] correlation = from.getCorrelationData();
        return new Message.Properties(
                from.getUserProperties().stream()
                        .map(user -> Map.entry(user.getKey(), user.getValue()))
                        .toList(),
                from.getContentType(),
                from.getResponseTopic(),
                correlation == null ? null : Message.payloadOf(correlation),
                // It does not tell 0 from absent.
                from.getPayloadFormat() ? 1 : null,
                from.getMessageExpiryInterval(),
                null,
                null,
                from.getSubscriptionIdentifiers());
    }

    /**
     * What Paho calls.
     *
     * @param delivered one permit for each publication that is over and done with. The token says
     *     so a little earlier, when Paho still counts the publication as in flight.
     */
    private record ToInbox(Inbox inbox, Semaphore delivered) implements MqttCallback {

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            String why = response.getReasonString();
            inbox.lost(new Inbox.Loss(response.getReturnCode(), why == null ? "" : why));
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            inbox.arrived(
                    new Message(
                            topic,
                            Message.payloadOf(message.getPayload()),
                            message.getQos(),
                            message.isRetained(),
                            propertiesOf(message.getProperties())));
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            delivered.release();
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    private static void awaitDelivered(Semaphore delivered) throws Exception {
        if (!delivered.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("Paho did not call deliveryComplete");
        }
    }

    private record PahoConnection(
            MqttAsyncClient client,
            boolean sessionPresent,
            @Nullable String assignedClientId,
            Semaphore delivered)
            implements Connection {

        @Override
        public int subscribe(Subscription subscription) throws MqttException {
            var wanted = new MqttSubscription(subscription.filter(), subscription.qos());
            wanted.setNoLocal(subscription.noLocal());
            wanted.setRetainAsPublished(subscription.retainAsPublished());
            wanted.setRetainHandling(subscription.retainHandling());
            var properties = new MqttProperties();
            if (subscription.subscriptionId() != null) {
                properties.setSubscriptionIdentifier(subscription.subscriptionId());
            }
            IMqttToken token =
                    client.subscribe(new MqttSubscription[] {wanted}, null, null, properties);
            token.waitForCompletion(PATIENCE_MILLIS);
            return token.getReasonCodes()[0];
        }

        @Override
        public void unsubscribe(String filter) throws MqttException {
            client.unsubscribe(filter).waitForCompletion(PATIENCE_MILLIS);
        }

        @Override
        public int publish(Message message) throws Exception {
            IMqttToken token = client.publish(message.topic(), messageOf(message));
            token.waitForCompletion(PATIENCE_MILLIS);
            awaitDelivered(delivered);
            int @Nullable [] codes = token.getReasonCodes();
            return codes == null || codes.length == 0 ? 0 : codes[0];
        }

        @Override
        public void disconnect(@Nullable Long sessionExpirySeconds) throws MqttException {
            var properties = new MqttProperties();
            properties.setSessionExpiryInterval(sessionExpirySeconds);
            client.disconnect(0, null, null, 0, properties).waitForCompletion(PATIENCE_MILLIS);
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
