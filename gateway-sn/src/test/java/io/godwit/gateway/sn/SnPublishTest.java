package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.again;
import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.shard.Counter;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** REGISTER and PUBLISH of clients. */
class SnPublishTest {

    private static final int PREDEFINED = 7;

    private final SnServer server =
            new SnServer(
                    it -> SnTestSettings.with(it, Map.of(PREDEFINED, "predefined/7"), 4, false));

    @AfterEach
    void close() {
        server.close();
    }

    private SnMessage pubAck(int topicId, int messageId, ReturnCode code) {
        return new SnMessage.PubAck(topicId, messageId, code);
    }

    @Test
    void registerGivesOneIdentifierForATopic() {
        SnClient client = server.connected("c");
        int id = client.register("a", 1);
        assertThat(client.register("a", 1)).isEqualTo(id);
        assertThat(client.register("b", 2)).isNotEqualTo(id);
        SnMessage refused = new SnMessage.RegAck(0, 3, ReturnCode.NOT_SUPPORTED);
        client.send(new SnMessage.Register(0, 3, bytes("a/+"))).expect(refused);
        client.register("c", 4);
        client.register("d", 5);
        client.send(new SnMessage.Register(0, 3, bytes("e"))).expect(refused); // all are used up
        assertThat(server.count(SnCounter.TOPICS_FULL)).isEqualTo(1);
    }

    @Test
    void identifiersAreThoseOfTheirClient() {
        int id = server.connected("one").register("a", 1);
        server.connected("two")
                .send(publish(1, id, 5, "x"))
                .expect(pubAck(id, 5, ReturnCode.INVALID_TOPIC_ID));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void anUnknownIdentifierIsRefusedAtAnyQos(int qos) {
        int messageId = qos == 0 ? 0 : 9;
        server.connected("c")
                .send(publish(qos, 3, messageId, "x"))
                .expect(pubAck(3, messageId, ReturnCode.INVALID_TOPIC_ID))
                .send(publish(qos, new SnTopic.Predefined(3), messageId, "x"))
                .expect(pubAck(3, messageId, ReturnCode.INVALID_TOPIC_ID));
        assertThat(server.count(SnCounter.UNKNOWN_TOPIC)).isEqualTo(2);
    }

    @Test
    void qos0IsDelivered() {
        SnClient subscriber = server.connected("subscriber");
        int there = subscriber.subscribe("a", 2, 1);
        SnClient client = server.connected("c");
        int here = client.register("a", 1);
        client.send(publish(0, here, 0, "x")).expectNothing();
        subscriber.expect(publish(0, there, 0, "x"));
    }

    @Test
    void qos1IsAcknowledgedAndDeliveredOnceThoughItComesAgain() {
        SnClient subscriber = server.connected("subscriber");
        int there = subscriber.subscribe("a", 0, 1);
        SnClient client = server.connected("c");
        int here = client.register("a", 1);
        SnMessage.Publish message = publish(1, here, 9, "x");
        SnMessage ack = pubAck(here, 9, ReturnCode.ACCEPTED);
        client.send(message).expect(ack);
        client.send(again(message)).expect(ack);
        client.send(publish(1, here, 9, "y")).expect(ack); // another message
        subscriber.expect(publish(0, there, 0, "x"));
        subscriber.expect(publish(0, there, 0, "y"));
        assertThat(server.count(SnCounter.REPEATED_REPLIES)).isEqualTo(1);
    }

    @Test
    void qos2IsDeliveredOnceThoughEachStepComesAgain() {
        SnClient subscriber = server.connected("subscriber");
        int there = subscriber.subscribe("a", 0, 1);
        SnClient client = server.connected("c");
        int here = client.register("a", 1);
        SnMessage.Publish message = publish(2, here, 9, "x");
        client.send(message).expect(new SnMessage.PubRec(9));
        client.send(message).expect(new SnMessage.PubRec(9)); // without DUP
        client.send(again(message)).expect(new SnMessage.PubRec(9));
        client.send(new SnMessage.PubRel(9)).expect(new SnMessage.PubComp(9));
        client.send(new SnMessage.PubRel(9)).expect(new SnMessage.PubComp(9));
        client.send(publish(2, here, 9, "y")).expect(new SnMessage.PubRec(9));
        subscriber.expect(publish(0, there, 0, "x"));
        subscriber.expect(publish(0, there, 0, "y"));
        subscriber.expectNothing();
    }

    @Test
    void aMessageThatNeedsAnIdentifierAndHasNoneIsRefused() {
        SnClient client = server.connected("c");
        int id = client.register("a", 1);
        client.send(publish(1, id, 0, "x")).expect(pubAck(id, 0, ReturnCode.NOT_SUPPORTED));
    }

    @Test
    void predefinedAndNormalIdentifiersAreSpacesOfTheirOwn() {
        SnClient subscriber = server.connected("subscriber");
        subscriber
                .send(new SnMessage.Subscribe(false, 0, new SnTopic.Predefined(PREDEFINED), 1))
                .expect(new SnMessage.SubAck(0, PREDEFINED, 1, ReturnCode.ACCEPTED));
        SnClient client = server.connected("c");
        client.send(publish(1, new SnTopic.Predefined(PREDEFINED), 2, "x"))
                .expect(pubAck(PREDEFINED, 2, ReturnCode.ACCEPTED))
                .send(publish(1, PREDEFINED, 3, "y"))
                .expect(pubAck(PREDEFINED, 3, ReturnCode.INVALID_TOPIC_ID));
        subscriber.expect(publish(0, new SnTopic.Predefined(PREDEFINED), 0, "x")).expectNothing();
    }

    @Test
    void shortNamesStandForThemselves() {
        SnTopic name = SnTopic.Short.of(new byte[] {'a', 'b'});
        SnClient subscriber = server.connected("subscriber");
        subscriber
                .send(new SnMessage.Subscribe(false, 1, name, 1))
                .expect(new SnMessage.SubAck(1, 0, 1, ReturnCode.ACCEPTED));
        int ab = 'a' << 8 | 'b';
        server.connected("c")
                .send(publish(1, name, 2, "x"))
                .expect(pubAck(ab, 2, ReturnCode.ACCEPTED));
        SnMessage.Publish got = subscriber.next(SnMessage.Publish.class);
        assertThat(got.topic()).isEqualTo(name);
        subscriber.send(pubAck(ab, got.messageId(), ReturnCode.ACCEPTED)).expectNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "+/", "##"})
    void shortNamesHaveNoWildcards(String text) {
        SnTopic name = SnTopic.Short.of(bytes(text).bytes());
        int octets = text.charAt(0) << 8 | text.charAt(1);
        server.connected("c")
                .send(publish(1, name, 2, "x"))
                .expect(pubAck(octets, 2, ReturnCode.INVALID_TOPIC_ID))
                .send(new SnMessage.Subscribe(false, 0, name, 3))
                .expect(new SnMessage.SubAck(0, 0, 3, ReturnCode.NOT_SUPPORTED));
    }

