package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.shard.Counter;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnVersion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sleeping clients of version 2.0, and addresses that change. */
class SnV20SleepTest {

    private final SnServer server =
            new SnServer(it ->
                    SnTestSettings.upTo(
                            SnTestSettings.speaking(it, SnVersion.values()),
                            Duration.ofSeconds(1_000),
                            1_000));
    private SnClient publisher;
    private int there;
    private int alias;

    @BeforeEach
    void connect() {
        publisher = server.connected("publisher");
        there = publisher.register("a", 1);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private SnClient client() {
        return server.client(SnVersion.V2_0);
    }

    /** A client with a subscription at QoS 1. */
    private SnClient subscribed(SnConnectV20 connect) {
        SnClient client = client().connect(connect);
        alias = client.subscribe("a", 1, 1);
        return client;
    }

    private static SnClient fallAsleep(SnClient client, int seconds) {
        return client.send(new SnMessage.SleepRequest(true, 2, seconds))
                .expect(new SnMessage.SleepResponse(2, null, ReturnCode.ACCEPTED));
    }

    /** Publishes at QoS 1, and waits for the acknowledgement. */
    private void published(String... data) {
        for (String one : data) {
            publisher
                    .send(publish(1, there, 2, one))
                    .expect(new SnMessage.PubAck(there, 2, ReturnCode.ACCEPTED));
        }
    }

    private static SnClient awake(SnClient client, int id) {
        return client.send(new SnMessage.PingRequest(id, null));
    }

    private static SnMessage done(int id, int remaining) {
        return new SnMessage.PingResponse(id, remaining);
    }

    private SnMessage.Publish got(SnClient client, String data) {
        SnMessage.Publish got = client.next(SnMessage.Publish.class);
        assertThat(got.data()).isEqualTo(bytes(data));
        return got;
    }

    private void acknowledged(SnClient client, String... data) {
        for (String one : data) {
            int id = got(client, one).messageId();
            client.send(new SnMessage.PubAck(0, id, ReturnCode.ACCEPTED));
        }
    }

    private void queued(int messages) {
        await().until(() -> server.session("c").filter(it -> it.queued() == messages).isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void whatHasWaitedIsSentBetweenPingreqAndPingresp(int messages) {
        SnClient client = fallAsleep(subscribed(SnConnectV20.of("c")), 100);
        for (int i = 0; i < messages; i++) {
            published("m" + i);
        }
        queued(messages);
        awake(client, 10);
        for (int i = 0; i < messages; i++) {
            acknowledged(client, "m" + i);
        }
        client.expect(done(10, 0));
        published("later");
        awake(client, 11);
        acknowledged(client, "later"); // and nothing a second time
        client.expect(done(11, 0));
    }

    @Test
    void aClientMayWantAFewMessagesAtATime() {
        SnClient client = fallAsleep(subscribed(SnConnectV20.of("c").awakeMessages(2)), 100);
        published("1", "2", "3", "4");
        queued(4);
        awake(client, 10);
        acknowledged(client, "1", "2");
        client.expect(done(10, 255)); // there are more
        awake(client, 11);
        acknowledged(client, "3", "4");
        client.expect(done(11, 0));
        awake(client, 12).expect(done(12, 0));
    }

    @Test
    void moreThanTheLongestSleepIsNotGranted() {
        SnClient client = subscribed(SnConnectV20.of("c"));
        client.send(new SnMessage.SleepRequest(true, 2, 0xFFFF_FFFFL))
                .expect(new SnMessage.SleepResponse(2, 1_000L, ReturnCode.ACCEPTED));
        assertThat(server.count(SnCounter.SLEEPS_CAPPED)).isEqualTo(1);
    }

    @Test
    void aClientThatForgetsItsAliasesIsToldThemAgain() {
        SnClient client = subscribed(SnConnectV20.of("c"));
        client.send(new SnMessage.SleepRequest(false, 2, 100))
                .expect(new SnMessage.SleepResponse(2, null, ReturnCode.ACCEPTED));
        published("x");
        queued(1);
        awake(client, 10);
        SnMessage.Register register = client.next(SnMessage.Register.class);
        assertThat(register.topicId()).isEqualTo(alias);
        client.send(new SnMessage.RegAck(alias, register.messageId(), ReturnCode.ACCEPTED));
        acknowledged(client, "x");
        client.expect(done(10, 0));
    }

    @Test
    void aSleepThatIsOverMakesTheClientLost() {
        SnClient other = server.connected("other");
        int gone = other.subscribe("gone", 0, 1);
        SnClient client = fallAsleep(subscribed(SnConnectV20.of("c").will("gone", "bye")), 100);
        server.pass(Duration.ofSeconds(145));
        awake(client, 10).expect(done(10, 0)); // and its time begins anew
        server.pass(Duration.ofSeconds(145));
        awake(client, 11).expect(done(11, 0));
        server.pass(Duration.ofSeconds(155));
        other.expect(publish(0, gone, 0, "bye"));
        awake(client, 12).expect(new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION));
    }

    @Test
    void connectBringsASleeperBack() {
        SnClient client = client().connect(SnConnectV20.of("c").will("gone", "bye").expiry(100));
        alias = client.subscribe("a", 1, 1);
        fallAsleep(client, 100);
        published("x");
        queued(1);
        client.send(SnConnectV20.of("c").will("gone", "bye").expiry(100).resume().id(7).message())
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED, 7, true, null, null, null, ""));
        SnMessage.Register register = client.next(SnMessage.Register.class);
        client.send(new SnMessage.RegAck(alias, register.messageId(), ReturnCode.ACCEPTED));
        acknowledged(client, "x");
        published("y");
        acknowledged(client, "y");
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(2);
        assertThat(server.count(Counter.WILLS_PUBLISHED)).isZero();
    }

