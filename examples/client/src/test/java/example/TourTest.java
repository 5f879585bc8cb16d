package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.godwit.client.Message;
import io.godwit.client.MessageDropped;
import io.godwit.client.MqttClient;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.codec.ReasonCode;
import io.godwit.junit.MqttBroker;
import io.godwit.junit.TestBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TourTest {

    private static final Path TLS = Path.of("target/tls");

    private static final String WITH_TLS =
            """
            authentication { anonymous = true }
            listeners.tls {
              type = tls, bind = "127.0.0.1", port = 0
              certificate = "target/tls/server.pem", key = "target/tls/server.key"
              client-ca = "target/tls/sensor.pem", client-certificate = required
            }
            """;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private String next() throws InterruptedException {
        return seen.poll(5, TimeUnit.SECONDS);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make(TLS, "server");
        Certificates.make(TLS, "sensor");
    }

    /** Hands on what comes. */
    private static final class Sink<T> implements Flow.Subscriber<T> {
        private final Consumer<T> consumer;

        Sink(Consumer<T> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T item) {
            consumer.accept(item);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }

    @Test
    void blocking(@MqttBroker TestBroker broker) {
        assertEquals("21.5", Tour.blocking(broker.uri()));
    }

    @Test
    void futures(@MqttBroker TestBroker broker) throws Exception {
        try (MqttClient client = broker.clientBuilder("it").build()) {
            Published published = Tour.futures(client, seen::add).get(5, TimeUnit.SECONDS);
            assertEquals(ReasonCode.SUCCESS, published.reasonCode());
            assertEquals("rooms/bath/temperature 24", next());
        }
    }

    @Test
    void streams(@MqttBroker TestBroker broker) throws Exception {
        try (MqttClient client = broker.client("it");
                SubmissionPublisher<Message> source = new SubmissionPublisher<>()) {
            Tour.streams(
                    client,
                    source,
                    new Sink<Published>(it -> seen.add(it.reasonCode().toString())),
                    new Sink<ReceivedMessage>(it -> seen.add(it.text())));
            broker.awaitSubscription("it", "rooms/#");
            source.submit(Message.of("rooms/attic/temperature", "12", 1));
            assertEquals(
                    List.of("12", ReasonCode.SUCCESS.toString()),
                    List.of(next(), next()).stream().sorted().toList());
        }
    }

    @Test
    void reconnecting(@MqttBroker TestBroker broker) throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        try (MqttClient client =
                Tour.reconnecting(
                        broker.clientBuilder("it"),
                        () -> "token " + tokens.incrementAndGet(),
                        seen::add)) {
            client.connect();
            assertEquals("connected to " + broker.uri(), next());
            broker.awaitConnected("it");
            broker.cut("it");
            String lost = next();
            assertEquals(true, lost.contains("; next attempt in PT0."), lost);
            assertEquals("connected to " + broker.uri(), next());
            assertEquals(2, tokens.get());
        }
    }

    @Test
    void buffering(@MqttBroker TestBroker broker) {
        try (MqttClient client = Tour.buffering(broker.clientBuilder("it"))) {
            CompletionException failure =
                    assertThrows(
                            CompletionException.class,
                            () -> client.publish(Message.of("a", "lost")).join());
            assertInstanceOf(MessageDropped.class, failure.getCause());
            for (int i = 0; i < 1_001; i++) {
                client.publish(Message.of("a", "" + i, 1));
            }
            client.connect();
            for (int i = 1; i < 1_001; i++) { // the first had to go for the last
                assertEquals("" + i, broker.awaitMessage("a").text());
            }
        }
    }

    @Test
    void acknowledging(@MqttBroker TestBroker broker) throws Exception {
        try (MqttClient client = broker.client("it", it -> it.receiveMaximum(1));
                ExecutorService workers = Executors.newFixedThreadPool(2)) {
            Tour.acknowledging(
                    client,
                    workers,
                    job -> {
                        seen.add(job.text());
                        if (job.text().equals("impossible")) {
                            throw new IllegalArgumentException("no");
                        }
                    });
            broker.awaitSubscription("it", "jobs/+");
            broker.publish("jobs/1", "impossible");
            assertEquals("impossible", next());
            broker.publish("jobs/2", "easy"); // comes when the first is answered
            assertEquals("easy", next());
            broker.publish("jobs/3", "easier");
            assertEquals("easier", next());
        }
    }

    @Test
    void identified(@MqttBroker TestBroker broker) throws Exception {
        MqttClient client = broker.client("it");
        Tour.identified(client, seen::add);
        broker.awaitSubscription("it", "rooms/#");
        broker.publish("rooms/hall", "x");
        assertEquals("x[4711]", next());
    }

    @Test
    void secure(@MqttBroker(config = WITH_TLS) TestBroker broker) throws Exception {
        String server = "mqtts://localhost:" + broker.listeners().get("tls").getPort();
        try (MqttClient client =
                Tour.secure(
                        server,
                        TLS.resolve("server.pem"),
                        TLS.resolve("sensor.pem"),
                        TLS.resolve("sensor.key"))) {
            client.blocking().connect();
            client.blocking().publish(Message.of("a", "secret", 1));
            assertEquals("secret", broker.awaitMessage("a").text());
        }
    }

    @Test
    void scram(
            @MqttBroker(config = "authentication.password-file = \"src/test/resources/passwd\"")
                    TestBroker broker) {
        try (MqttClient client = Tour.scram(broker.clientBuilder("it"), "pencil")) {
            client.blocking().connect();
            client.blocking().publish(Message.of("a", "known", 1));
            assertEquals("known", broker.awaitMessage("a").text());
        }
    }
}
