package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.shard.Counter;
import io.godwit.codec.Binary;
import io.godwit.codec.RetainHandling;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics, messages and subscriptions of version 2.0. */
class SnV20PublishTest {

    private static final SnTopic PREDEFINED = new SnTopic.Predefined(7);
    private static final int TOPIC_IDS = 3;

    private final SnServer server =
            new SnServer(it ->
                    SnTestSettings.speaking(
                            SnTestSettings.with(it, Map.of(7, "predefined/7"), TOPIC_IDS, true),
                            SnVersion.values()));

    /** One of version 1.2, with its own identifiers, that hears and sends all. */
    private SnClient old;

    private SnClient client;

    @BeforeEach
    void connect() {
        old = server.connected("old");
        client = client("c");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private SnClient client(String clientId) {
        return server.client(SnVersion.V2_0).connect(SnConnectV20.of(clientId));
    }

    private static SnTopic name(String name) {
        return new SnTopic.Name(bytes(name));
    }

    private static SnMessage subscribe(
            String filter, int id, boolean noLocal, boolean asPublished, RetainHandling handling) {
        return new SnMessage.Subscribe(false, 0, name(filter), id, noLocal, asPublished, handling);
    }

    private static SnMessage.SubAck granted(int alias, int id) {
        return new SnMessage.SubAck(0, alias, id, ReturnCode.ACCEPTED);
    }

    /** Publishes at QoS 0 from elsewhere, and waits until it has arrived there. */
    private void published(String topic, boolean retain, String data) {
        int id = old.register(topic, 1);
        SnTopic named = new SnTopic.Normal(id);
        old.send(new SnMessage.Publish(false, 0, retain, named, 0, bytes(data))).expectNothing();
    }

    // --- what clients send ----------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aMessageNamesItsTopicInThreeWays(int qos) {
        int a = old.subscribe("a", 0, 1);
        int predefined = old.subscribe("predefined/7", 0, 2);
        int alias = client.register("a", 1);
        publishes(qos, new SnTopic.Normal(alias), "by alias");
        old.expect(publish(0, a, 0, "by alias"));
        publishes(qos, name("a"), "by name");
        old.expect(publish(0, a, 0, "by name"));
        publishes(qos, PREDEFINED, "predefined");
        old.expect(publish(0, predefined, 0, "predefined"));
    }

    private void publishes(int qos, SnTopic topic, String data) {
        client.send(publish(qos, topic, qos == 0 ? 0 : 9, data));
        switch (qos) {
            case 0 -> {}
            case 1 -> client.expect(new SnMessage.PubAck(0, 9, ReturnCode.ACCEPTED));
            default ->
                    client.expect(new SnMessage.PubRec(9))
                            .send(new SnMessage.PubRel(9))
                            .expect(new SnMessage.PubComp(9));
        }
    }

    @Test
    void qos2IsPublishedOnce() {
        int a = old.subscribe("a", 0, 1);
        SnMessage publish = publish(2, name("a"), 9, "x");
        client.send(publish).expect(new SnMessage.PubRec(9));
        client.send(publish).expect(new SnMessage.PubRec(9)); // the very same again
        client.send(new SnMessage.PubRel(9)).expect(new SnMessage.PubComp(9));
        old.expect(publish(0, a, 0, "x")).expectNothing();
        SnMessage nothing = new SnMessage.PubComp(9, ReturnCode.PACKET_IDENTIFIER_NOT_FOUND);
        client.send(new SnMessage.PubRel(9)).expect(nothing);
    }

    @Test
    void registerTellsPredefinedAliases() {
        client.send(new SnMessage.Register(0, 1, bytes("predefined/7")))
                .expect(new SnMessage.RegAck(7, true, 1, ReturnCode.ALIAS_EXISTS));
        client.send(new SnMessage.Register(0, 2, bytes("a/#")))
                .expect(new SnMessage.RegAck(0, 2, ReturnCode.TOPIC_NAME_INVALID));
    }

    @Test
    void unknownAliasesAreRefused() {
        client.send(publish(1, 99, 5, "x"))
                .expect(new SnMessage.PubAck(0, 5, ReturnCode.INVALID_TOPIC_ID));
        client.send(publish(2, new SnTopic.Predefined(99), 6, "x"))
                .expect(new SnMessage.PubRec(6, ReturnCode.INVALID_TOPIC_ID));
        client.send(publish(1, name("a/+"), 7, "x"))
                .expect(new SnMessage.PubAck(0, 7, ReturnCode.TOPIC_NAME_INVALID));
        client.send(publish(0, 99, 0, "x")) // which has no other answer
                .expect(new SnMessage.Disconnect(ReturnCode.INVALID_TOPIC_ID));
        await().until(() -> server.session("c").isEmpty());
    }

