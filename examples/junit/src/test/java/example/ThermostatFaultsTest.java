package example;

import static io.godwit.codec.PacketType.PUBACK;
import static io.godwit.junit.Direction.FROM_CLIENT;
import static io.godwit.junit.MqttBroker.Store.DURABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.junit.Fault;
import io.godwit.junit.MqttBroker;
import io.godwit.junit.TestBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThermostatFaultsTest {

    @MqttBroker(store = DURABLE)
    TestBroker broker;

    Thermostat thermostat;

    private void start() {
        thermostat = new Thermostat(broker.clientBuilder("thermostat"), 20);
        thermostat.start();
    }

    @AfterEach
    void stop() {
        thermostat.close();
    }

    @Test
    void getsAMessageAgainThatItCouldNotAcknowledge() {
        start();
        Fault lost = broker.dropNext(PUBACK, "thermostat", FROM_CLIENT);

        broker.publish("rooms/kitchen/temperature", "17.5");
        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
        lost.await();
        broker.cut("thermostat"); // it connects again, and is sent the message again

        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
    }

    @Test
    void getsWhatCameWhileItsConnectionWasCut() {
        start();
        broker.cutAfter(1, "thermostat");

        broker.publish("rooms/kitchen/temperature", "17.5");
        broker.publish("rooms/bath/temperature", "18");

        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
        assertEquals("on", broker.awaitMessage("rooms/bath/heating").text());
    }

    @Test
    void getsWhatCameWhileItWasStuck() {
        start();
        Fault stuck = broker.slowConsumer("thermostat");

        broker.publish("rooms/kitchen/temperature", "17.5");
        stuck.await();
        stuck.close();

        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
    }

    @Test
    void worksOnWhenTheServerWasRestarted() {
        start();

        broker.restart();
        broker.awaitConnected("thermostat");
        broker.publish("rooms/kitchen/temperature", "17.5");

        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
    }

    @Test
    void subscribesAgainWhenTheServerHasLostEverything() {
        start();

        broker.restartWithoutData();
        broker.awaitSubscription("thermostat", "rooms/+/temperature");
        broker.publish("rooms/kitchen/temperature", "17.5");

        assertEquals("on", broker.awaitMessage("rooms/kitchen/heating").text());
    }
}
