package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.client.BlockingClient;
import io.godwit.client.Message;
import io.godwit.junit.MqttBroker;
import io.godwit.junit.TestBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@MqttBroker
class ThermostatTest {

    Thermostat thermostat;

    @BeforeEach
    void start(TestBroker broker) {
        thermostat = new Thermostat(broker.clientBuilder("thermostat"), 20);
        thermostat.start();
    }

    @AfterEach
    void stop() {
        thermostat.close();
    }

    @Test
    void heatsARoomThatIsTooCold(TestBroker broker) {
        broker.publish("rooms/kitchen/temperature", "17.5");

        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
    }

    @Test
    void heatsNoOtherRoom(TestBroker broker) {
        broker.publish("rooms/kitchen/temperature", "17.5");
        broker.publish("rooms/bath/temperature", "24");

        assertEquals("on", broker.awaitMessage("rooms/+/heating").text());
        assertEquals("off", broker.awaitMessage("rooms/+/heating").text());
        assertEquals(2, broker.messages("rooms/+/heating").size());
    }

    @Test
    void saysThatItIsThere(TestBroker broker) {
        assertEquals("online", broker.retained("thermostat/state").text());
        assertEquals(List.of("thermostat"), broker.clients());
    }

    @Test
    void talksToOtherClients(BlockingClient panel) {
        try (BlockingClient.Inbox heating = panel.inbox("rooms/+/heating")) {
            panel.subscribe("rooms/+/heating", 1);
            panel.publish(Message.of("rooms/attic/temperature", "12", 1));

            assertEquals("on", heating.take(Duration.ofSeconds(5)).text());
        }
    }
}
