package io.godwit.client.brokers;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.BlockingClient;
import io.godwit.client.ClientState;
import io.godwit.client.Connected;
import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.Published;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Reconnect;
import io.godwit.client.Subscription;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the client does with any broker; each subclass names one. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
abstract class BrokerContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private @Nullable TestBroker started;
    private final List<MqttClient> clients = new ArrayList<>();

    /** Names in topics and identifiers, so that tests do not meet. */
    private String unique = "";

    abstract TestBroker start(Path dataDir) throws IOException;

    @BeforeAll
    void startBroker(@TempDir Path directory) throws IOException {
        started = start(directory);
    }

    @AfterAll
    void stopBroker() throws IOException {
        broker().close();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(MqttClient::close);
        clients.clear();
    }

    private TestBroker broker() {
        return Objects.requireNonNull(started);
    }

    private MqttClientBuilder builder(ProtocolVersion version, String name) {
        return builder(version, name, "mqtt://127.0.0.1:" + broker().port());
    }

    private MqttClientBuilder builder(ProtocolVersion version, String name, String uri) {
        return MqttClient.builder()
                .server(uri)
                .version(version)
                .clientId(name + unique)
                .reconnect(
                        Reconnect.DEFAULT.between(Duration.ofMillis(20), Duration.ofMillis(200)));
    }

    private MqttClientBuilder persistent(ProtocolVersion version, String name, String uri) {
        return builder(version, name, uri).cleanStart(false).sessionExpiry(Duration.ofHours(1));
    }

    private String uri() {
        return "mqtt://127.0.0.1:" + broker().port();
    }

    private MqttClient open(MqttClientBuilder builder) {
        MqttClient client = builder.build();
        clients.add(client);
        return client;
    }

    private BlockingClient connect(MqttClientBuilder builder) {
        BlockingClient client = open(builder).blocking();
        client.connect();
        return client;
    }

    private String topic(String name) {
        if (unique.isEmpty()) {
            unique = "-" + UUID.randomUUID().toString().substring(0, 8);
        }
        return name + unique;
    }

    @AfterEach
    void beginAnew() {
        unique = "";
    }

    private static ReceivedMessage take(BlockingQueue<ReceivedMessage> from)
            throws InterruptedException {
        return Objects.requireNonNull(
                from.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing came");
    }

    static Stream<Arguments> versionsAndQos() {
        return Stream.of(ProtocolVersion.V3_1_1, ProtocolVersion.V5)
                .flatMap(version ->
                        IntStream.rangeClosed(0, 2).mapToObj(qos -> Arguments.of(version, qos)));
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void messagesArriveAtEachQos(ProtocolVersion version, int qos) {
        String topic = topic("arrive/a");
        BlockingClient subscriber = connect(builder(version, "sub"));
        BlockingClient publisher = connect(builder(version, "pub"));
        BlockingClient.Inbox inbox = subscriber.inbox("arrive/+");
        assertThat(subscriber.subscribe("arrive/+", qos).reasonCodes())
                .containsExactly(ReasonCode.granted(qos));
        for (int i = 0; i < 50; i++) {
            publisher.publish(Message.of(topic, "m" + i, qos));
        }
        for (int i = 0; i < 50; i++) {
            ReceivedMessage message = inbox.take(PATIENCE);
            assertThat(message.text()).isEqualTo("m" + i);
            assertThat(message.qos()).isEqualTo(qos);
            assertThat(message.topic()).hasToString(topic);
        }
        subscriber.unsubscribe("arrive/+");
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"V3_1_1", "V5"})
    void manyMessagesAtOnceAndALargeOneArrive(ProtocolVersion version) throws InterruptedException {
        String topic = topic("many");
        BlockingQueue<ReceivedMessage> got = new LinkedBlockingQueue<>();
        BlockingClient subscriber = connect(builder(version, "sub"));
        subscriber.subscribe(Subscription.to(topic).qos(1).handler(got::add).build());
        MqttClient publisher = connect(builder(version, "pub")).async();
        List<CompletableFuture<Published>> futures = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            futures.add(publisher.publish(Message.of(topic, "" + i, 1)));
        }
        futures.add(publisher.publish(Message.of(topic, "x".repeat(100_000), 1)));
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
        for (int i = 0; i < 500; i++) {
            assertThat(take(got).text()).isEqualTo("" + i);
        }
        assertThat(take(got).payload()).hasSize(100_000);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"V3_1_1", "V5"})
    void retainedMessageComesToWhoSubscribesLater(ProtocolVersion version) {
        String topic = topic("retained");
        BlockingClient publisher = connect(builder(version, "pub"));
        publisher.publish(Message.to(topic).payload("kept").qos(1).retain(true).build());
        BlockingClient subscriber = connect(builder(version, "sub"));
        BlockingClient.Inbox inbox = subscriber.inbox(topic);
        subscriber.subscribe(topic, 1);
        ReceivedMessage message = inbox.take(PATIENCE);
        assertThat(message.text()).isEqualTo("kept");
        assertThat(message.retain()).isTrue();
        publisher.publish(Message.to(topic).qos(1).retain(true).build());
        assertThat(inbox.take(PATIENCE).payload()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"V3_1_1", "V5"})
    void willIsPublishedWhenTheConnectionBreaksAndNotAtADisconnect(ProtocolVersion version)
            throws IOException {
        String topic = topic("will");
        BlockingClient subscriber = connect(builder(version, "sub"));
        BlockingClient.Inbox inbox = subscriber.inbox(topic);
        subscriber.subscribe(topic, 1);
        try (Relay relay = new Relay(broker().port())) {
            MqttClientBuilder mortal =
                    builder(version, "mortal", relay.uri()).reconnect(Reconnect.NEVER);
            connect(mortal.will(Message.of(topic, "disconnected", 1))).disconnect();
            connect(mortal.will(Message.of(topic, "gone", 1)));
            relay.cut();
            assertThat(inbox.take(PATIENCE).text()).isEqualTo("gone");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"V3_1_1", "V5"})
    void sessionQueuesWhileItsClientIsAway(ProtocolVersion version) throws InterruptedException {
        String topic = topic("queued");
        BlockingClient first = connect(persistent(version, "keeper", uri()));
        first.subscribe(topic, 2);
        first.disconnect();
        BlockingClient publisher = connect(builder(version, "pub"));
        publisher.publish(Message.of(topic, "1", 1));
        publisher.publish(Message.of(topic, "2", 2));
        BlockingQueue<ReceivedMessage> got = new LinkedBlockingQueue<>();
        MqttClient second = open(persistent(version, "keeper", uri()));
        second.onMessage(topic, got::add);
        Connected connected = second.blocking().connect();
        assertThat(connected.sessionPresent()).isTrue();
        assertThat(take(got).text()).isEqualTo("1");
        assertThat(take(got).text()).isEqualTo("2");
        if (version.isV5()) {
            second.disconnect(
                            new io.godwit.codec.Disconnect(
                                    ReasonCode.SUCCESS,
                                    Properties.of(Property.SESSION_EXPIRY_INTERVAL, 0L)))
                    .join();
        }
    }

    @Test
    void sharedSubscriptionDividesMessages() throws InterruptedException {
        String topic = topic("shared");
        BlockingQueue<ReceivedMessage> one = new LinkedBlockingQueue<>();
        BlockingQueue<ReceivedMessage> two = new LinkedBlockingQueue<>();
        for (BlockingQueue<ReceivedMessage> got : List.of(one, two)) {
            connect(builder(ProtocolVersion.V5, got == one ? "one" : "two"))
                    .subscribe(
                            Subscription.to("$share/group/" + topic)
                                    .qos(1)
                                    .handler(got::add)
                                    .build());
        }
        BlockingClient publisher = connect(builder(ProtocolVersion.V5, "pub"));
        for (int i = 0; i < 100; i++) {
            publisher.publish(Message.of(topic, "" + i, 1));
        }
        Awaitility.await().atMost(PATIENCE).until(() -> one.size() + two.size() == 100);
        Set<String> texts = new HashSet<>();
        one.forEach(message -> texts.add(message.text()));
        two.forEach(message -> texts.add(message.text()));
        assertThat(texts).hasSize(100);
    }

    @Test
    void propertiesArriveAndHandlersAreFoundByTheirSubscription() throws InterruptedException {
        String topic = topic("properties/x");
        BlockingQueue<ReceivedMessage> all = new LinkedBlockingQueue<>();
        BlockingQueue<ReceivedMessage> one = new LinkedBlockingQueue<>();
        BlockingClient client = connect(builder(ProtocolVersion.V5, "both"));
        client.subscribe(Subscription.to("properties/#").qos(1).handler(all::add).build());
        client.subscribe(Subscription.to(topic).qos(1).handler(one::add).build());
        client.publish(
                Message.to(topic)
                        .payload("hello")
                        .qos(1)
                        .responseTopic("answers")
                        .correlationData(new byte[] {1, 2})
                        .contentType("text/plain")
                        .userProperty("k", "v")
                        .expiry(Duration.ofMinutes(1))
                        .build());
        for (BlockingQueue<ReceivedMessage> got : List.of(all, one)) {
            ReceivedMessage message = take(got);
            assertThat(message.text()).isEqualTo("hello");
            assertThat(message.responseTopic()).isEqualTo("answers");
            assertThat(message.correlationData()).containsExactly(1, 2);
            assertThat(message.properties().get(Property.CONTENT_TYPE)).isEqualTo("text/plain");
            assertThat(message.properties().has(Property.USER_PROPERTY)).isTrue();
        }
    }

    static Stream<Arguments> versionsAndFlows() {
        return versionsAndQos().filter(it -> !Integer.valueOf(0).equals(it.get()[1]));
    }

    @ParameterizedTest
    @MethodSource("versionsAndFlows")
    void cutsLoseNothingAndRepeatNothingAtQos2(ProtocolVersion version, int qos)
            throws IOException {
        String topic = topic("cut");
        List<String> got = new ArrayList<>();
        try (Relay near = new Relay(broker().port());
                Relay far = new Relay(broker().port())) {
            MqttClient subscriber = open(persistent(version, "sub", far.uri()));
            subscriber.onMessage(
                    topic,
                    message -> {
                        synchronized (got) {
                            got.add(message.text());
                        }
                    });
            subscriber.blocking().connect();
            subscriber.blocking().subscribe(topic, qos);
            MqttClient publisher = open(persistent(version, "pub", near.uri()));
            publisher.blocking().connect();
            List<CompletableFuture<Published>> futures = new ArrayList<>();
            // The 300 messages alone are more than the sum of these, whenever they go out.
            near.cutAfter(40, 350, 700, 200, 900, 500, 1100, 300, 600, 800);
            far.cutAfter(90, 410, 130, 1200, 280, 700, 500, 900, 330, 650);
            for (int i = 0; i < 300; i++) {
                futures.add(publisher.publish(Message.of(topic, "m" + i, qos)));
            }
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> {
                        synchronized (got) {
                            return new HashSet<>(got).size() == 300;
                        }
                    });
            assertThat(publisher.counts().reconnects()).isPositive();
            if (qos == 2) {
                synchronized (got) {
                    assertThat(got).hasSize(300);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"V3_1_1", "V5"})
    void clientComesBackAfterARestartOfTheBroker(ProtocolVersion version)
            throws IOException, InterruptedException {
        String topic = topic("restart");
        BlockingQueue<ReceivedMessage> got = new LinkedBlockingQueue<>();
        MqttClient keeper = open(persistent(version, "keeper", uri()));
        keeper.onMessage(topic, got::add);
        keeper.blocking().connect();
        keeper.blocking().subscribe(topic, 1);
        MqttClient guest = open(builder(version, "guest"));
        guest.blocking().connect();
        guest.blocking().subscribe(Subscription.to(topic).qos(1).handler(got::add).build());
        broker().restart();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() ->
                        keeper.state() == ClientState.CONNECTED
                                && guest.state() == ClientState.CONNECTED
                                && guest.counts().reconnects() > 0
                                && keeper.counts().reconnects() > 0);
        guest.blocking().subscribe(topic + "/other", 1); // so that what was before it is done
        guest.blocking().publish(Message.of(topic, "after", 1));
        assertThat(take(got).text()).isEqualTo("after");
        assertThat(take(got).text()).isEqualTo("after");
    }
}
