package io.godwit.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.ClientLibrary.Feature;
import io.godwit.server.clients.Stage.Client;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What every client must be able to do with the broker in every version. */
final class CommonScenarios {

    private CommonScenarios() {}

    static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        all.add(new Scenario("connects, disconnects and comes back", CommonScenarios::comesBack));
        for (int publishQos = 0; publishQos <= 2; publishQos++) {
            for (int subscribeQos = 0; subscribeQos <= 2; subscribeQos++) {
                all.add(delivery(publishQos, subscribeQos));
            }
        }
        all.add(new Scenario("keeps the order of a topic", CommonScenarios::keepsOrder));
        all.add(new Scenario("matches +", CommonScenarios::singleLevelWildcard));
        all.add(new Scenario("matches #", CommonScenarios::multiLevelWildcard));
        all.add(new Scenario("unsubscribes", CommonScenarios::unsubscribes));
        all.add(new Scenario("retains, replaces and deletes", CommonScenarios::retains));
        all.add(new Scenario("sends the will of a lost client", CommonScenarios::sendsWill));
        all.add(new Scenario("retains a will", CommonScenarios::retainsWill));
        all.add(new Scenario("drops the will at DISCONNECT", CommonScenarios::dropsWill));
        all.add(new Scenario("keeps a session that disconnects", s -> keepsSession(s, false)));
        all.add(new Scenario("keeps a session that is cut off", s -> keepsSession(s, true)));
        all.add(new Scenario("discards a session at a clean start", CommonScenarios::cleanStart));
        all.add(new Scenario("ends the connection at a take-over", CommonScenarios::takesOver));
        all.add(new Scenario("carries 1 MB", CommonScenarios::carriesOneMegabyte));
        all.add(new Scenario("carries Unicode topics", s -> carriesUnicode(s, "Grüße", "日本")));
        all.add(
                new Scenario(
                        "carries Unicode topics beyond U+FFFF",
                        Set.of(Feature.SUPPLEMENTARY_CHARACTERS),
                        s -> carriesUnicode(s, "🦆", "🛰")));
        all.add(new Scenario("carries an empty payload", CommonScenarios::carriesNothing));
        return all;
    }

    private static void comesBack(Stage stage) throws Exception {
        ConnectOptions options = stage.options();
        for (int i = 0; i < 3; i++) {
            Client client = stage.connect(options);
            assertThat(client.connection().sessionPresent()).isFalse();
            client.disconnect();
        }
    }

    private static Scenario delivery(int publishQos, int subscribeQos) {
        return new Scenario(
                "delivers from QoS " + publishQos + " to QoS " + subscribeQos,
                stage -> {
                    Client subscriber = stage.connect();
                    Client publisher = stage.connect();
                    String topic = stage.topic("delivery");
                    assertThat(subscriber.subscribe(topic, subscribeQos)).isEqualTo(subscribeQos);
                    publisher.publish(topic, "first", publishQos);
                    publisher.publish(topic, "second", publishQos);
                    publisher.publish(topic, "end", publishQos);

                    int qos = Math.min(publishQos, subscribeQos);
                    assertThat(subscriber.inbox().until("end"))
                            .containsExactly(
                                    Message.of(topic, "first", qos),
                                    Message.of(topic, "second", qos));
                });
    }

    private static void keepsOrder(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        for (int qos = 0; qos <= 2; qos++) {
            String topic = stage.topic("order/" + qos);
            subscriber.subscribe(topic, qos);
            var sent = new ArrayList<Message>();
            for (int i = 0; i < 50; i++) {
                Message message = Message.of(topic, "number " + i, qos);
                publisher.connection().publish(message);
                sent.add(message);
            }
            publisher.publish(topic, "end", qos);
            assertThat(subscriber.inbox().until("end")).isEqualTo(sent);
        }
    }

    private static void singleLevelWildcard(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber.subscribe(stage.topic("+/temperature"), 1);
        publisher.publish(stage.topic("kitchen/temperature"), "21", 1);
        publisher.publish(stage.topic("kitchen/humidity"), "no", 1);
        publisher.publish(stage.topic("kitchen/oven/temperature"), "no", 1);
        publisher.publish(stage.topic("/temperature"), "22", 1);
        publisher.publish(stage.topic("temperature"), "no", 1);
        publisher.publish(stage.topic("end/temperature"), "end", 1);
        assertThat(subscriber.inbox().until("end"))
                .containsExactly(
                        Message.of(stage.topic("kitchen/temperature"), "21", 1),
                        Message.of(stage.topic("/temperature"), "22", 1));
    }

    private static void multiLevelWildcard(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber.subscribe(stage.topic("house/#"), 1);
        publisher.publish(stage.topic("house"), "the parent too", 1);
        publisher.publish(stage.topic("houses"), "no", 1);
        publisher.publish(stage.topic("house/kitchen/oven/temperature"), "180", 1);
        publisher.publish(stage.topic("house/"), "an empty level", 1);
        publisher.publish(stage.topic("garden/house"), "no", 1);
        publisher.publish(stage.topic("house/end"), "end", 1);
        assertThat(subscriber.inbox().until("end"))
                .containsExactly(
                        Message.of(stage.topic("house"), "the parent too", 1),
                        Message.of(stage.topic("house/kitchen/oven/temperature"), "180", 1),
                        Message.of(stage.topic("house/"), "an empty level", 1));
    }

    private static void unsubscribes(Stage stage) throws Exception {
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber.subscribe(stage.topic("a"), 1);
        subscriber.subscribe(stage.topic("b"), 1);
        publisher.publish(stage.topic("a"), "before", 1);
        assertThat(subscriber.inbox().next().payload()).isEqualTo("before");
        subscriber.connection().unsubscribe(stage.topic("a"));
        publisher.publish(stage.topic("a"), "after", 1);
        publisher.publish(stage.topic("b"), "end", 1);
        assertThat(subscriber.inbox().until("end")).isEmpty();
    }

    private static void retains(Stage stage) throws Exception {
        Client publisher = stage.connect();
        Client early = stage.connect();
        String topic = stage.topic("state");
        early.subscribe(topic, 1);
        for (int qos = 0; qos <= 2; qos++) {
            Message on = Message.of(topic, "on at QoS " + qos, qos);
            publisher.connection().publish(on.retained());
            // The flag says that a message is older than the subscription: not so here.
            assertThat(early.inbox().next()).isEqualTo(on.atQos(Math.min(qos, 1)));

            Client late = stage.connect();
            late.subscribe(stage.topic("+"), 2);
            assertThat(late.inbox().next()).isEqualTo(on.retained());
            late.disconnect();
        }
        publisher.connection().publish(Message.of(topic, "", 1).retained());
        assertThat(early.inbox().next()).isEqualTo(Message.of(topic, "", 1));

        Client afterwards = stage.connect();
        afterwards.subscribe(topic, 2);
        publisher.publish(topic, "end", 1);
        assertThat(afterwards.inbox().until("end")).isEmpty();
    }

    private static void sendsWill(Stage stage) throws Exception {
        Client watcher = stage.connect();
        watcher.subscribe(stage.topic("will/+"), 2);
        for (int qos = 0; qos <= 2; qos++) {
            Message will = Message.of(stage.topic("will/" + qos), "gone", qos);
            Client lost = stage.connectThroughWire(stage.options().will(will));
            lost.cut();
            assertThat(watcher.inbox().next()).isEqualTo(will);
        }
    }

    private static void retainsWill(Stage stage) throws Exception {
        Client watcher = stage.connect();
        Message will = Message.of(stage.topic("will"), "gone", 1);
        watcher.subscribe(will.topic(), 1);
        stage.connectThroughWire(stage.options().will(will.retained())).cut();
        assertThat(watcher.inbox().next()).isEqualTo(will);

        Client late = stage.connect();
        late.subscribe(will.topic(), 1);
        assertThat(late.inbox().next()).isEqualTo(will.retained());
    }

    private static void dropsWill(Stage stage) throws Exception {
        Client watcher = stage.connect();
        Message will = Message.of(stage.topic("will"), "gone", 1);
        watcher.subscribe(will.topic(), 1);
        ConnectOptions options = stage.options();
        stage.connect(options.will(will)).disconnect();
        // The same identifier again: by its CONNACK the first connection is over and done with.
        Client again = stage.connect(options);
        again.publish(will.topic(), "end", 1);
        assertThat(watcher.inbox().until("end")).isEmpty();
    }

    private static void keepsSession(Stage stage, boolean cutOff) throws Exception {
        ConnectOptions options = stage.options().persistent();
        String atLeastOnce = stage.topic("session/1");
        String exactlyOnce = stage.topic("session/2");
        Client before = stage.connectThroughWire(options);
        assertThat(before.connection().sessionPresent()).isFalse();
        before.subscribe(stage.topic("session/+"), 2);
        if (cutOff) {
            before.cut();
        } else {
            before.disconnect();
        }

        Client publisher = stage.connect();
        var sent = new ArrayList<Message>();
        for (int i = 0; i < 30; i++) {
            Message message =
                    i % 2 == 0
                            ? Message.of(atLeastOnce, "number " + i, 1)
                            : Message.of(exactlyOnce, "number " + i, 2);
            publisher.connection().publish(message);
            sent.add(message);
        }

        Client after = stage.connect(options);
        if (stage.version() != ProtocolVersion.V3_1) {
            assertThat(after.connection().sessionPresent()).isTrue();
        }
        publisher.publish(atLeastOnce, "end", 1);
        List<Message> received = after.inbox().until("end");
        publisher.publish(exactlyOnce, "end", 2);
        received.addAll(after.inbox().until("end"));
        // Order holds for each topic and QoS; a message that was not sent before comes once.
        assertThat(ofTopic(received, atLeastOnce)).isEqualTo(ofTopic(sent, atLeastOnce));
        assertThat(ofTopic(received, exactlyOnce)).isEqualTo(ofTopic(sent, exactlyOnce));
        assertThat(received).hasSameSizeAs(sent);
    }

    private static List<Message> ofTopic(List<Message> messages, String topic) {
        return messages.stream().filter(message -> message.topic().equals(topic)).toList();
    }

    private static void cleanStart(Stage stage) throws Exception {
        ConnectOptions options = stage.options().persistent();
        Client first = stage.connect(options);
        first.subscribe(stage.topic("a"), 1);
        first.disconnect();
        Client clean = stage.connect(options.cleanStart(true));
        assertThat(clean.connection().sessionPresent()).isFalse();
        clean.subscribe(stage.topic("b"), 1);
        Client publisher = stage.connect();
        publisher.publish(stage.topic("a"), "of the old session", 1);
        publisher.publish(stage.topic("b"), "end", 1);
        assertThat(clean.inbox().until("end")).isEmpty();
    }

    private static void takesOver(Stage stage) throws Exception {
        ConnectOptions options = stage.options();
        Client first = stage.connect(options);
        Client second = stage.connect(options);
        first.inbox().awaitLoss();
        String topic = stage.topic("a");
        second.subscribe(topic, 1);
        second.publish(topic, "alive", 1);
        assertThat(second.inbox().next()).isEqualTo(Message.of(topic, "alive", 1));
    }

    private static void carriesOneMegabyte(Stage stage) throws Exception {
        var bytes = new byte[1024 * 1024];
        new Random(2).nextBytes(bytes);
        String payload = Message.payloadOf(bytes);
        Client subscriber = stage.connect();
        Client publisher = stage.connect();
        subscriber.subscribe(stage.topic("large/+"), 2);
        for (int qos = 0; qos <= 2; qos++) {
            String topic = stage.topic("large/" + qos);
            publisher.publish(topic, payload, qos);
            Message received = subscriber.inbox().next();
            assertThat(received.topic()).isEqualTo(topic);
            assertThat(received.qos()).isEqualTo(qos);
            assertThat(sha256(received)).isEqualTo(sha256(Message.of(topic, payload, qos)));
        }
    }

    private static String sha256(Message message) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(message.payloadBytes());
        return message.payload().length() + " bytes, " + HexFormat.of().formatHex(digest);
    }

    private static void carriesUnicode(Stage stage, String first, String last) throws Exception {
        String topic = stage.topic(first + "/Ωμέγα/" + last);
        String payload = Message.payloadOf("Ωμέγα — ナイス 🦆".getBytes(StandardCharsets.UTF_8));
        Client publisher = stage.connect();
        for (String filter : List.of("/Ωμέγα/" + last, "/+/" + last, "/Ωμέγα/#")) {
            Client subscriber = stage.connect();
            subscriber.subscribe(stage.topic(first + filter), 1);
            publisher.publish(stage.topic(first + "/Omega/" + last + "/x"), "no", 1);
            publisher.publish(topic, payload, 1);
            assertThat(subscriber.inbox().next()).isEqualTo(Message.of(topic, payload, 1));
            subscriber.disconnect();
        }
    }

    private static void carriesNothing(Stage stage) throws Exception {
        Client client = stage.connect();
        String topic = stage.topic("empty");
        client.subscribe(topic, 2);
        for (int qos = 0; qos <= 2; qos++) {
            client.publish(topic, "", qos);
            assertThat(client.inbox().next()).isEqualTo(Message.of(topic, "", qos));
        }
    }
}
