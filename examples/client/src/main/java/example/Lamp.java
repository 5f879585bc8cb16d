package example;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Subscription;

/** Does what it is told, and answers where it is asked to. */
public final class Lamp implements AutoCloseable {

    private final MqttClient client;
    private final String commands;

    /** A lamp that has not connected yet. */
    public Lamp(MqttClientBuilder server, String name) {
        commands = "lamps/" + name + "/command";
        client = server.clientId("lamp-" + name).build();
    }

    /** Connects, and takes commands from now on. */
    public void start() {
        client.blocking().connect();
        client.blocking()
                .subscribe(Subscription.to(commands).qos(1).handler(this::command).build());
    }

    private void command(ReceivedMessage command) {
        String answer =
                switch (command.text()) {
                    case "on", "off" -> "it is " + command.text();
                    default -> "there is no command " + command.text();
                };
        String topic = command.responseTopic();
        if (topic != null) {
            Message.Builder response = Message.to(topic).payload(answer).qos(1);
            byte[] correlation = command.correlationData();
            if (correlation != null) {
                response.correlationData(correlation);
            }
            client.publish(response.build());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
