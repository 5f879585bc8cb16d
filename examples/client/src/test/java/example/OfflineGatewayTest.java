package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.client.MqttClientBuilder;
import io.godwit.client.Reconnect;
import io.godwit.junit.MqttBroker;
import io.godwit.junit.RecordedMessage;
import io.godwit.junit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineGatewayTest {

    private static MqttClientBuilder server(TestBroker broker) {
        return broker.clientBuilder("gateway")
                .reconnect(
                        Reconnect.DEFAULT
                                .withFirst(true)
                                .between(Duration.ofMillis(20), Duration.ofMillis(200)));
    }

    @Test
    void deliversWhatAnEarlierOneHasLeft(@MqttBroker TestBroker broker, @TempDir Path directory) {
        broker.stop();
        try (OfflineGateway gateway = new OfflineGateway(server(broker), directory)) {
            gateway.start();
            gateway.read("water", "17.3");
            gateway.read("power", "4711");
            gateway.read("water", "17.4");
            assertEquals(3, gateway.waiting());
        }

        broker.startAgain();
        try (OfflineGateway gateway = new OfflineGateway(server(broker), directory)) {
            assertEquals(3, gateway.waiting());
            gateway.start();
            gateway.read("water", "17.5").join();
            assertEquals(0, gateway.waiting());
        }
        assertEquals(
                List.of("17.3", "4711", "17.4", "17.5"),
                broker.messages("meters/+").stream().map(RecordedMessage::text).toList());
    }

    @Test
    void deliversOnceThoughItsConnectionsBreak(
            @MqttBroker TestBroker broker, @TempDir Path directory) {
        try (OfflineGateway gateway = new OfflineGateway(server(broker), directory)) {
            gateway.start();
            for (int i = 0; i < 20; i++) {
                broker.cutAfter(1 + i % 4, "gateway");
                gateway.read("water", "" + i).join();
            }
        }
        assertEquals(20, broker.messages("meters/water").size());
    }
}
