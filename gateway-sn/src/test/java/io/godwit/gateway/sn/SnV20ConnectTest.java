package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.bytes;
import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.shard.Counter;
import io.godwit.codec.ReasonCode;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnAuthentication;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONNECT, wills, keep alive and DISCONNECT of version 2.0. */
class SnV20ConnectTest {

    private static final int PREDEFINED = 7;

    /** Lets in who knows the password, or says nothing of who he is. */
    private static final Authenticator PASSWORDS =
            new Authenticator() {
                @Override
                public void authenticate(Credentials credentials, Consumer<Decision> decided) {
                    byte[] password = credentials.password();
                    boolean knows =
                            password == null
                                    || new String(password, StandardCharsets.UTF_8)
                                            .equals("secret of " + credentials.userName());
                    decided.accept(
                            knows
                                    ? new Accepted(
                                            new Identity(
                                                    credentials.clientId(), credentials.userName()))
                                    : new Refused(
                                            ReasonCode.BAD_USER_NAME_OR_PASSWORD, "it is wrong"));
                }
            };

    private final SnServer server =
            new SnServer(
                    it ->
                            SnTestSettings.upTo(
                                    SnTestSettings.speaking(
                                            SnTestSettings.with(
                                                    it, Map.of(PREDEFINED, "gone"), 100, false),
                                            SnVersion.values()),
                                    Duration.ofHours(1),
                                    1_000),
                    _ -> {},
                    new AccessControl(PASSWORDS, new OpenAuthorizer()),
                    null);

    @AfterEach
    void close() {
        server.close();
    }

    private SnClient client() {
        return server.client(SnVersion.V2_0);
    }

    private static SnMessage refused(ReturnCode code) {
        return new SnMessage.ConnAck(code, 1);
    }

    private static SnMessage.ConnAck present() {
        return new SnMessage.ConnAck(ReturnCode.ACCEPTED, 1, true, null, null, null, "");
    }

    private void isGone(String clientId) {
        await().until(() -> server.session(clientId).isEmpty());
    }

    private void isDisconnected(String clientId) {
        await().until(() -> server.session(clientId).filter(it -> !it.isConnected()).isPresent());
    }

    // --- versions -------------------------------------------------------------------------------

    @Test
    void bothVersionsMeetOnOnePort() {
        SnClient draft = client().connect(SnConnectV20.of("draft"));
        SnClient old = server.connected("old");
        int there = draft.subscribe("a", 1, 1);
        int here = old.register("a", 1);
        old.send(publish(0, here, 0, "x")).expectNothing();
        draft.expect(publish(0, there, 0, "x"));
        assertThat(server.session("draft")).get().matches(it -> it.isConnected());
        assertThat(server.count(SnCounter.MALFORMED)).isZero();
    }

    @Test
    void theDraftIsNotSpokenUnlessItIsSaid() {
        try (SnServer usual = new SnServer()) {
            SnClient client = usual.client(SnVersion.V2_0);
            client.send(SnConnectV20.of("c").message());
            await().until(() -> usual.count(SnCounter.MALFORMED) == 1);
            client.speaks(SnVersion.V1_2).connect("c", true).expectNothing();
        }
    }

    @Test
    void version12CanBeLeftOut() {
        try (SnServer only = new SnServer(it -> SnTestSettings.speaking(it, SnVersion.V2_0))) {
            SnClient client = only.client();
            client.send(SnClient.connect("c", false, true, 0));
            await().until(() -> only.count(SnCounter.MALFORMED) == 1);
            client.speaks(SnVersion.V2_0).connect(SnConnectV20.of("c")).expectNothing();
        }
    }

    @Test
    void aDeviceMaySpeakTheOtherVersionFromNowOn() {
        SnClient client = server.connected("c");
        client.speaks(SnVersion.V2_0).connect(SnConnectV20.of("c")).expectNothing();
        client.speaks(SnVersion.V1_2).connect("c", true).expectNothing();
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(3);
    }

    @Test
    void aForwarderSpeaksForNodesOfBothVersions() {
        SnClient forwarder = client();
        forwarder.node("n1").connect(SnConnectV20.of("one")).expectNothing();
        forwarder.node("n2").speaks(SnVersion.V1_2).connect("two", true).expectNothing();
        forwarder.node("n1").speaks(SnVersion.V2_0).expectNothing();
    }

    // --- CONNECT --------------------------------------------------------------------------------

    @Test
    void whatIsOutOfRangeIsRefused() {
        client().send(SnConnectV20.of("c").protocol(3).message())
                .expect(refused(ReturnCode.UNSUPPORTED_PROTOCOL_VERSION))
                .send(SnConnectV20.of("c").keepAlive(0).message())
                .expect(refused(ReturnCode.PROTOCOL_ERROR))
                .send(SnConnectV20.of("c").packetSize(9).message())
                .expect(refused(ReturnCode.PROTOCOL_ERROR))
                .send(SnConnectV20.of("x".repeat(257)).message())
                .expect(refused(ReturnCode.CLIENT_IDENTIFIER_NOT_VALID))
                .connect(SnConnectV20.of("c").packetSize(10));
    }

