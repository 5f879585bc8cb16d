package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.again;
import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.shard.Counter;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE, and what the gateway sends to clients. */
class SnSubscribeTest {

    private final SnServer server = new SnServer();
    private SnClient publisher;
    private int messageId;

    @BeforeEach
    void connect() {
        publisher = server.connected("publisher");
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Publishes at QoS 1, and waits for the acknowledgement. */
    private void published(String topic, String data) {
        int id = publisher.register(topic, ++messageId);
        publisher
                .send(publish(1, id, ++messageId, data))
                .expect(new SnMessage.PubAck(id, messageId, ReturnCode.ACCEPTED));
    }

    private static void acknowledge(SnClient client, SnMessage.Publish publish) {
        int id = ((SnTopic.Normal) publish.topic()).id();
        client.send(new SnMessage.PubAck(id, publish.messageId(), ReturnCode.ACCEPTED));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void qosIsThatOfTheSubscriptionAtMost(int qos) {
        SnClient client = server.connected("c");
        int id = client.subscribe("a", qos, 1);
        assertThat(id).isNotZero();
        published("a", "x");
        SnMessage.Publish got = client.next(SnMessage.Publish.class);
        assertThat(got).isEqualTo(publish(qos, id, got.messageId(), "x"));
        assertThat(got.messageId() != 0).isEqualTo(qos == 1);
    }

    @Test
    void oneMessageIsUnderWayAtATime() {
        SnClient client = server.connected("c");
        client.subscribe("a", 1, 1);
        published("a", "1");
        published("a", "2");
        SnMessage.Publish first = client.next(SnMessage.Publish.class);
        assertThat(first.data()).isEqualTo(bytes("1"));
        client.expectNothing();
        acknowledge(client, first);
        assertThat(client.next(SnMessage.Publish.class).data()).isEqualTo(bytes("2"));
    }

    @Test
    void qos2EndsWithPubComp() {
        SnClient client = server.connected("c");
        client.subscribe("a", 2, 1);
        int id = publisher.register("a", 1);
        for (String data : new String[] {"1", "2"}) {
            publisher
                    .send(publish(2, id, 3, data))
                    .expect(new SnMessage.PubRec(3))
                    .send(new SnMessage.PubRel(3))
                    .expect(new SnMessage.PubComp(3));
        }
        for (String data : new String[] {"1", "2"}) {
            SnMessage.Publish got = client.next(SnMessage.Publish.class);
            assertThat(got.data()).isEqualTo(bytes(data));
            client.send(new SnMessage.PubRec(got.messageId()))
                    .expect(new SnMessage.PubRel(got.messageId()))
                    .send(new SnMessage.PubRec(got.messageId())) // PUBREL was lost
                    .expect(new SnMessage.PubRel(got.messageId()))
                    .send(new SnMessage.PubComp(got.messageId()));
        }
        client.expectNothing();
    }

    @Test
    void aTopicThatAWildcardMatchesIsRegisteredFirst() {
        SnClient client = server.connected("c");
        assertThat(client.subscribe("a/#", 0, 1)).isZero();
        published("a/b", "x");
        SnMessage.Register register = client.next(SnMessage.Register.class);
        assertThat(register.topic()).isEqualTo(bytes("a/b"));
        client.expectNothing();
        client.send(
                new SnMessage.RegAck(
                        register.topicId(), register.messageId(), ReturnCode.ACCEPTED));
        client.expect(publish(0, register.topicId(), 0, "x"));
        published("a/b", "y");
        client.expect(publish(0, register.topicId(), 0, "y")); // which it knows by now
    }

    @Test
    void aTopicThatTheClientRefusesIsNotSent() {
        SnClient client = server.connected("c");
        client.subscribe("+", 1, 1);
        published("a", "x");
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(
                new SnMessage.RegAck(
                        register.topicId(), register.messageId(), ReturnCode.NOT_SUPPORTED));
        client.expectNothing();
        published("a", "y");
        published("b", "z");
        assertThat(client.next(SnMessage.Register.class).topic()).isEqualTo(bytes("b"));
        assertThat(server.count(SnCounter.DROPPED_REJECTED)).isEqualTo(2);
    }

    @Test
    void aCongestedClientIsAskedLater() {
        SnClient client = server.connected("c");
        client.subscribe("+", 0, 1);
        published("a", "x");
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(
                new SnMessage.RegAck(
                        register.topicId(), register.messageId(), ReturnCode.CONGESTION));
        client.expectNothing();
        server.pass(Duration.ofSeconds(10));
        client.expect(register);
    }

    @Test
    void whatIsNotAnsweredIsSentAgainAndThenTheClientIsLost() {
        SnClient client = server.client().connect("c", false);
        int id = client.subscribe("a", 1, 1);
        published("a", "x");
        SnMessage.Publish first = client.next(SnMessage.Publish.class);
        for (int retry = 0; retry < 3; retry++) {
            server.pass(Duration.ofSeconds(10));
            client.expect(again(first));
        }
        server.pass(Duration.ofSeconds(10));
        await().until(() -> server.count(SnCounter.CLIENTS_LOST) == 1);
        await().until(() -> server.session("c").filter(it -> !it.isConnected()).isPresent());

        client.connect("c", false); // and the message is not
        SnMessage.Register register = client.next(SnMessage.Register.class);
        assertThat(register.topicId()).isEqualTo(id);
        client.send(new SnMessage.RegAck(id, register.messageId(), ReturnCode.ACCEPTED));
        acknowledge(client, client.next(SnMessage.Publish.class));
        client.expectNothing();
    }

    @Test
    void anIdentifierThatTheClientDoesNotKnowIsToldAgain() {
        SnClient client = server.connected("c");
        int id = client.subscribe("a", 1, 1);
        published("a", "x");
        SnMessage.Publish first = client.next(SnMessage.Publish.class);
        client.send(new SnMessage.PubAck(id, first.messageId(), ReturnCode.INVALID_TOPIC_ID));
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(new SnMessage.RegAck(id, register.messageId(), ReturnCode.ACCEPTED));
        client.expect(again(first));
        client.send(new SnMessage.PubAck(id, first.messageId(), ReturnCode.INVALID_TOPIC_ID));
        client.expectNothing(); // it was tried
        assertThat(server.count(SnCounter.DROPPED_REJECTED)).isEqualTo(1);
    }

    @Test
    void aMessageThatIsTooLargeIsLeftOut() {
        SnClient client = server.connected("c");
        client.subscribe("a", 1, 1);
        int id = publisher.register("a", 1);
        publisher
                .send(
                        new SnMessage.Publish(
                                false,
                                1,
                                false,
                                new SnTopic.Normal(id),
                                2,
                                new Binary(new byte[2_000])))
                .expect(new SnMessage.PubAck(id, 2, ReturnCode.ACCEPTED));
        published("a", "small");
        assertThat(client.next(SnMessage.Publish.class).data()).isEqualTo(bytes("small"));
        assertThat(server.count(SnCounter.DROPPED_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void aSubscribeThatComesAgainIsAnsweredAlike() {
        SnClient client = server.connected("c");
        int id = client.subscribe("a", 1, 1);
        assertThat(client.subscribe("a", 1, 1)).isEqualTo(id);
        assertThat(server.count(Counter.SUBSCRIPTIONS_ADDED)).isEqualTo(1);
        assertThat(server.count(SnCounter.REPEATED_REPLIES)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "a/+b", "#/a", "$share//x"})
    void filtersThatAreNoneAreRefused(String filter) {
        server.connected("c")
                .send(new SnMessage.Subscribe(false, 0, new SnTopic.Name(bytes(filter)), 1))
                .expect(new SnMessage.SubAck(0, 0, 1, ReturnCode.NOT_SUPPORTED));
    }

    @Test
    void anUnknownPredefinedTopicIsRefused() {
        server.connected("c")
                .send(new SnMessage.Subscribe(false, 0, new SnTopic.Predefined(9), 1))
                .expect(new SnMessage.SubAck(0, 0, 1, ReturnCode.INVALID_TOPIC_ID));
    }

    @Test
    void unsubscribeEndsASubscription() {
        SnClient client = server.connected("c");
        client.subscribe("a", 0, 1);
        SnMessage unsubscribe = new SnMessage.Unsubscribe(new SnTopic.Name(bytes("a")), 2);
        client.send(unsubscribe).expect(new SnMessage.UnsubAck(2));
        client.send(unsubscribe).expect(new SnMessage.UnsubAck(2));
        published("a", "x");
        client.expectNothing();
        client.send(new SnMessage.Unsubscribe(new SnTopic.Name(bytes("never/there")), 3))
                .expect(new SnMessage.UnsubAck(3));
    }

    @Test
    void sharedSubscriptionsAreShared() {
        SnClient one = server.connected("one");
        SnClient two = server.connected("two");
        one.subscribe("$share/g/a", 0, 1);
        two.subscribe("$share/g/a", 0, 1);
        published("a", "x");
        published("a", "y");
        await().until(() -> server.count(Counter.PUBLISH_SENT) == 2);
    }
}