    @Test
    void whoIsNotConnectedMayPublishAllTheSame() {
        int a = old.subscribe("a", 0, 1);
        int predefined = old.subscribe("predefined/7", 0, 2);
        SnClient stranger = server.client(SnVersion.V2_0);
        stranger.send(publish(-1, name("a"), 0, "x"));
        old.expect(publish(0, a, 0, "x"));
        stranger.send(publish(-1, PREDEFINED, 0, "y"));
        old.expect(publish(0, predefined, 0, "y"));
        client.send(publish(-1, name("a"), 0, "of a client"));
        old.expect(publish(0, a, 0, "of a client"));
        stranger.send(publish(-1, name("a/#"), 0, "z"));
        await().until(() -> server.count(SnCounter.DROPPED_CONNECTIONLESS) == 1);
    }

    // --- what clients are sent ------------------------------------------------------------------

    @Test
    void aTopicThatAWildcardMatchesIsRegisteredFirst() {
        client.send(subscribe("a/#", 1, false, false, RetainHandling.SEND)).expect(granted(0, 1));
        published("a/b", false, "x");
        SnMessage.Register register = client.next(SnMessage.Register.class);
        assertThat(register.topic()).isEqualTo(bytes("a/b"));
        int alias = register.topicId();
        client.send(new SnMessage.RegAck(alias, register.messageId(), ReturnCode.ACCEPTED));
        client.expect(publish(0, alias, 0, "x"));
    }

    @Test
    void aTopicWithoutAnAliasIsSentInFull() {
        client.subscribe("+", 0, 1);
        published("refused", false, "x");
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(
                new SnMessage.RegAck(
                        0, register.messageId(), ReturnCode.IMPLEMENTATION_SPECIFIC_ERROR));
        client.expect(publish(0, name("refused"), 0, "x"));
        client.register("one", 2);
        client.register("two", 3); // with the one that was refused these are all
        published("more", false, "y");
        client.expect(publish(0, name("more"), 0, "y"));
    }

