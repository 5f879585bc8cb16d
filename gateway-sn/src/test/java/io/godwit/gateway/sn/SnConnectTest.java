package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.shard.Counter;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT, wills, keep alive and DISCONNECT. */
class SnConnectTest {

    private static final SnMessage ACCEPTED = new SnMessage.ConnAck(ReturnCode.ACCEPTED);
    private static final SnMessage NOT_SUPPORTED = new SnMessage.ConnAck(ReturnCode.NOT_SUPPORTED);

    private final SnServer server = new SnServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void makesASessionOfTheBroker() {
        server.connected("c");
        assertThat(server.session("c")).get().matches(it -> it.isConnected());
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
    }

    @Test
    void otherProtocolsAreRefused() {
        server.client()
                .send(new SnMessage.Connect(false, true, 2, 0, "c"))
                .expect(NOT_SUPPORTED)
                .connect("c", true);
    }

    @Test
    void anEmptyClientIdentifierIsRefused() {
        server.client().send(SnClient.connect("", false, true, 0)).expect(NOT_SUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 23, 24, 250})
    void longClientIdentifiersDoNoHarm(int length) {
        String clientId = "x".repeat(length);
        server.connected(clientId).expectNothing();
        assertThat(server.session(clientId)).isPresent();
    }

    @Test
    void connectThatComesAgainIsAnsweredAgain() {
        SnClient client = server.connected("c");
        client.send(SnClient.connect("c", false, true, 0)).expect(ACCEPTED);
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
    }

    @Test
    void aClientThatBeginsAnewTakesItsSessionOver() {
        SnClient client = server.client().connect("c", false);
        int topic = client.subscribe("a", 1, 1);
        client.send(SnClient.connect("c", false, false, 0)).expect(ACCEPTED);
        client.send(publish(0, topic, 0, "x"));
        SnMessage.Register register = client.next(SnMessage.Register.class); // told anew
        assertThat(register.topicId()).isEqualTo(topic);
        client.send(new SnMessage.RegAck(topic, register.messageId(), ReturnCode.ACCEPTED));
        client.expect(publish(0, topic, 0, "x"));
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(2);
    }

    @Test
    void aWillIsAskedForAndPublishedWhenItsClientIsSilent() {
        SnClient other = server.connected("other");
        int topic = other.subscribe("gone", 0, 1);
        SnClient client = server.client().connectWithWill("c", "gone", "bye", 10);
        assertThat(server.session("c")).get().matches(it -> it.hasWill());

        server.pass(Duration.ofSeconds(14)); // half as much again is tolerated
        client.expectNothing();
        server.pass(Duration.ofSeconds(15));
        other.expect(publish(0, topic, 0, "bye"));
        assertThat(server.count(SnCounter.CLIENTS_LOST)).isEqualTo(1);
    }

    @Test
    void longKeepAlivesAreToleratedLess() {
        SnClient other = server.connected("other");
        int topic = other.subscribe("gone", 0, 1);
        server.client().connectWithWill("c", "gone", "bye", 100);
        server.pass(Duration.ofSeconds(111));
        other.expect(publish(0, topic, 0, "bye"));
    }

    @Test
    void theWillIsDiscardedByDisconnect() {
        SnClient other = server.connected("other");
        other.subscribe("gone", 0, 1);
        server.client()
                .connectWithWill("c", "gone", "bye", 0)
                .send(new SnMessage.Disconnect(0))
                .expect(new SnMessage.Disconnect(0))
                .send(new SnMessage.Disconnect(0)) // the answer may have been lost
                .expect(new SnMessage.Disconnect(0));
        await().until(() -> server.session("c").isEmpty());
        other.expectNothing();
        assertThat(server.count(Counter.WILLS_PUBLISHED)).isZero();
    }

    @Test
    void aConnectThatComesAgainWithinTheDialogueIsAskedTheSame() {
        SnMessage connect = SnClient.connect("c", true, true, 0);
        server.client()
                .send(connect)
                .expect(new SnMessage.WillTopicRequest())
                .send(connect)
                .expect(new SnMessage.WillTopicRequest())
                .send(new SnMessage.WillTopic(1, false, bytes("gone")))
                .expect(new SnMessage.WillMessageRequest())
                .send(connect)
                .expect(new SnMessage.WillMessageRequest())
                .send(new SnMessage.WillMessage(bytes("bye")))
                .expect(ACCEPTED);
    }

