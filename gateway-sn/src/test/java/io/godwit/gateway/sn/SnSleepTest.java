package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.again;
import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.shard.Counter;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sleeping clients, and addresses that change. */
class SnSleepTest {

    private static final SnMessage AWAKE = new SnMessage.PingRequest("c");
    private static final SnMessage DONE = new SnMessage.PingResponse();

    private final SnServer server =
            new SnServer(it -> it, limits -> limits.queuedMessages(5), new OpenAuthorizer());
    private SnClient publisher;
    private SnClient client;
    private int topic;
    private int there;

    @BeforeEach
    void connect() {
        publisher = server.connected("publisher");
        topic = publisher.register("a", 1);
        client = server.connected("c");
        there = client.subscribe("a", 1, 1);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void fallAsleep(int seconds) {
        client.send(new SnMessage.Disconnect(seconds)).expect(new SnMessage.Disconnect(0));
    }

    /** Publishes at QoS 1, and waits for the acknowledgement. */
    private void published(String data) {
        publisher
                .send(publish(1, topic, 2, data))
                .expect(new SnMessage.PubAck(topic, 2, ReturnCode.ACCEPTED));
    }

    private SnMessage.Publish got(SnClient at, String data) {
        SnMessage.Publish got = at.next(SnMessage.Publish.class);
        assertThat(got.data()).isEqualTo(bytes(data));
        return got;
    }

    private void acknowledged(SnClient at, String data) {
        int id = got(at, data).messageId();
        at.send(new SnMessage.PubAck(there, id, ReturnCode.ACCEPTED));
    }

    private void queued(int messages) {
        await().until(() -> server.session("c").filter(it -> it.queued() == messages).isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void whatHasWaitedIsSentBetweenPingreqAndPingresp(int messages) {
        fallAsleep(100);
        for (int i = 0; i < messages; i++) {
            published("m" + i);
        }
        queued(messages);
        client.send(AWAKE);
        for (int i = 0; i < messages; i++) {
            acknowledged(client, "m" + i);
        }
        client.expect(DONE);
        published("later");
        client.send(AWAKE);
        acknowledged(client, "later"); // and nothing a second time
        client.expect(DONE);
        assertThat(server.count(SnCounter.WAKES)).isEqualTo(2);
    }

    @Test
    void messagesAtQos0WaitAsWell() {
        SnClient other = server.connected("zero");
        int id = other.subscribe("a", 0, 1);
        other.send(new SnMessage.Disconnect(60)).expect(new SnMessage.Disconnect(0));
        published("x");
        published("y");
        acknowledged(client, "x");
        acknowledged(client, "y");
        await().until(() -> server.session("zero").filter(it -> it.queued() == 2).isPresent());
        other.send(new SnMessage.PingRequest("zero"))
                .expect(publish(0, id, 0, "x"))
                .expect(publish(0, id, 0, "y"))
                .expect(DONE);
    }

    @Test
    void moreThanTheQueueHoldsIsDroppedAndCounted() {
        fallAsleep(100);
        for (int i = 0; i < 8; i++) {
            published("m" + i);
        }
        queued(5);
        client.send(AWAKE);
        for (int i = 0; i < 5; i++) {
            acknowledged(client, "m" + i);
        }
        client.expect(DONE);
        assertThat(server.count(Counter.DROPPED_QUEUE_FULL)).isEqualTo(3);
    }

    @Test
    void topicsAreRegisteredWhileTheClientIsAwake() {
        client.subscribe("w/+", 1, 2);
        fallAsleep(100);
        int id = publisher.register("w/1", 3);
        publisher
                .send(publish(1, id, 4, "x"))
                .expect(new SnMessage.PubAck(id, 4, ReturnCode.ACCEPTED));
        client.send(AWAKE);
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(
                new SnMessage.RegAck(
                        register.topicId(), register.messageId(), ReturnCode.ACCEPTED));
        SnMessage.Publish got = got(client, "x");
        assertThat(got.topic()).isEqualTo(new SnTopic.Normal(register.topicId()));
        client.send(new SnMessage.PubAck(register.topicId(), got.messageId(), ReturnCode.ACCEPTED));
        client.expect(DONE);
    }

    @Test
    void qos2IsCompletedBeforePingresp() {
        client.subscribe("two", 2, 2);
        int id = publisher.register("two", 3);
        fallAsleep(100);
        publisher.send(publish(2, id, 4, "x")).expect(new SnMessage.PubRec(4));
        publisher.send(new SnMessage.PubRel(4)).expect(new SnMessage.PubComp(4));
        client.send(AWAKE);
        int messageId = got(client, "x").messageId();
        client.send(new SnMessage.PubRec(messageId)).expect(new SnMessage.PubRel(messageId));
        client.send(new SnMessage.PubComp(messageId)).expect(DONE);
    }

    @Test
    void aClientThatFallsAsleepAgainGetsItTheNextTime() {
        fallAsleep(1_000);
        published("x");
        queued(1);
        client.send(AWAKE);
        SnMessage.Publish first = got(client, "x");
        for (int retry = 0; retry < 3; retry++) {
            server.pass(Duration.ofSeconds(10));
            client.expect(again(first));
        }
        server.pass(Duration.ofSeconds(10));
        await().until(() -> server.count(SnCounter.SLEEPERS_UNANSWERED) == 1);
        assertThat(server.count(SnCounter.CLIENTS_LOST)).isZero();
        client.send(AWAKE).expect(again(first));
        client.send(new SnMessage.PubAck(there, first.messageId(), ReturnCode.ACCEPTED))
                .expect(DONE);
    }

    @Test
    void aSleepThatIsOverMakesTheClientLost() {
        SnClient other = server.connected("other");
        int gone = other.subscribe("gone", 0, 1);
        SnClient sleeper = server.client().connectWithWill("s", "gone", "bye", 0);
        sleeper.send(new SnMessage.Disconnect(20)).expect(new SnMessage.Disconnect(0));
        server.pass(Duration.ofSeconds(25));
        sleeper.send(new SnMessage.PingRequest("s")).expect(DONE); // and its time begins anew
        server.pass(Duration.ofSeconds(25));
        sleeper.send(new SnMessage.Disconnect(100)).expect(new SnMessage.Disconnect(0));
        server.pass(Duration.ofSeconds(105));
        other.expectNothing();
        server.pass(Duration.ofSeconds(10));
        other.expect(publish(0, gone, 0, "bye"));
        sleeper.send(new SnMessage.PingRequest("s")).expect(new SnMessage.Disconnect(0));
    }

    @Test
    void connectBringsASleeperBack() {
        fallAsleep(100);
        published("x");
        queued(1);
        client.connect("c", false);
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(new SnMessage.RegAck(there, register.messageId(), ReturnCode.ACCEPTED));
        acknowledged(client, "x");
        published("y");
        acknowledged(client, "y");
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(2);
    }

    @Test
    void aSleeperMayGoForGood() {
        fallAsleep(100);
        client.send(new SnMessage.Disconnect(0)).expect(new SnMessage.Disconnect(0));
        await().until(() -> server.session("c").isEmpty());
    }

    @Test
    void aSleeperMayPublish() {
        fallAsleep(100);
        client.send(publish(1, there, 7, "from a sleeper"))
                .expect(new SnMessage.PubAck(there, 7, ReturnCode.ACCEPTED));
        queued(1);
    }

    @Test
    void aSleeperThatWakesUpElsewhereIsAskedThereFirst() {
        fallAsleep(100);
        published("x");
        queued(1);
        SnClient elsewhere = server.client();
        elsewhere.send(AWAKE).expect(new SnMessage.PingRequest(null));
        elsewhere.send(new SnMessage.PingResponse());
        SnMessage.Register register = elsewhere.next(SnMessage.Register.class);
        elsewhere.send(new SnMessage.RegAck(there, register.messageId(), ReturnCode.ACCEPTED));
        acknowledged(elsewhere, "x");
        elsewhere.expect(DONE);
        assertThat(server.count(SnCounter.MOVES)).isEqualTo(1);
        client.send(new SnMessage.PingRequest(null)).expect(new SnMessage.Disconnect(0));
    }

    @Test
    void aSpoofedWakeUpMovesNothing() {
        fallAsleep(100);
        published("x");
        queued(1);
        SnClient elsewhere = server.client();
        elsewhere.send(AWAKE).expect(new SnMessage.PingRequest(null)); // which it does not answer
        client.send(AWAKE);
        acknowledged(client, "x");
        client.expect(DONE);
        assertThat(server.count(SnCounter.MOVES)).isZero();
    }

    @Test
    void aWakeUpOfSomebodyElseIsNone() {
        fallAsleep(100);
        client.send(new SnMessage.PingRequest("nobody")).expect(new SnMessage.Disconnect(0));
        client.send(new SnMessage.PingRequest("publisher")).expect(new SnMessage.Disconnect(0));
        client.send(AWAKE).expect(DONE);
    }

    @Test
    void anActiveClientIsNotMovedWhileItAnswers() {
        SnClient elsewhere = server.client();
        elsewhere.send(AWAKE); // no answer at all
        elsewhere.send(SnClient.connect("c", false, true, 0));
        client.expect(new SnMessage.PingRequest(null)).send(new SnMessage.PingResponse());
        elsewhere.expect(new SnMessage.ConnAck(ReturnCode.CONGESTION));
        client.expectNothing();
        assertThat(server.count(SnCounter.RIVALS_REFUSED)).isEqualTo(1);
    }

    @Test
    void aClientThatDoesNotAnswerIsReplaced() {
        SnClient elsewhere = server.client();
        elsewhere.send(SnClient.connect("c", false, true, 0));
        client.expect(new SnMessage.PingRequest(null));
        server.pass(Duration.ofSeconds(3));
        elsewhere.expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED)).expectNothing();
    }
}
