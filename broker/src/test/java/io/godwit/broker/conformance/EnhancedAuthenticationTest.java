package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.will;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimpleRules;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Enhanced authentication and re-authentication (§4.12). */
class EnhancedAuthenticationTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;
    private static final ReasonCode GO_ON = ReasonCode.CONTINUE_AUTHENTICATION;

    private final Riddles riddles = new Riddles();

    @BeforeEach
    void useRiddles() {
        use(SimulatedBroker.options().authenticator(riddles));
    }

    private static ConnectBuilder riddler(String clientId) {
        return Packets.connect(V5, clientId)
                .with(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                .with(Property.AUTHENTICATION_DATA, binary("hello"));
    }

    private static Binary binary(String text) {
        return new Binary(text.getBytes(UTF_8));
    }

    private static Auth auth(ReasonCode code, String method, String data) {
        return new Auth(
                code,
                Properties.builder()
                        .add(Property.AUTHENTICATION_METHOD, method)
                        .add(Property.AUTHENTICATION_DATA, binary(data))
                        .build());
    }

    private static Auth auth(ReasonCode code, String data) {
        return auth(code, Riddles.METHOD, data);
    }

    /** A client that has answered one question. */
    private TestClient connected(Connect connect) {
        TestClient client = broker.client(V5);
        client.send(connect).expect(auth(GO_ON, "q1"));
        client.send(auth(GO_ON, "a1"));
        assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    private TestClient connected(String clientId) {
        return connected(riddler(clientId).build());
    }

    private static void expectDisconnect(TestClient client, ReasonCode code) {
        assertThat(client.expect(Disconnect.class).reasonCode()).isEqualTo(code);
        client.expectClosed();
    }

    private static void expectRefused(TestClient client, ReasonCode code) {
        assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(code);
        client.expectClosed();
    }

    // --- CONNECT --------------------------------------------------------------------------------

    @Spec({"v5 MQTT-4.12.0-2", "v5 MQTT-4.12.0-3", "v5 MQTT-4.12.0-5"})
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void questionsGoToAndFroUntilTheClientIsLetIn(int questions) {
        riddles.questions = questions;
        TestClient client = broker.client(V5);
        client.send(riddler("c").build());
        for (int i = 1; i <= questions; i++) {
            client.expect(auth(GO_ON, "q" + i)).expectNothing();
            client.send(auth(GO_ON, "a" + i));
        }
        Properties properties = client.expect(ConnAck.class).properties();
        assertThat(properties.get(Property.AUTHENTICATION_METHOD)).isEqualTo(Riddles.METHOD);
        assertThat(properties.get(Property.AUTHENTICATION_DATA)).isEqualTo(binary("bye"));
        client.send(new PingReq()).expect(new PingResp());
        assertThat(riddles.asked).hasSize(1);
        assertThat(riddles.asked.getFirst().data()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(broker.count(Counter.AUTHENTICATIONS_ACCEPTED)).isEqualTo(1);
    }

    /** What comes in one piece with the answer waits until the client is let in. */
    @Test
    void whatFollowsTheLastAnswerIsTakenAfterConnack() {
        TestClient client = broker.client(V5);
        client.inSegmentsOf(1).send(riddler("c").build()).expect(auth(GO_ON, "q1"));
        client.send(auth(GO_ON, "a1"), subscribe(1, 0, "t"), publish("t", "x"));
        client.expect(ConnAck.class);
        assertThat(client.takeAll()).hasSize(2);
    }

    @Spec({"v5 MQTT-4.12.0-4", "v5 MQTT-3.1.4-2"})
    @Test
    void wrongAnswerIsRefusedAndItsWillIsNotPublished() {
        TestClient watcher = connected("watcher").subscribe(0, "#");
        TestClient client = broker.client(V5);
        client.send(riddler("c").will(will("w", "dead", 0)).build()).expect(auth(GO_ON, "q1"));
        client.send(auth(GO_ON, "wrong"));
        expectRefused(client, ReasonCode.NOT_AUTHORIZED);
        watcher.expectNothing();
        assertThat(broker.broker().connections()).isEqualTo(1);
        assertThat(broker.count(Counter.AUTHENTICATIONS_NOT_AUTHORIZED)).isEqualTo(1);
    }

    @Spec({"v5 MQTT-4.12.0-1", "v5 MQTT-4.12.0-4"})
    @Test
    void methodThatNobodyKnowsIsRefused() {
        TestClient client = broker.client(V5);
        client.send(Packets.connect(V5, "c").with(Property.AUTHENTICATION_METHOD, "X").build());
        expectRefused(client, ReasonCode.BAD_AUTHENTICATION_METHOD);
        assertThat(broker.count(Counter.AUTHENTICATIONS_PASSED)).isEqualTo(1);
    }

    @Spec("v5 MQTT-4.12.0-6")
    @ParameterizedTest
    @EnumSource
    void challengeForAClientWithoutAMethodIsNotSent(ProtocolVersion version) {
        use(
                SimulatedBroker.options()
                        .authenticator((credentials, decided) ->
                                riddles.authenticate(
                                        new Credentials(
                                                credentials.clientId(),
                                                null,
                                                null,
                                                Riddles.METHOD,
                                                null,
                                                credentials.origin(),
                                                null),
                                        decided)));
        TestClient client = broker.client(version);
        client.send(Packets.connect(version, "c").build());
        if (version.isV5()) {
            expectRefused(client, ReasonCode.BAD_AUTHENTICATION_METHOD);
        } else {
            client.expectClosed();
        }
    }

    static Stream<Packet> notAllowedMeanwhile() {
        return Stream.of(
                new PingReq(),
                publish("t", "x"),
                subscribe(1, 0, "t"),
                auth(GO_ON, "OTHER", "a1"),
                auth(ReasonCode.RE_AUTHENTICATE, "a1"),
                new Auth(GO_ON, Properties.NONE));
    }

    @Spec({"v5 MQTT-3.1.2-30", "v5 MQTT-4.12.0-3", "v5 MQTT-4.12.0-5"})
    @ParameterizedTest
    @MethodSource("notAllowedMeanwhile")
    void onlyTheAnswerIsAllowedMeanwhile(Packet packet) {
        TestClient client = broker.client(V5);
        client.send(riddler("c").build()).expect(auth(GO_ON, "q1"));
        client.send(packet);
        expectRefused(client, ReasonCode.PROTOCOL_ERROR);
        assertThat(broker.broker().connections()).isZero();
    }

    @Spec("v5 MQTT-3.1.2-30")
    @Test
    void clientMayDisconnectMeanwhile() {
        TestClient client = broker.client(V5);
        client.send(riddler("c").build()).expect(auth(GO_ON, "q1"));
        client.send(
                new Disconnect(
                        ReasonCode.SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 5L)));
        client.expectClosed();
        assertThat(broker.broker().connections()).isZero();
    }

    /** However often it answers, it has limits.connect-timeout for all of it. */
    @Test
    void timeForTheAnswersIsLimited() {
        riddles.questions = 100;
        TestClient client = broker.client(V5);
        client.send(riddler("c").build());
        for (int i = 1; i <= 9; i++) {
            client.expect(auth(GO_ON, "q" + i));
            broker.advance(Duration.ofSeconds(1));
            client.send(auth(GO_ON, "a" + i));
        }
        client.expect(auth(GO_ON, "q10")).expectNothing();
        broker.advance(Duration.ofSeconds(2));
        expectRefused(client, ReasonCode.NOT_AUTHORIZED);
        assertThat(broker.broker().connections()).isZero();
    }

    /** Nothing of the time limit is left once the client is connected. */
    @Test
    void clientThatHasAnsweredStays() {
        TestClient client = connected("c");
        broker.advance(Duration.ofDays(3));
        client.expectNothing();
    }

    @Test
    void clientThatIsGoneMeanwhileLeavesNothing() {
        TestClient client = broker.client(V5);
        client.send(riddler("c").build()).expect(auth(GO_ON, "q1")).drop();
        broker.advance(Duration.ofMinutes(1));
        assertThat(broker.broker().connections()).isZero();
    }

    @Test
    void challengeThatIsTooLargeForTheClientRefusesIt() {
        TestClient client = broker.client(V5);
        client.send(riddler("c").with(Property.MAXIMUM_PACKET_SIZE, 5L).build());
        expectRefused(client, ReasonCode.PACKET_TOO_LARGE);
    }

    // --- re-authentication ----------------------------------------------------------------------

    @Spec({"v5 MQTT-4.12.1-1", "v5 MQTT-4.12.0-5"})
    @Test
    void clientMayAuthenticateAgainWhileMessagesFlow() {
        TestClient client = connected("c").subscribe(0, "t");
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "again"), publish("t", "1"));
        assertThat(client.take(Auth.class)).isEqualTo(auth(GO_ON, "q1"));
        client.expectMessage("t", "1");
        client.send(publish("t", "2"), new PingReq());
        assertThat(client.takeAll()).hasSize(2);
        client.send(auth(GO_ON, "a1"));
        client.expect(auth(ReasonCode.SUCCESS, "bye")).expectNothing();
        assertThat(riddles.asked.getLast().known()).isEqualTo(new Identity("c", null));
        assertThat(riddles.asked.getLast().data()).isEqualTo("again".getBytes(UTF_8));
        assertThat(broker.count(Counter.REAUTHENTICATIONS)).isEqualTo(1);
        broker.advance(Duration.ofMinutes(1));
        client.expectNothing();
    }

    @Spec("v5 MQTT-4.12.1-2")
    @Test
    void reauthenticationThatFailsEndsTheConnectionAndTheWillIsPublished() {
        TestClient watcher = connected("watcher").subscribe(0, "w");
        TestClient client = connected(riddler("c").will(will("w", "dead", 0)).build());
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(auth(GO_ON, "q1"));
        client.send(auth(GO_ON, "wrong"));
        expectDisconnect(client, ReasonCode.NOT_AUTHORIZED);
        watcher.expectMessage("w", "dead");
        assertThat(broker.count(Counter.REAUTHENTICATIONS_FAILED)).isEqualTo(1);
    }

    static Stream<Packet> notAllowedInConnection() {
        return Stream.of(
                auth(GO_ON, "a1"),
                auth(ReasonCode.RE_AUTHENTICATE, "OTHER", "x"),
                new Auth(ReasonCode.RE_AUTHENTICATE, Properties.NONE));
    }

    @Spec({"v5 MQTT-4.12.1-1", "v5 MQTT-4.12.1-2"})
    @ParameterizedTest
    @MethodSource("notAllowedInConnection")
    void reauthenticationBeginsWithItsCodeAndTheMethodOfConnect(Packet packet) {
        TestClient client = connected("c");
        client.send(packet);
        expectDisconnect(client, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void secondReauthenticationBeforeTheEndOfTheFirstIsAnError() {
        TestClient client = connected("c");
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(auth(GO_ON, "q1"));
        client.send(auth(ReasonCode.RE_AUTHENTICATE, ""));
        expectDisconnect(client, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void timeForReauthenticationIsLimited() {
        TestClient client = connected("c");
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(auth(GO_ON, "q1"));
        broker.advance(Duration.ofSeconds(9));
        client.expectNothing();
        broker.advance(Duration.ofSeconds(2));
        expectDisconnect(client, ReasonCode.NOT_AUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reauthenticationMakesNobodyElseOfAClient(boolean otherUser) {
        TestClient client = connected(riddler("c").credentials("u", null).build());
        riddles.who = _ -> otherUser ? new Identity("c", "root") : new Identity("other", "u");
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(auth(GO_ON, "q1"));
        client.send(auth(GO_ON, "a1"));
        expectDisconnect(client, ReasonCode.NOT_AUTHORIZED);
    }

    /** What a client may do is asked anew. */
    @Test
    void reauthenticationBringsNewPermissions() {
        use(
                SimulatedBroker.options()
                        .authenticator(riddles)
                        .authorizer((identity, _) ->
                                new SimpleRules(
                                        _ -> identity.groups().contains("writers"), _ -> true)));
        TestClient client = connected("c");
        assertThat(client.publish("t", 1, "x")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        riddles.who = _ -> new Identity("c", null, Set.of("writers"), List.of());
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(auth(GO_ON, "q1"));
        client.send(auth(GO_ON, "a1")).expect(auth(ReasonCode.SUCCESS, "bye"));
        assertThat(client.publish("t", 1, "x")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void clientThatIsGoneWithinAReauthenticationLeavesNothing() {
        TestClient client = connected("c");
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(auth(GO_ON, "q1")).drop();
        broker.advance(Duration.ofSeconds(30));
        assertThat(broker.broker().connections()).isZero();
    }
}