    @Test
    void withoutConnectionNothingIsPublishedUnlessItIsAllowed() {
        SnClient subscriber = server.connected("subscriber");
        subscriber.subscribe("ab", 0, 1);
        SnMessage message = publish(-1, SnTopic.Short.of(new byte[] {'a', 'b'}), 0, "x");
        server.client().send(message);
        await().until(() -> server.count(SnCounter.DROPPED_CONNECTIONLESS) == 1);
        subscriber.expectNothing();

        server.connected("c").send(message); // who is connected publishes as himself
        assertThat(subscriber.next(SnMessage.Publish.class).data()).isEqualTo(bytes("x"));
    }

    @Test
    void withoutConnectionThoseAreHeardWhoNameTheTopicThemselves() {
        try (SnServer open =
                new SnServer(it -> SnTestSettings.with(it, Map.of(PREDEFINED, "pre"), 4, true))) {
            SnClient subscriber = open.connected("subscriber");
            int ab = subscriber.subscribe("ab", 0, 1);
            int pre = subscriber.subscribe("pre", 0, 2);
            open.client()
                    .send(publish(-1, SnTopic.Short.of(new byte[] {'a', 'b'}), 0, "x"))
                    .send(publish(-1, new SnTopic.Predefined(PREDEFINED), 0, "y"))
                    .send(publish(-1, new SnTopic.Predefined(3), 0, "unknown"))
                    .send(publish(-1, pre, 0, "an identifier without a client"));
            subscriber.expect(publish(0, ab, 0, "x"));
            subscriber.expect(publish(0, pre, 0, "y"));
            await().until(() -> open.count(SnCounter.DROPPED_CONNECTIONLESS) == 2);
            assertThat(open.session("sn-connectionless")).isPresent();
        }
    }

    @Test
    void messagesAreRetained() {
        SnClient client = server.connected("c");
        int id = client.register("a", 1);
        client.send(new SnMessage.Publish(false, 1, true, new SnTopic.Normal(id), 2, bytes("x")))
                .expect(pubAck(id, 2, ReturnCode.ACCEPTED));
        SnClient late = server.connected("late");
        int there = late.subscribe("a", 0, 1);
        late.expect(
                new SnMessage.Publish(false, 0, true, new SnTopic.Normal(there), 0, bytes("x")));
        assertThat(server.count(Counter.RETAINED_REFUSED)).isZero();
    }
}
