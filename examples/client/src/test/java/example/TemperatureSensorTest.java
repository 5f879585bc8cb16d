package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.client.Reconnect;
import io.godwit.junit.MqttBroker;
import io.godwit.junit.TestBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@MqttBroker
class TemperatureSensorTest {

    @Test
    void saysWhatItMeasuresAndThatItIsThere(TestBroker broker) {
        try (TemperatureSensor sensor =
                new TemperatureSensor(broker.clientBuilder("first"), "first")) {
            sensor.start();
            sensor.measured(21.46);
            assertEquals("21.5", broker.awaitMessage("sensors/first/temperature").text());
            assertEquals("online", broker.awaitMessage("sensors/first/state").text());
            assertTrue(broker.retained("sensors/first/state").retain());
        }
        assertEquals("offline", broker.awaitMessage("sensors/first/state").text());
        assertEquals("offline", broker.retained("sensors/first/state").text());
    }

    @Test
    void isMissedTenSecondsAfterItsConnection(TestBroker broker) {
        try (TemperatureSensor sensor =
                new TemperatureSensor(
                        broker.clientBuilder("second").reconnect(Reconnect.NEVER), "second")) {
            sensor.start();
            assertEquals("online", broker.awaitMessage("sensors/second/state").text());
            broker.cut("second");
            broker.awaitDisconnected("second");
            assertEquals("online", broker.retained("sensors/second/state").text());
            broker.advance(Duration.ofSeconds(10));
            assertEquals("offline", broker.awaitMessage("sensors/second/state").text());
        }
    }

    @Test
    void isNotMissedWhenItComesBack(TestBroker broker) {
        try (TemperatureSensor sensor =
                new TemperatureSensor(broker.clientBuilder("third"), "third")) {
            sensor.start();
            assertEquals("online", broker.awaitMessage("sensors/third/state").text());
            broker.cut("third");
            assertEquals("online", broker.awaitMessage("sensors/third/state").text());
            broker.advance(Duration.ofMinutes(5));
            assertEquals("online", broker.retained("sensors/third/state").text());
        }
    }
}
