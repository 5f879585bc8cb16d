package io.godwit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketType;
import java.nio.charset.StandardCharsets;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
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
        client.connect(options);
        try {
            Fault lost = broker.dropNext(PacketType.PUBACK, "paho", Direction.TO_CLIENT);
            MqttMessage message = new MqttMessage("1".getBytes(StandardCharsets.UTF_8));
            message.setQos(1);
            client.getTopic("a").publish(message);
            lost.await();

            broker.cut("paho");
            broker.awaitDisconnected("paho");
            client.connect(options);

            assertThat(broker.awaitMessage("a").text()).isEqualTo("1");
            assertThat(broker.awaitMessage("a").text()).isEqualTo("1");
        } finally {
            client.disconnect();
            client.close();
        }
    }
}