    @Test
    void theQuestionForAWillIsAskedAgainAndThenGivenUp() {
        SnClient client = server.client().send(SnClient.connect("c", true, true, 0));
        client.expect(new SnMessage.WillTopicRequest());
        for (int retry = 0; retry < 3; retry++) {
            server.pass(Duration.ofSeconds(10));
            client.expect(new SnMessage.WillTopicRequest());
        }
        server.pass(Duration.ofSeconds(10));
        await().until(() -> server.count(SnCounter.CLIENTS_LOST) == 1);
        client.send(new SnMessage.PingRequest(null)).expect(new SnMessage.Disconnect(0));
    }

    @Test
    void aClientMayChangeItsMindAboutAWill() {
        server.client()
                .send(SnClient.connect("c", true, true, 0))
                .expect(new SnMessage.WillTopicRequest())
                .send(new SnMessage.WillTopic(0, false, bytes("")))
                .expect(ACCEPTED);
        assertThat(server.session("c")).get().matches(it -> !it.hasWill());
    }

    @Test
    void aWillTopicWithWildcardsIsRefused() {
        server.client()
                .send(SnClient.connect("c", true, true, 0))
                .expect(new SnMessage.WillTopicRequest())
                .send(new SnMessage.WillTopic(0, false, bytes("a/#")))
                .expect(new SnMessage.WillMessageRequest())
                .send(new SnMessage.WillMessage(bytes("bye")))
                .expect(NOT_SUPPORTED);
    }

    @Test
    void aWillCanBeChangedAndTakenBack() {
        SnClient other = server.connected("other");
        int topic = other.subscribe("elsewhere", 0, 1);
        SnClient client = server.client().connectWithWill("c", "gone", "bye", 10);
        client.send(new SnMessage.WillTopicUpdate(0, false, bytes("elsewhere")))
                .expect(new SnMessage.WillTopicResponse(ReturnCode.ACCEPTED))
                .send(new SnMessage.WillMessageUpdate(bytes("later")))
                .expect(new SnMessage.WillMessageResponse(ReturnCode.ACCEPTED));
        server.pass(Duration.ofSeconds(16));
        other.expect(publish(0, topic, 0, "later"));

        client.connectWithWill("c", "elsewhere", "never", 10)
                .send(new SnMessage.WillTopicUpdate(0, false, bytes("")))
                .expect(new SnMessage.WillTopicResponse(ReturnCode.ACCEPTED))
                .send(new SnMessage.WillMessageUpdate(bytes("of what?")))
                .expect(new SnMessage.WillMessageResponse(ReturnCode.NOT_SUPPORTED));
        assertThat(server.session("c")).get().matches(it -> !it.hasWill());
    }

    @Test
    void withoutCleanSessionTheWillIsKept() {
        SnClient client = server.client();
        client.send(SnClient.connect("c", true, false, 0))
                .expect(new SnMessage.WillTopicRequest())
                .send(new SnMessage.WillTopic(0, false, bytes("gone")))
                .expect(new SnMessage.WillMessageRequest())
                .send(new SnMessage.WillMessage(bytes("bye")))
                .expect(ACCEPTED)
                .send(new SnMessage.Disconnect(0))
                .expect(new SnMessage.Disconnect(0));
        await().until(() -> server.session("c").filter(it -> !it.isConnected()).isPresent());
        client.connect("c", false);
        assertThat(server.session("c")).get().matches(it -> it.hasWill());
        client.send(new SnMessage.Disconnect(0)).expect(new SnMessage.Disconnect(0));
        client.connect("c", true); // which deletes it
        assertThat(server.session("c")).get().matches(it -> !it.hasWill());
    }

    @Test
    void whoIsNotConnectedIsToldSoAndNothingMore() {
        SnClient client = server.client();
        SnMessage unknown = new SnMessage.Disconnect(0);
        client.send(new SnMessage.PingRequest(null)).expect(unknown);
        client.send(new SnMessage.PingRequest("c")).expect(unknown);
        client.send(new SnMessage.Register(0, 1, bytes("a"))).expect(unknown);
        client.send(publish(1, 1, 1, "x")).expect(unknown);
        client.send(new SnMessage.Subscribe(false, 0, new SnTopic.Name(bytes("a")), 1))
                .expect(unknown);
        client.send(new SnMessage.Disconnect(0)); // no answer: it may be one itself
        client.send(new SnMessage.PubAck(1, 1, ReturnCode.ACCEPTED));
        client.send(new SnMessage.PingResponse());
        client.send(new SnMessage.SearchGateway(1)).expect(new SnMessage.GatewayInfo(1, bytes("")));
    }

    @Test
    void theBrokerCanSendAClientAway() {
        SnClient client = server.connected("c");
        server.broker().endSession("c", "a test says so").join();
        client.expect(new SnMessage.Disconnect(0));
        client.connect("c", true).expectNothing();
    }
}