    @Test
    void predefinedAliasesAreUsedWithoutBeingTold() {
        client.subscribe("predefined/#", 0, 1);
        published("predefined/7", false, "x");
        client.expect(publish(0, PREDEFINED, 0, "x"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsNotAnsweredIsSentAgainByteForByte(int qos) {
        client.subscribe("a", qos, 1);
        int id = old.register("a", 1);
        old.send(publish(1, id, 2, "x")).expect(new SnMessage.PubAck(id, 2, ReturnCode.ACCEPTED));
        if (qos == 2) {
            old.send(publish(2, id, 3, "x")).expect(new SnMessage.PubRec(3));
            old.send(new SnMessage.PubRel(3)).expect(new SnMessage.PubComp(3));
        }
        byte[] first = client.nextRaw();
        server.pass(Duration.ofSeconds(10));
        assertThat(client.nextRaw()).isEqualTo(first);
    }

    @Test
    void aRefusedMessageIsNotSentAgain() {
        client.subscribe("a", 2, 1);
        int id = old.register("a", 1);
        for (String data : new String[] {"x", "y"}) {
            old.send(publish(2, id, 3, data)).expect(new SnMessage.PubRec(3));
            old.send(new SnMessage.PubRel(3)).expect(new SnMessage.PubComp(3));
        }
        SnMessage.Publish first = client.next(SnMessage.Publish.class);
        client.send(new SnMessage.PubRec(first.messageId(), ReturnCode.PAYLOAD_FORMAT_INVALID));
        SnMessage.Publish second = client.next(SnMessage.Publish.class);
        assertThat(second.data()).isEqualTo(bytes("y"));
        client.send(new SnMessage.PubRec(second.messageId()))
                .expect(new SnMessage.PubRel(second.messageId()))
                .send(new SnMessage.PubComp(second.messageId()));
        client.send(new SnMessage.PubRec(999))
                .expect(new SnMessage.PubRel(999, ReturnCode.PACKET_IDENTIFIER_NOT_FOUND));
        assertThat(server.count(SnCounter.DROPPED_REJECTED)).isEqualTo(1);
    }

    @Test
    void anAliasThatTheClientDoesNotKnowIsToldAgain() {
        int alias = client.subscribe("a", 1, 1);
        int id = old.register("a", 1);
        old.send(publish(1, id, 2, "x")).expect(new SnMessage.PubAck(id, 2, ReturnCode.ACCEPTED));
        SnMessage.Publish publish = client.next(SnMessage.Publish.class);
        client.send(new SnMessage.PubAck(0, publish.messageId(), ReturnCode.INVALID_TOPIC_ID));
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(new SnMessage.RegAck(alias, register.messageId(), ReturnCode.ACCEPTED))
                .expect(publish);
    }

    @Test
    void noPacketIsLargerThanTheClientTakes() {
        SnClient small =
                server.client(SnVersion.V2_0).connect(SnConnectV20.of("small").packetSize(10));
        int alias = small.subscribe("a", 0, 1);
        published("a", false, "123456");
        published("a", false, "12345");
        small.expect(publish(0, alias, 0, "12345")); // is ten bytes
        assertThat(server.count(SnCounter.DROPPED_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void longPacketsPassInBothDirections() {
        int alias = client.subscribe("a", 0, 1);
        SnMessage large =
                new SnMessage.Publish(
                        false, 0, false, new SnTopic.Normal(alias), 0, new Binary(new byte[1_300]));
        client.send(large).expect(large);
    }

    // --- subscriptions --------------------------------------------------------------------------

    @Test
    void ownMessagesStayAwayIfTheClientWantsThat() {
        client.send(subscribe("a", 1, true, false, RetainHandling.SEND));
        int alias = client.next(SnMessage.SubAck.class).topicId();
        client.send(publish(0, alias, 0, "mine")).expectNothing();
        published("a", false, "of another");
        client.expect(publish(0, alias, 0, "of another"));
    }

    @Test
    void retainedMessagesComeAsTheClientWantsThem() {
        published("a", true, "kept");
        client.send(subscribe("a", 1, false, true, RetainHandling.DO_NOT_SEND));
        int alias = client.next(SnMessage.SubAck.class).topicId();
        client.expectNothing();
        published("a", true, "new");
        client.expect(
                new SnMessage.Publish(false, 0, true, new SnTopic.Normal(alias), 0, bytes("new")));
        client.send(subscribe("a", 2, false, false, RetainHandling.SEND_IF_NEW))
                .expect(granted(alias, 2))
                .expectNothing();
        client.send(subscribe("a", 3, false, false, RetainHandling.SEND)).expect(granted(alias, 3));
        client.expect(
                new SnMessage.Publish(false, 0, true, new SnTopic.Normal(alias), 0, bytes("new")));
    }

    @Test
    void subackTellsTheAliasThatThereIs() {
        client.send(new SnMessage.Subscribe(false, 1, name("predefined/7"), 1))
                .expect(new SnMessage.SubAck(1, 7, true, 1, ReturnCode.ACCEPTED));
        client.send(new SnMessage.Subscribe(false, 2, PREDEFINED, 2))
                .expect(new SnMessage.SubAck(2, 7, true, 2, ReturnCode.ACCEPTED));
        int alias = client.register("a", 3);
        client.send(new SnMessage.Subscribe(false, 0, new SnTopic.Normal(alias), 4))
                .expect(granted(alias, 4));
        published("a", false, "x");
        client.expect(publish(0, alias, 0, "x"));
        client.send(new SnMessage.Subscribe(false, 0, new SnTopic.Normal(99), 5))
                .expect(new SnMessage.SubAck(0, 0, 5, ReturnCode.INVALID_TOPIC_ID));
        client.send(new SnMessage.Subscribe(false, 0, name("a#"), 6))
                .expect(new SnMessage.SubAck(0, 0, 6, ReturnCode.TOPIC_FILTER_INVALID));
    }

    @Test
    void unsubackSaysWhetherThereWasASubscription() {
        client.subscribe("a", 0, 1);
        SnMessage unsubscribe = new SnMessage.Unsubscribe(name("a"), 2);
        client.send(unsubscribe).expect(new SnMessage.UnsubAck(2));
        client.send(unsubscribe).expect(new SnMessage.UnsubAck(2)); // the same once more
        client.send(new SnMessage.Unsubscribe(name("a"), 3))
                .expect(new SnMessage.UnsubAck(3, ReturnCode.NO_SUBSCRIPTION_EXISTED));
        assertThat(server.count(Counter.SUBSCRIPTIONS_REMOVED)).isEqualTo(1);
    }
}
