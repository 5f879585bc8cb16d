package io.godwit.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.server.clients.ClientLibrary.Feature;
import io.godwit.server.clients.Stage.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What MQTT 5 adds. */
final class V5Scenarios {

    private static final int NO_MATCHING_SUBSCRIBERS = 0x10;
    private static final int SESSION_TAKEN_OVER = 0x8E;

    private V5Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("carries the properties of a message", V5Scenarios::properties),
                needing(Feature.PAYLOAD_FORMAT, "carries the payload format", V5Scenarios::format),
                needing(
                        Feature.USER_PROPERTY_ORDER,
                        "keeps the order of user properties",
                        V5Scenarios::userPropertyOrder),
                new Scenario("answers a request", V5Scenarios::requestAndResponse),
                new Scenario("counts the message expiry down", V5Scenarios::messageExpiry),
                needing(
                        Feature.CHOOSE_TOPIC_ALIAS,
                        "resolves topic aliases",
                        V5Scenarios::resolvesAliases),
                needing(
                        Feature.RECEIVE_TOPIC_ALIAS,
                        "respects the client's Topic Alias Maximum",
                        V5Scenarios::assignsAliases),
                needing(
                        Feature.SUBSCRIPTION_ID,
                        "gives subscription identifiers",
                        V5Scenarios::subscriptionIds),
                needing(
                        Feature.SUBSCRIPTION_ID,
                        "delivers once where subscriptions overlap",
                        V5Scenarios::overlap),
                new Scenario("shares a subscription", V5Scenarios::sharedSubscription),
                new Scenario("honours No Local", V5Scenarios::noLocal),
                new Scenario("honours Retain As Published", V5Scenarios::retainAsPublished),
                new Scenario("honours Retain Handling", V5Scenarios::retainHandling),
                new Scenario("ends a session with expiry 0", V5Scenarios::sessionExpiresAtOnce),
                needing(
                        Feature.DISCONNECT_EXPIRY,
                        "takes the session expiry of DISCONNECT",
                        V5Scenarios::expiryInDisconnect),
                needing(
                        Feature.ASSIGNED_CLIENT_ID,
                        "assigns a client identifier",
                        V5Scenarios::assignedClientId),
                new Scenario("sends a will with its properties", V5Scenarios::willProperties),
                new Scenario("cancels a delayed will at a reconnect", V5Scenarios::delayedWill),
                needing(
                        Feature.DISCONNECT_REASON,
                        "says why at a take-over",
                        V5Scenarios::takeOverReason),
                needing(
                        Feature.PUBLISH_REASON,
                        "says that nobody subscribed",
                        V5Scenarios::noSubscribers),
                new Scenario("respects Receive Maximum", V5Scenarios::receiveMaximum),
                new Scenario("skips what is too large", V5Scenarios::maximumPacketSize));
    }

    private static Scenario needing(Feature feature, String name, Scenario.Play play) {
        return new Scenario(name, Set.of(feature), play);
    }

    private static Message.Properties manyProperties(@Nullable Integer payloadFormat) {
        return new Message.Properties(
                List.of(
                        Map.entry("b", "first"),
                        Map.entry("b", "second"),
                        Map.entry("b", "first"),
                        Map.entry("Größe", "weiß 🦆"),
                        Map.entry("a", "")),
                "text/plain; charset=utf-8",
                "replies/to/me",
                "\u0000\u0001þÿ",
                payloadFormat,
                null,
                null,
                null,
                List.of());
    }

    private static void properties(Stage stage) throws Exception {
        carries(stage, manyProperties(null));
    }

    private static void format(Stage stage) throws Exception {
        carries(stage, manyProperties(1));
    }

    private static void userPropertyOrder(Stage stage) throws Exception {
        var user =
                List.of(
                        Map.entry("b", "1"),
                        Map.entry("a", "2"),
                        Map.entry("b", "3"),
                        Map.entry("a", "2"));
        carries(
                stage,
                new Message.Properties(user, null, null, null, null, null, null, null, List.of()));
    }

    private static void carries(Stage stage, Message.Properties properties) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        String topic = stage.topic("a");
        subscriber.subscribe(topic, 2);
        for (int qos = 0; qos <= 2; qos++) {
            Message message = Message.of(topic, "text", qos).with(properties);
            publisher.connection().publish(message);
            assertThat(subscriber.inbox().next()).isEqualTo(message);
        }
    }

    private static void requestAndResponse(Stage stage) throws Exception {
        Client asker = stage.connect();
        Client answerer = stage.connect();
        asker.subscribe(stage.topic("answers/1"), 1);
        answerer.subscribe(stage.topic("questions"), 1);
        var ask =
                new Message.Properties(
                        List.of(),
                        null,
                        stage.topic("answers/1"),
                        "\u0000question 7ÿ",
                        null,
                        null,
                        null,
                        null,
                        List.of());
        asker.connection().publish(Message.of(stage.topic("questions"), "6 × 7", 1).with(ask));

        Message.Properties asked = answerer.inbox().next().properties();
        String responseTopic = asked.responseTopic();
        assertThat(responseTopic).isEqualTo(stage.topic("answers/1"));
        var answer =
                new Message.Properties(
                        List.of(),
                        null,
                        null,
                        asked.correlationData(),
                        null,
                        null,
                        null,
                        null,
                        List.of());
        Message response = Message.of(stage.topic("answers/1"), "42", 1).with(answer);
        answerer.connection().publish(response);
        assertThat(asker.inbox().next()).isEqualTo(response);
        assertThat(response.properties().correlationData()).isEqualTo("\u0000question 7ÿ");
    }

    private static void messageExpiry(Stage stage) throws Exception {
        ConnectOptions options = stage.options().persistent();
        Client before = stage.connect(options);
        String topic = stage.topic("a");
        before.subscribe(topic, 1);
        before.disconnect();
        Client publisher = stage.connect();
        publisher
                .connection()
                .publish(Message.of(topic, "hurry", 1).with(Message.Properties.expiringIn(3000)));

        Client after = stage.connect(options);
        Message received = after.inbox().next();
        assertThat(received.payload()).isEqualTo("hurry");
        assertThat(received.properties().expirySeconds()).isBetween(2000L, 3000L);
    }

    private static void resolvesAliases(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber.subscribe(stage.topic("#"), 1);
        Message.Properties one = Message.Properties.aliased(1);
        publisher.connection().publish(Message.of(stage.topic("a"), "sets 1", 1).with(one));
        publisher.connection().publish(Message.of("", "uses 1", 1).with(one));
        publisher.connection().publish(Message.of(stage.topic("b"), "moves 1", 1).with(one));
        publisher.connection().publish(Message.of("", "end", 1).with(one));
        assertThat(subscriber.inbox().until("end"))
                .containsExactly(
                        Message.of(stage.topic("a"), "sets 1", 1),
                        Message.of(stage.topic("a"), "uses 1", 1),
                        Message.of(stage.topic("b"), "moves 1", 1));
    }

    private static void assignsAliases(Stage stage) throws Exception {
        Client subscriber = stage.connect(stage.options().receiving(null, null, 2));
        Client publisher = stage.connect();
        subscriber.subscribe(stage.topic("+"), 1);
        var sent = new ArrayList<Message>();
        for (int i = 0; i < 12; i++) {
            Message message = Message.of(stage.topic("topic" + i % 4), "number " + i, 1);
            publisher.connection().publish(message);
            sent.add(message);
        }
        publisher.publish(stage.topic("end"), "end", 1);
        assertThat(subscriber.inbox().until("end")).isEqualTo(sent);
    }

    private static void subscriptionIds(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber
                .connection()
                .subscribe(Subscription.to(stage.topic("a/+"), 1).withId(268_435_455));
        subscriber.connection().subscribe(Subscription.to(stage.topic("b"), 1).withId(1));
        subscriber.subscribe(stage.topic("c"), 1);
        publisher.publish(stage.topic("a/x"), "from a", 1);
        publisher.publish(stage.topic("b"), "from b", 1);
        publisher.publish(stage.topic("c"), "from c", 1);
        assertThat(subscriber.inbox().next().properties().subscriptionIds())
                .containsExactly(268_435_455);
        assertThat(subscriber.inbox().next().properties().subscriptionIds()).containsExactly(1);
        assertThat(subscriber.inbox().next().properties().subscriptionIds()).isEmpty();
    }

    private static void overlap(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber.connection().subscribe(Subscription.to(stage.topic("a/+"), 0).withId(3));
        subscriber.connection().subscribe(Subscription.to(stage.topic("a/#"), 2).withId(4));
        publisher.publish(stage.topic("a/b"), "once", 2);
        publisher.publish(stage.topic("a/b"), "end", 2);
        List<Message> received = subscriber.inbox().until("end");
        assertThat(received).hasSize(1);
        assertThat(received.getFirst().qos()).isEqualTo(2);
        assertThat(received.getFirst().properties().subscriptionIds())
                .containsExactlyInAnyOrder(3, 4);
    }

    private static void sharedSubscription(Stage stage) throws Exception {
        Client publisher = stage.connect();
        // No message can mark the end: the members get theirs on ways of different length.
        var common = new Inbox();
        for (int i = 0; i < 3; i++) {
            Client member = stage.connect(stage.options(), common);
            member.subscribe("$share/crew/" + stage.topic("jobs/#"), 1);
        }
        var sent = new ArrayList<Message>();
        for (int i = 0; i < 30; i++) {
            Message message = Message.of(stage.topic("jobs/" + i), "job", 1);
            publisher.connection().publish(message);
            sent.add(message);
        }
        var received = new ArrayList<Message>();
        for (int i = 0; i < sent.size(); i++) {
            received.add(common.next());
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
    }

    private static void noLocal(Stage stage) throws Exception {
        Client talker = stage.connect();
        Client other = stage.connect();
        String topic = stage.topic("chat");
        talker.connection().subscribe(Subscription.to(topic, 1).withoutLocal());
        talker.publish(topic, "from myself", 1);
        other.publish(topic, "from another", 1);
        other.publish(topic, "end", 1);
        assertThat(talker.inbox().until("end"))
                .containsExactly(Message.of(topic, "from another", 1));
    }

    private static void retainAsPublished(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        String topic = stage.topic("a");
        subscriber.connection().subscribe(Subscription.to(topic, 1).retainingAsPublished());
        Message retained = Message.of(topic, "kept", 1).retained();
        publisher.connection().publish(retained);
        publisher.publish(topic, "passing", 1);
        assertThat(subscriber.inbox().next()).isEqualTo(retained);
        assertThat(subscriber.inbox().next()).isEqualTo(Message.of(topic, "passing", 1));
    }

    private static void retainHandling(Stage stage) throws Exception {
        Client publisher = stage.connect();
        String topic = stage.topic("a");
        publisher.connection().publish(Message.of(topic, "kept", 1).retained());
        Client subscriber = stage.connect();
        Subscription subscription = Subscription.to(topic, 1);
        // Not at all; then, since the subscription exists, not at all either; then always.
        subscriber.connection().subscribe(subscription.withRetainHandling(2));
        subscriber.connection().subscribe(subscription.withRetainHandling(1));
        publisher.publish(topic, "end", 1);
        assertThat(subscriber.inbox().until("end")).isEmpty();
        subscriber.connection().subscribe(subscription.withRetainHandling(0));
        assertThat(subscriber.inbox().next()).isEqualTo(Message.of(topic, "kept", 1).retained());

        Client fresh = stage.connect();
        fresh.connection().subscribe(subscription.withRetainHandling(1));
        assertThat(fresh.inbox().next()).isEqualTo(Message.of(topic, "kept", 1).retained());
    }

    private static void sessionExpiresAtOnce(Stage stage) throws Exception {
        ConnectOptions options = stage.options().cleanStart(false).sessionExpiry(0L);
        stage.connect(options).disconnect();
        assertThat(stage.connect(options).connection().sessionPresent()).isFalse();
    }

    private static void expiryInDisconnect(Stage stage) throws Exception {
        ConnectOptions options = stage.options().persistent();
        stage.connect(options).connection().disconnect(0L);
        Client second = stage.connect(options.sessionExpiry(1000L));
        assertThat(second.connection().sessionPresent()).isFalse();
        second.connection().disconnect(2000L);
        assertThat(stage.connect(options).connection().sessionPresent()).isTrue();
    }

    private static void assignedClientId(Stage stage) throws Exception {
        Client client = stage.connect(stage.options().clientId(""));
        String assigned = client.connection().assignedClientId();
        assertThat(assigned).isNotBlank();
        Client other = stage.connect(stage.options().clientId(""));
        assertThat(other.connection().assignedClientId()).isNotBlank().isNotEqualTo(assigned);
    }

    private static void willProperties(Stage stage) throws Exception {
        Client watcher = stage.connect();
        Message will = Message.of(stage.topic("will"), "gone", 1).with(manyProperties(null));
        watcher.subscribe(will.topic(), 1);
        stage.connectThroughWire(stage.options().will(will)).cut();
        assertThat(watcher.inbox().next()).isEqualTo(will);
    }

    private static void delayedWill(Stage stage) throws Exception {
        Client watcher = stage.connect();
        Message will =
                Message.of(stage.topic("will"), "gone", 1)
                        .with(Message.Properties.NONE.withWillDelay(1000));
        watcher.subscribe(will.topic(), 1);
        ConnectOptions options = stage.options().persistent();
        stage.connectThroughWire(options.will(will)).cut();
        Client again = stage.connect(options);
        assertThat(again.connection().sessionPresent()).isTrue();
        again.publish(will.topic(), "end", 1);
        assertThat(watcher.inbox().until("end")).isEmpty();
    }

    private static void takeOverReason(Stage stage) throws Exception {
        ConnectOptions options = stage.options();
        Client first = stage.connect(options);
        stage.connect(options);
        Inbox.Loss loss = first.inbox().awaitLoss();
        assertThat(loss.reasonCode()).isEqualTo(SESSION_TAKEN_OVER);
        assertThat(loss.reasonString()).isNotBlank();
    }

    private static void noSubscribers(Stage stage) throws Exception {
        Client publisher = stage.connect();
        String topic = stage.topic("nobody/listens");
        assertThat(publisher.publish(topic, "hello?", 1)).isEqualTo(NO_MATCHING_SUBSCRIBERS);
        stage.connect().subscribe(topic, 0);
        assertThat(publisher.publish(topic, "hello!", 1)).isZero();
    }

    private static void receiveMaximum(Stage stage) throws Exception {
        ConnectOptions options = stage.options().persistent().receiving(2, null, null);
        Client before = stage.connect(options);
        String topic = stage.topic("a");
        before.subscribe(topic, 2);
        before.disconnect();
        Client publisher = stage.connect();
        var sent = new ArrayList<Message>();
        for (int i = 0; i < 40; i++) {
            Message message = Message.of(topic, "number " + i, 2);
            publisher.connection().publish(message);
            sent.add(message);
        }
        Client after = stage.connect(options);
        publisher.publish(topic, "end", 2);
        assertThat(after.inbox().until("end")).isEqualTo(sent);
    }

    private static void maximumPacketSize(Stage stage) throws Exception {
        Client subscriber = stage.connect(stage.options().receiving(null, 1000L, null));
        Client publisher = stage.connect();
        String topic = stage.topic("a");
        subscriber.subscribe(topic, 1);
        publisher.publish(topic, "x".repeat(2000), 1);
        publisher.publish(topic, "y".repeat(500), 1);
        publisher.publish(topic, "end", 1);
        assertThat(subscriber.inbox().until("end"))
                .containsExactly(Message.of(topic, "y".repeat(500), 1));
    }
}
