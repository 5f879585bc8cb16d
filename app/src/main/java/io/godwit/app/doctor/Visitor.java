package io.godwit.app.doctor;

import io.godwit.client.Connected;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.MqttException;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.RequestRefused;
import io.godwit.client.Subscribed;
import io.godwit.client.Subscription;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A client that looks at one thing. One thread at a time. */
final class Visitor implements AutoCloseable {

    /** Messages that wait; more are passed over, as a server may send whatever it likes. */
    private static final int MOST = 1_000;

    private final MqttClient client;
    private final Connected connected;
    private final Duration patience;
    private final BlockingQueue<ReceivedMessage> messages = new LinkedBlockingQueue<>(MOST);

    private Visitor(MqttClient client, Duration patience) {
        this.client = client;
        this.patience = patience;
        for (String filter : new String[] {"#", "$SYS/#"}) {
            client.onMessage(
                    filter,
                    message -> {
                        var _ = messages.offer(message);
                    });
        }
        this.connected = client.blocking().connect();
    }

    /**
     * Connects.
     *
     * @throws MqttException if it fails
     */
    static Visitor open(Patient patient, ProtocolVersion version, String name) {
        return open(patient, version, name, UnaryOperator.identity());
    }

    /** The same with other settings. */
    static Visitor open(
            Patient patient,
            ProtocolVersion version,
            String name,
            UnaryOperator<MqttClientBuilder> change) {
        MqttClientBuilder builder =
                patient.clients()
                        .get()
                        .version(version)
                        .clientId(patient.clientId() + name)
                        .timeout(patient.patience())
                        .manualAcknowledgement(false);
        MqttClient client = change.apply(builder).build();
        try {
            return new Visitor(client, patient.patience());
        } catch (MqttException failure) {
            client.close();
            throw failure;
        }
    }

    Connected connected() {
        return connected;
    }

    /** The QoS that it may publish with, as the server says in CONNACK (v5 §3.2.2.3.4). */
    int maximumQos() {
        Boolean maximum = connected.connAck().properties().get(Property.MAXIMUM_QOS);
        return maximum == null ? 2 : maximum ? 1 : 0;
    }

    /**
     * Subscribes; returns what is granted.
     *
     * @throws RequestRefused if nothing is
     */
    ReasonCode subscribe(String filter, int qos) {
        Subscribed subscribed =
                client.blocking().subscribe(Subscription.to(filter).qos(qos).build());
        return subscribed.reasonCodes().getFirst();
    }

    /**
     * Publishes, and waits for the acknowledgement.
     *
     * @param qos at the server's maximum instead, if that is lower
     */
    void publish(String topic, String text, int qos, boolean retain) {
        int allowed = Math.min(qos, maximumQos());
        Message message = Message.to(topic).payload(text).qos(allowed).retain(retain).build();
        var _ = client.blocking().publish(message);
    }

    /** The next message; null if none comes in time. */
    @Nullable ReceivedMessage take() throws InterruptedException {
        return take(patience);
    }

    /** The next message; null if none comes in that time. */
    @Nullable ReceivedMessage take(Duration most) throws InterruptedException {
        return messages.poll(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The next message with this text; null if none comes in time. */
    @Nullable ReceivedMessage take(String text) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        ReceivedMessage message = take();
        while (message != null && !message.text().equals(text)) {
            long left = end - System.nanoTime();
            message = left > 0 ? take(Duration.ofNanos(left)) : null; // others may come without end
        }
        return message;
    }

    MqttClient client() {
        return client;
    }

    /** Disconnects, and waits until that has happened. */
    @Override
    public void close() {
        client.close();
    }
}
