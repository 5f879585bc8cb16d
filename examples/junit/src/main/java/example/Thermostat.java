package example;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.ReceivedMessage;
import java.time.Duration;

/**
 * The program that the tests are about: turns the heating of a room on when it is colder there than
 * wanted, and off otherwise.
 */
public final class Thermostat implements AutoCloseable {

    private static final String TEMPERATURES = "rooms/+/temperature";
    private static final String STATE = "thermostat/state";

    private final MqttClient client;
    private final double wanted;

    /**
     * A thermostat that has not connected yet.
     *
     * @param server knows the server, and how to get in
     * @param wanted degrees
     */
    public Thermostat(MqttClientBuilder server, double wanted) {
        this.wanted = wanted;
        this.client =
                server.clientId("thermostat")
                        .cleanStart(false)
                        .sessionExpiry(Duration.ofHours(1))
                        .will(state("offline"), Duration.ofSeconds(30))
                        .build();
        client.onMessage(TEMPERATURES, this::measured);
    }

    /** Connects, and works from now on. */
    public void start() {
        client.blocking().connect();
        client.blocking().subscribe(TEMPERATURES, 1);
        client.blocking().publish(state("online"));
    }

    private void measured(ReceivedMessage message) {
        String room = message.topic().toString().split("/")[1];
        boolean isCold = Double.parseDouble(message.text()) < wanted;
        client.publish(Message.of("rooms/" + room + "/heating", isCold ? "on" : "off", 1));
    }

    private static Message state(String state) {
        return Message.to(STATE).payload(state).qos(1).retain(true).build();
    }

    @Override
    public void close() {
        client.close();
    }
}