    @Test
    void aConnectThatComesTwiceIsAnsweredTwice() {
        client().connect(SnConnectV20.of("c")).connect(SnConnectV20.of("c")).expectNothing();
        assertThat(server.count(Counter.CONNECTIONS_OPENED)).isEqualTo(1);
    }

    @Test
    void whoHasNoIdentifierIsGivenOne() {
        SnClient client = client();
        client.send(SnConnectV20.of("").message());
        SnMessage.ConnAck first = client.next(SnMessage.ConnAck.class);
        assertThat(first.code()).isEqualTo(ReturnCode.ACCEPTED);
        assertThat(server.session(first.assignedClientId())).isPresent();
        client.send(SnConnectV20.of("").message()).expect(first); // the same, once more
        SnClient other = client();
        other.send(SnConnectV20.of("").message());
        assertThat(other.next(SnMessage.ConnAck.class).assignedClientId())
                .isNotEmpty()
                .isNotEqualTo(first.assignedClientId());
        client.expectNothing();
    }

    @Test
    void aSessionLastsAsLongAsItIsToldTo() {
        SnClient client = client().connect(SnConnectV20.of("c").expiry(100));
        int alias = client.subscribe("a", 1, 1);
        client.send(new SnMessage.Disconnect(0));
        isDisconnected("c");
        SnClient publisher = client().connect(SnConnectV20.of("publisher"));
        int there = publisher.register("a", 1);
        publisher
                .send(publish(1, there, 2, "x"))
                .expect(new SnMessage.PubAck(0, 2, ReturnCode.ACCEPTED));
        client.send(SnConnectV20.of("c").expiry(100).resume().message()).expect(present());
        SnMessage.Register register = client.next(SnMessage.Register.class);
        assertThat(register.topicId()).isEqualTo(alias);
        client.send(new SnMessage.RegAck(alias, register.messageId(), ReturnCode.ACCEPTED));
        assertThat(client.next(SnMessage.Publish.class).data()).isEqualTo(bytes("x"));
    }

    @Test
    void aSessionWithoutExpiryEndsWithItsConnection() {
        SnClient client = client().connect(SnConnectV20.of("c"));
        client.subscribe("a", 1, 1);
        client.send(new SnMessage.Disconnect(0));
        isGone("c");
        client.connect(SnConnectV20.of("c").resume());
    }

    @Test
    void anExpiryBeyondTheLimitIsSaid() {
        client().send(SnConnectV20.of("c").expiry(0xFFFF_FFFFL).message())
                .expect(
                        new SnMessage.ConnAck(
                                ReturnCode.ACCEPTED, 1, false, 1_000L, null, null, ""));
    }

    @Test
    void disconnectMayChangeTheExpiry() {
        client().connect(SnConnectV20.of("c").expiry(100))
                .send(new SnMessage.Disconnect(0, 0, 0L, ReturnCode.ACCEPTED, ""));
        isGone("c");
        client().connect(SnConnectV20.of("d").expiry(10))
                .send(new SnMessage.Disconnect(0, 0, 500L, ReturnCode.ACCEPTED, ""));
        isDisconnected("d");
        server.pass(Duration.ofSeconds(100));
        client().connect(SnConnectV20.of("other")).expectNothing();
        assertThat(server.session("d")).isPresent();
    }

    // --- who it is ------------------------------------------------------------------------------

    @Test
    void aUserNameAndAPasswordAreForTheBrokerToJudge() {
        client().send(SnConnectV20.of("c").basic("ann", "wrong").message())
                .expect(refused(ReturnCode.BAD_USER_NAME_OR_PASSWORD))
                .connect(SnConnectV20.of("c").basic("ann", "secret of ann"))
                .expectNothing();
        assertThat(server.session("c")).get().extracting(it -> it.userName()).isEqualTo("ann");
    }

    @Test
    void otherMethodsAreRefused() {
        client().send(SnConnectV20.of("c").authentication("MQTT-ENHANCED").message())
                .expect(refused(ReturnCode.BAD_AUTHENTICATION_METHOD));
    }

    @Test
    void whatIsNoUserNameAndPasswordIsRefused() {
        byte[][] wrong = {
            {}, {0}, {0, 2, 'a'}, {0, 1, 'a'}, {0, 1, 'a', 0, 0, 0}, {0, 1, -1, 0, 0}
        };
        for (byte[] data : wrong) {
            client().send(SnConnectV20.of("c").authentication("MQTT-BASIC", data).message())
                    .expect(refused(ReturnCode.MALFORMED_PACKET));
        }
    }