    @Test
    void aSleeperThatWantsSomethingElseIsConnectedAnew() {
        SnClient client = client().connect(SnConnectV20.of("c").expiry(100));
        fallAsleep(client, 100);
        client.send(SnConnectV20.of("c").expiry(50).resume().message())
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED, 1, true, null, null, null, ""));
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(3);
        client.expectNothing();
    }

    @Test
    void aSleeperMayGoForGood() {
        SnClient client = fallAsleep(subscribed(SnConnectV20.of("c")), 100);
        client.send(new SnMessage.Disconnect(0));
        await().until(() -> server.session("c").isEmpty());
    }

    // --- elsewhere ------------------------------------------------------------------------------

    @Test
    void aSleeperThatWakesUpElsewhereIsAskedThereFirst() {
        fallAsleep(subscribed(SnConnectV20.of("c").moves()), 100);
        published("x");
        queued(1);
        SnClient elsewhere = client();
        elsewhere.sendAs("c", new SnMessage.PingRequest(10, null));
        SnMessage.PingRequest asked = elsewhere.next(SnMessage.PingRequest.class);
        elsewhere.send(new SnMessage.PingResponse(asked.messageId() % 65_535 + 1, null)); // guessed
        elsewhere.send(new SnMessage.PingResponse(asked.messageId(), null));
        SnMessage.Register register = elsewhere.next(SnMessage.Register.class);
        elsewhere.send(new SnMessage.RegAck(alias, register.messageId(), ReturnCode.ACCEPTED));
        acknowledged(elsewhere, "x");
        elsewhere.expect(done(10, 0));
        assertThat(server.count(SnCounter.MOVES)).isEqualTo(1);
    }

    @Test
    void anActiveClientMovesOnceItAnswersNoMoreWhereItWas() {
        SnClient client = subscribed(SnConnectV20.of("c").moves());
        SnClient elsewhere = client();
        elsewhere.sendAs("c", publish(1, alias, 10, "x"));
        client.next(SnMessage.PingRequest.class); // which it does not answer
        server.pass(Duration.ofSeconds(3));
        SnMessage.PingRequest asked = elsewhere.next(SnMessage.PingRequest.class);
        elsewhere.send(new SnMessage.PingResponse(asked.messageId(), null));
        // What it has said there is published: to itself, at its alias that is told anew.
        SnMessage first = elsewhere.next();
        SnMessage second = elsewhere.next();
        assertThat(List.of(first, second))
                .contains(new SnMessage.PubAck(0, 10, ReturnCode.ACCEPTED))
                .anyMatch(it -> it instanceof SnMessage.Register);
        client.send(new SnMessage.PingRequest(11, null))
                .expect(new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION));
    }

    @Test
    void anActiveClientIsNotMovedWhileItAnswers() {
        SnClient client = subscribed(SnConnectV20.of("c").moves());
        SnClient elsewhere = client();
        elsewhere.sendAs("c", new SnMessage.PingRequest(10, null));
        int id = client.next(SnMessage.PingRequest.class).messageId();
        client.send(new SnMessage.PingResponse(id, null)).expectNothing();
        server.pass(Duration.ofSeconds(3));
        client.expectNothing();
        assertThat(server.count(SnCounter.RIVALS_REFUSED)).isEqualTo(1);
        assertThat(server.count(SnCounter.MOVES)).isZero();
    }

    @Test
    void whoHasNotSaidThatHeMayMoveDoesNot() {
        fallAsleep(subscribed(SnConnectV20.of("c")), 100);
        SnMessage unknown = new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION);
        client().sendAs("c", new SnMessage.PingRequest(10, null)).expect(unknown);
        client().sendAs("nobody", new SnMessage.PingRequest(10, null)).expect(unknown);
        client().send(new SnMessage.PingRequest(10, null)).expect(unknown);
    }

    @Test
    void whoSaysWhoHeIsWhereHeWasIsHeardAtOnce() {
        SnClient client = subscribed(SnConnectV20.of("c").moves());
        client.sendAs("c", new SnMessage.PingRequest(10, null))
                .expect(new SnMessage.PingResponse(10, null));
    }
}
