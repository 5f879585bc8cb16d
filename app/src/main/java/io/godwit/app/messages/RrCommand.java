package io.godwit.app.messages;

import io.godwit.client.ConnectionListener;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttException;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Reconnect;
import io.godwit.client.RequestRefused;
import io.godwit.client.Subscription;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code godwit rr}: publishes a request, waits for its response and prints it. */
final class RrCommand extends ClientCommand {

    private static final double NANOS_OF_MILLI = 1e6;

    private final OutputOptions output = new OutputOptions();
    private final PayloadOptions payload = new PayloadOptions();
    private final RetainOptions retained = new RetainOptions();
    private @Nullable String topic;
    private @Nullable String responseTopic;
    private int qos;
    private int seconds;
    private boolean measuresLatency;

    /** The response, or none when the time is over. */
    private final CompletableFuture<Optional<Publish>> response = new CompletableFuture<>();

    private volatile long sentAt;
    private volatile long responseAt;

    RrCommand(Streams streams) {
        super("rr", "Sends a request and prints its response", ProtocolVersion.V5, streams);
        flags.text("TOPIC", this::topic, "Where the request goes.", "-t", "--topic");
        flags.text(
                "TOPIC",
                value -> responseTopic = Topics.name(value),
                "Where the response is to come.",
                "-e");
        payload.addTo(flags, false);
        flags.number(
                "QOS", 0, 2, value -> qos = value, "QoS of both; 0 by default.", "-q", "--qos");
        output.addTo(flags);
        retained.addTo(flags);
        flags.number(
                "SECONDS",
                1,
                Integer.MAX_VALUE,
                value -> seconds = value,
                "Waits so long at most; exit code 27 then.",
                "-W");
        flags.on(() -> measuresLatency = true, "Prints how long it took.", "--latency");
        addCommonFlags(this::topic);
    }

    private void topic(String value) throws WrongUsage {
        topic = Topics.name(value);
    }

    @Override
    int execute() throws WrongUsage, IOException {
        if (topic == null || responseTopic == null || !payload.areGiven()) {
            throw new WrongUsage(
                    "It takes a topic (-t), a message (-m, -f, -n or -s) and a topic for the response"
                            + " (-e)");
        }
        byte[] bytes = payload.bytes(streams.in());
        Message request = request(Objects.requireNonNull(topic), bytes);
        MessagePrinter printer = output.printer(streams);
        try (MqttClient client = connection.client(Reconnect.NEVER, 20)) {
            listen(client);
            CompletableFuture<Boolean> over = over(seconds);
            var _ = over.thenAccept(_ -> response.complete(Optional.empty()));
            boolean isConnected = connect(client, printer, over);
            if (isConnected) {
                ask(client, request);
            }
            Optional<Publish> answer = await(response);
            if (answer.isEmpty()) {
                complain("The time is over");
                if (isConnected) {
                    disconnect(client, printer, timeIsOver());
                }
                return TIME_IS_OVER;
            }
            printer.print(shown(answer.get()));
            if (measuresLatency) {
                printer.line(latency(responseAt - sentAt));
            }
            disconnect(client, printer, ReasonCode.SUCCESS);
            return 0;
        } catch (RequestRefused refused) {
            complain(String.valueOf(refused.getMessage()));
            return ERROR;
        }
    }

    private ReasonCode timeIsOver() {
        return connection.version().isV5()
                ? ReasonCode.DISCONNECT_WITH_WILL_MESSAGE
                : ReasonCode.SUCCESS;
    }

    private Message request(String to, byte[] bytes) throws WrongUsage {
        Properties given =
                connection
                        .properties(PropertyOptions.Carrier.PUBLISH)
                        .only(it -> it != Property.TOPIC_ALIAS);
        if (given.has(Property.RESPONSE_TOPIC)) {
            throw new WrongUsage("The response topic is said by -e");
        }
        Message plain = Message.to(to).build();
        return new Message(
                plain.topic(),
                bytes,
                qos,
                false,
                given.with(Property.RESPONSE_TOPIC, Objects.requireNonNull(responseTopic)));
    }

    private void listen(MqttClient client) {
        client.onMessage(Objects.requireNonNull(responseTopic), this::take);
        client.onConnection(
                new ConnectionListener() {
                    @Override
                    public void disconnected(
                            @Nullable MqttException cause, @Nullable Duration retryIn) {
                        if (cause != null && retryIn == null) {
                            response.completeExceptionally(cause);
                        }
                    }
                });
    }

    private void take(ReceivedMessage message) {
        if (!(message.retain() && retained.areHidden()) && !response.isDone()) {
            responseAt = System.nanoTime();
            response.complete(Optional.of(message.publish()));
        }
        message.acknowledge();
    }

    /** Subscribes, and then publishes. */
    private void ask(MqttClient client, Message request) throws WrongUsage {
        TopicFilter filter = Topics.filter(Objects.requireNonNull(responseTopic));
        SubscriptionRequest subscription =
                connection.version().isV5()
                        ? new SubscriptionRequest(
                                filter, qos, false, retained.asPublished(), retained.handling())
                        : new SubscriptionRequest(filter, qos);
        var _ =
                client.subscribe(
                                new Subscription(
                                        subscription,
                                        connection.properties(PropertyOptions.Carrier.SUBSCRIBE),
                                        null,
                                        true))
                        .thenCompose(_ -> {
                            sentAt = System.nanoTime();
                            return client.publish(request);
                        })
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                response.completeExceptionally(failure);
                            }
                        });
    }

    private static String latency(long nanos) {
        return String.format(Locale.ROOT, "Latency: %.6fms", nanos / NANOS_OF_MILLI);
    }
}
