package example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Subscription;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Tells lamps what to do, and waits for what they answer. */
public final class Panel implements AutoCloseable {

    private final MqttClient client;
    private final String answers;
    private final Map<String, CompletableFuture<String>> asked = new ConcurrentHashMap<>();

    /** A panel that has not connected yet. */
    public Panel(MqttClientBuilder server, String name) {
        answers = "panels/" + name + "/answers";
        client = server.clientId("panel-" + name).build();
    }

    /** Connects. */
    public void start() {
        client.blocking().connect();
        client.blocking()
                .subscribe(Subscription.to(answers).qos(1).handler(this::answered).build());
    }

    /** Gives a lamp a command; the future completes with its answer. */
    public CompletableFuture<String> command(String lamp, String command, Duration most) {
        String number = UUID.randomUUID().toString();
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.put(number, answer);
        answer.orTimeout(most.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> asked.remove(number));
        client.publish(
                        Message.to("lamps/" + lamp + "/command")
                                .payload(command)
                                .qos(1)
                                .expiry(most)
                                .responseTopic(answers)
                                .correlationData(number.getBytes(UTF_8))
                                .build())
                .whenComplete((published, failure) -> sent(answer, published, failure));
        return answer;
    }

    private static void sent(
            CompletableFuture<String> answer, Published published, Throwable failure) {
        if (failure != null) {
            answer.completeExceptionally(failure);
        } else if (published.reasonCode() == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
            answer.completeExceptionally(new IllegalStateException("nobody listens"));
        }
    }

    private void answered(ReceivedMessage message) {
        byte[] number = message.correlationData();
        CompletableFuture<String> answer =
                number == null ? null : asked.get(new String(number, UTF_8));
        if (answer != null) {
            answer.complete(message.text());
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Gives one command: {@code Panel mqtt://localhost desk on}. */
    public static void main(String[] arguments) {
        MqttClientBuilder server = MqttClient.builder().server(arguments[0]);
        try (Panel panel = new Panel(server, "it")) {
            panel.start();
            System.out.println(
                    panel.command(arguments[1], arguments[2], Duration.ofSeconds(5)).join());
        }
    }
}