    @Test
    void aSleepingClientIsNotReplacedByWhoDoesNotKnowItsPassword() {
        SnClient client = client().connect(SnConnectV20.of("c").basic("ann", "secret of ann"));
        client.send(new SnMessage.SleepRequest(true, 5, 100))
                .expect(new SnMessage.SleepResponse(5, null, ReturnCode.ACCEPTED));
        client().send(SnConnectV20.of("c").resume().basic("ann", "wrong").message())
                .expect(refused(ReturnCode.BAD_USER_NAME_OR_PASSWORD));
        client.send(new SnMessage.PingRequest(6, null)).expect(new SnMessage.PingResponse(6, 0));
    }

    @Test
    void nobodyIsAskedForMore() {
        SnClient client = client().connect(SnConnectV20.of("c"));
        client.send(
                        new SnMessage.Auth(
                                3, ReturnCode.ACCEPTED, new SnAuthentication("m", bytes(""))))
                .expect(new SnMessage.Disconnect(ReturnCode.PROTOCOL_ERROR));
    }

    // --- wills and keep alive -------------------------------------------------------------------

    @Test
    void theWillIsPublishedWhenItsClientIsSilent() {
        SnClient other = server.connected("other");
        int topic = other.subscribe("gone", 0, 1);
        SnClient client = client().connect(SnConnectV20.of("c").keepAlive(100).will("gone", "bye"));
        server.pass(Duration.ofSeconds(145)); // half as much again is tolerated
        client.expectNothing();
        server.pass(Duration.ofSeconds(155));
        other.expect(publish(0, topic, 0, "bye"));
        client.send(new SnMessage.PingRequest(9, null))
                .expect(new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION));
    }

    @Test
    void theTopicOfAWillMayBePredefined() {
        SnClient other = server.connected("other");
        int topic = other.subscribe("gone", 0, 1);
        client().connect(SnConnectV20.of("c").will(new SnTopic.Predefined(PREDEFINED), "bye"))
                .send(new SnMessage.Disconnect(ReturnCode.DISCONNECT_WITH_WILL_MESSAGE));
        other.expect(publish(0, topic, 0, "bye"));
    }

    @Test
    void aWillOnATopicThatNobodyKnowsIsRefused() {
        client().send(SnConnectV20.of("c").will(new SnTopic.Predefined(8), "bye").message())
                .expect(refused(ReturnCode.INVALID_TOPIC_ID))
                .send(SnConnectV20.of("c").will(new SnTopic.Normal(1), "bye").message())
                .expect(refused(ReturnCode.INVALID_TOPIC_ID))
                .send(SnConnectV20.of("c").will("a/#", "bye").message())
                .expect(refused(ReturnCode.TOPIC_NAME_INVALID));
    }

    @Test
    void theWillIsDiscardedByDisconnectWhichIsNotAnswered() {
        SnClient other = server.connected("other");
        other.subscribe("gone", 0, 1);
        SnClient client = client().connect(SnConnectV20.of("c").will("gone", "bye"));
        client.send(new SnMessage.Disconnect(0));
        isGone("c");
        other.expectNothing();
        assertThat(server.count(Counter.WILLS_PUBLISHED)).isZero();
        client.connect(SnConnectV20.of("c")).expectNothing(); // the first that it hears
        assertThat(server.session("c")).get().matches(it -> !it.hasWill());
    }

    // --- the end --------------------------------------------------------------------------------

    @Test
    void whoIsNotConnectedIsToldSoAndNothingMore() {
        SnClient client = client();
        SnMessage unknown = new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION);
        client.send(new SnMessage.PingRequest(1, null)).expect(unknown);
        client.send(new SnMessage.Register(0, 1, bytes("a"))).expect(unknown);
        client.send(publish(0, 1, 0, "x")).expect(unknown);
        client.send(new SnMessage.Subscribe(false, 0, new SnTopic.Name(bytes("a")), 1))
                .expect(unknown);
        client.send(new SnMessage.Unsubscribe(new SnTopic.Name(bytes("a")), 1)).expect(unknown);
        client.send(new SnMessage.SleepRequest(true, 1, 10)).expect(unknown);
        client.send(new SnMessage.Disconnect(0)); // no answer
        client.send(new SnMessage.PubAck(0, 1, ReturnCode.ACCEPTED));
        client.send(new SnMessage.SearchGateway(bytes("")))
                .expect(new SnMessage.GatewayInfo(1, bytes("")));
    }

    @Test
    void theBrokerSaysWhyItSendsAClientAway() {
        SnClient client = client().connect(SnConnectV20.of("c"));
        server.broker().endSession("c", "a test says so").join();
        client.expect(new SnMessage.Disconnect(ReturnCode.ADMINISTRATIVE_ACTION));
        client.connect(SnConnectV20.of("c")).expectNothing();
    }
}
