package example;

import io.godwit.client.BlockingClient;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionListener;
import io.godwit.client.Credentials;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.MqttException;
import io.godwit.client.OfflineBuffer;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Reconnect;
import io.godwit.client.Subscription;
import io.godwit.client.auth.Scram;
import io.godwit.codec.ReasonCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the client does, a few lines each. */
public final class Tour {

    private Tour() {}

    static String blocking(String server) {
        try (MqttClient client = MqttClient.builder().server(server).build()) {
            BlockingClient mqtt = client.blocking();
            mqtt.connect();
            try (BlockingClient.Inbox inbox = mqtt.inbox("rooms/+/temperature")) {
                mqtt.subscribe("rooms/+/temperature", 1);
                mqtt.publish(Message.of("rooms/kitchen/temperature", "21.5", 1));
                return inbox.take(Duration.ofSeconds(5)).text();
            }
        }
    }

    static CompletableFuture<Published> futures(MqttClient client, Consumer<String> show) {
        client.onMessage("rooms/#", message -> show.accept(message.topic() + " " + message.text()));
        return client.connect()
                .thenCompose(_ -> client.subscribe("rooms/+/temperature", 1))
                .thenCompose(_ -> client.publish(Message.of("rooms/bath/temperature", "24", 1)));
    }

    static void streams(
            MqttClient client,
            Flow.Publisher<Message> source,
            Flow.Subscriber<Published> outcomes,
            Flow.Subscriber<ReceivedMessage> sink) {
        client.flow().subscribe(Subscription.to("rooms/#").qos(1).build()).subscribe(sink);
        client.flow().publish(source, 100).subscribe(outcomes);
    }

    static MqttClient reconnecting(
            MqttClientBuilder builder, Supplier<String> token, Consumer<String> log) {
        MqttClient client =
                builder.credentials(() -> Credentials.of("sensor-7", token.get()))
                        .reconnect(
                                Reconnect.DEFAULT
                                        .withFirst(true)
                                        .between(Duration.ofMillis(500), Duration.ofMinutes(1)))
                        .build();
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void connected(Connected connected) {
                        log.accept("connected to " + connected.server());
                    }

                    @Override
                    public void disconnected(MqttException cause, Duration retryIn) {
                        log.accept(cause + "; next attempt in " + retryIn);
                    }
                });
        return client;
    }

    static MqttClient buffering(MqttClientBuilder builder) {
        return builder.offline(
                        OfflineBuffer.DEFAULT
                                .upTo(1_000, 1 << 20)
                                .withQos0(OfflineBuffer.Qos0.DROP)
                                .whenFull(OfflineBuffer.Full.DROP_OLDEST)
                                .livingFor(Duration.ofHours(1)))
                .build();
    }

    static void acknowledging(
            MqttClient client, Executor workers, Consumer<ReceivedMessage> work) {
        client.subscribe(
                Subscription.to("jobs/+")
                        .qos(1)
                        .manualAcknowledgement(true)
                        .handler(job -> workers.execute(() -> done(job, work)))
                        .build());
    }

    private static void done(ReceivedMessage job, Consumer<ReceivedMessage> work) {
        try {
            work.accept(job);
            job.acknowledge();
        } catch (RuntimeException failure) {
            job.refuse(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        }
    }

    static void identified(MqttClient client, Consumer<String> show) {
        client.subscribe(
                Subscription.to("rooms/#")
                        .identifier(4_711)
                        .userProperty("reason", "audit")
                        .handler(message -> show.accept(message.text() + message.subscriptionIds()))
                        .build());
    }

    static MqttClient secure(String server, Path ca, Path certificate, Path key) {
        return MqttClient.builder()
                .server(server) // mqtts://broker.example.org, or wss://broker.example.org/mqtt
                .tls(tls -> tls.ca(ca).certificate(certificate, key))
                .build();
    }

    static MqttClient scram(MqttClientBuilder builder, String password) {
        return builder.authentication(Scram.sha256("user", password)).build();
    }
}
