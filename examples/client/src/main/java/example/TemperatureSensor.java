package example;

import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.Reconnect;
import java.time.Duration;
import java.util.Locale;

/** Publishes what it measures. Whether it is there stands in a retained message. */
public final class TemperatureSensor implements AutoCloseable {

    private final MqttClient client;
    private final String topic;

    /**
     * A sensor that has not connected yet.
     *
     * @param server knows the server, and how to get in
     */
    public TemperatureSensor(MqttClientBuilder server, String name) {
        topic = "sensors/" + name;
        client =
                server.clientId(name)
                        .sessionExpiry(Duration.ofMinutes(1)) // a will does not outlive the session
                        .will(state("offline"), Duration.ofSeconds(10))
                        .build();
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void connected(Connected connected) {
                        client.publish(state("online"));
                    }
                });
    }

    /** Begins to connect. */
    public void start() {
        client.connect();
    }

    /** Publishes a temperature, of use for five minutes, in degrees Celsius. */
    public void measured(double celsius) {
        client.publish(
                Message.to(topic + "/temperature")
                        .payload(String.format(Locale.ROOT, "%.1f", celsius))
                        .qos(1)
                        .expiry(Duration.ofMinutes(5))
                        .build());
    }

    private Message state(String state) {
        return Message.to(topic + "/state").payload(state).qos(1).retain(true).build();
    }

    /** Says that it goes; the server drops the will then. */
    @Override
    public void close() {
        client.publish(state("offline"));
        client.close();
    }

    /** Measures every ten seconds: {@code TemperatureSensor mqtt://localhost kitchen}. */
    public static void main(String[] arguments) throws InterruptedException {
        MqttClientBuilder server =
                MqttClient.builder()
                        .server(arguments[0])
                        .reconnect(Reconnect.DEFAULT.withFirst(true));
        try (TemperatureSensor sensor = new TemperatureSensor(server, arguments[1])) {
            sensor.start();
            while (true) {
                sensor.measured(20 + Math.random());
                Thread.sleep(Duration.ofSeconds(10));
            }
        }
    }
}
