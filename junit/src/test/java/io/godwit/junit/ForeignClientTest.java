package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketType;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

/** A client that others wrote, with faults on its way. */
@SuppressWarnings("NullAway.Init") // the extension sets the field
class ForeignClientTest {

    @MqttBroker TestBroker broker;

    @Test
    void aPubackThatIsLostMakesItPublishAgain() throws Exception {
        MqttClient client =
                new MqttClient(
                        "tcp://%s:%d".formatted(broker.host(), broker.port()),
                        "paho",
                        new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3600L);
        client.setTimeToWait(10_000);
        CompletableFuture<MqttDisconnectResponse> noticed = new CompletableFuture<>();
        client.setCallback(new ConnectionLost(noticed));
        client.connect(options);
        try {
            Fault lost = broker.dropNext(PacketType.PUBACK, "paho", Direction.TO_CLIENT);
            MqttMessage message = new MqttMessage("1".getBytes(StandardCharsets.UTF_8));
            message.setQos(1);
            client.getTopic("a").publish(message);
            lost.await();

            broker.cut("paho");
            // Paho refuses to connect while it still thinks that it is connected.
            noticed.get(30, TimeUnit.SECONDS);
            client.connect(options);

            assertThat(broker.awaitMessage("a").text()).isEqualTo("1");
            assertThat(broker.awaitMessage("a").text()).isEqualTo("1");
        } finally {
            if (client.isConnected()) {
                client.disconnect();
            }
            client.close();
        }
    }

    /** Completes a future when Paho has noticed that its connection is gone. */
    private record ConnectionLost(CompletableFuture<MqttDisconnectResponse> noticed)
            implements MqttCallback {

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            noticed.complete(response);
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            noticed.completeExceptionally(exception);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
