package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.client.Reconnect;
import io.godwit.junit.MqttBroker;
import io.godwit.junit.TestBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThermostatTimeTest {

    @MqttBroker TestBroker broker;

    Thermostat thermostat;

    /** Its connection is cut, and it does not come back. */
    private void loseThermostat() {
        thermostat =
                new Thermostat(broker.clientBuilder("thermostat").reconnect(Reconnect.NEVER), 20);
        thermostat.start();
        broker.cut("thermostat");
        broker.awaitDisconnected("thermostat");
    }

    @AfterEach
    void stop() {
        thermostat.close();
    }

    @Test
    void isMissedAfterHalfAMinute() {
        loseThermostat();

        broker.advance(Duration.ofSeconds(20));
        assertEquals("online", broker.retained("thermostat/state").text());

        broker.advance(Duration.ofSeconds(10));
        assertEquals("offline", broker.retained("thermostat/state").text());
    }

    @Test
    void missesNothingForAnHour() {
        loseThermostat();
        broker.publish("rooms/kitchen/temperature", "17.5");

        broker.advance(Duration.ofMinutes(59));
        assertEquals(1, broker.queued("thermostat"));

        broker.advance(Duration.ofMinutes(1));
        assertEquals(List.of(), broker.sessions());
    }
}
