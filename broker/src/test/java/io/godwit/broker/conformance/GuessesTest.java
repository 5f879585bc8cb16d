package io.godwit.broker.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whom a failed authentication counts for, where that is not just the user name of CONNECT. */
class GuessesTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;
    private static final String HERE = "10.1.1.1";
    private static final String ELSEWHERE = "10.1.1.2";

    private final Riddles riddles = new Riddles();

    private static SimulatedBroker.Options options() {
        return SimulatedBroker.options()
                .protection(
                        new ProtectionSettings(
                                false,
                                0,
                                0,
                                PublishRate.NONE,
                                new BruteForce(
                                        3,
                                        6,
                                        Duration.ofMinutes(1),
                                        Duration.ofMinutes(5),
                                        Duration.ofSeconds(1)),
                                Flapping.NONE,
                                Map.of()));
    }

    private TestClient from(String address) {
        return broker.client(V5, Origin.tcp("tcp", InetAddress.ofLiteral(address), 5));
    }

    private static Auth auth(ReasonCode code, String data) {
        return new Auth(
                code,
                Properties.builder()
                        .add(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .add(Property.AUTHENTICATION_DATA, new Binary(data.getBytes(UTF_8)))
                        .build());
    }

    /** A client that is asked; its CONNECT may have a user name as well. */
    private TestClient asked(String address, String clientId, @Nullable String inConnect) {
        TestClient client = from(address);
        client.send(
                Packets.connect(V5, clientId)
                        .credentials(inConnect, null)
                        .with(Property.AUTHENTICATION_METHOD, Riddles.METHOD)
                        .build());
        client.expect(Auth.class);
        return client;
    }

    /** What an answer in the name of a user leads to, at last. */
    private ReasonCode answer(String address, String user, String answer) {
        riddles.tried = user;
        riddles.who = credentials -> new Identity(credentials.clientId(), user);
        TestClient client = asked(address, "c-" + user, null);
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, answer));
        broker.advance(Duration.ofSeconds(1)); // it may come late
        return client.expect(ConnAck.class).reasonCode();
    }

    @Test
    void userThatTheExchangeNamesIsBannedAtTheAddress() {
        use(options().authenticator(riddles));
        for (int i = 0; i < 3; i++) {
            assertThat(answer(HERE, "bob", "wrong")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isEqualTo(1);
        assertThat(broker.count(Counter.AUTHENTICATIONS_DELAYED)).isEqualTo(2);
        assertThat(answer(HERE, "bob", "a1")).isEqualTo(ReasonCode.BANNED);
        assertThat(answer(HERE, "ada", "a1")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(answer(ELSEWHERE, "bob", "a1")).isEqualTo(ReasonCode.SUCCESS);
        broker.advance(Duration.ofMinutes(5));
        assertThat(answer(HERE, "bob", "a1")).isEqualTo(ReasonCode.SUCCESS);
    }

    /** What a banned client is told must not say whether it has guessed right. */
    @Test
    void wrongAnswerOfABannedUserIsToldTheSameAsARightOne() {
        use(options().authenticator(riddles));
        for (int i = 0; i < 3; i++) {
            answer(HERE, "bob", "wrong");
        }
        assertThat(answer(HERE, "bob", "wrong")).isEqualTo(ReasonCode.BANNED);
        assertThat(answer(HERE, "bob", "a1")).isEqualTo(ReasonCode.BANNED);
    }

    /** Nobody is banned under the name that another puts into CONNECT. */
    @Test
    void userNameOfConnectIsNotTheOneThatWasTried() {
        use(options().authenticator(riddles));
        riddles.tried = "bob";
        for (int i = 0; i < 3; i++) {
            TestClient client = asked(HERE, "c", "alice");
            client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "wrong"));
            broker.advance(Duration.ofSeconds(1));
            client.expect(ConnAck.class);
        }
        assertThat(broker.broker().protection().bans().all(broker.wallMillis()))
                .singleElement()
                .satisfies(ban -> assertThat(ban.target().userName()).isEqualTo("bob"));
    }

    /** With rights of one's own nobody gets more guesses at the password of another. */
    @Test
    void successForgetsOnlyTheFailuresOfWhoHasAuthenticated() {
        use(
                options()
                        .authenticator((credentials, decided) ->
                                decided.accept(
                                        Arrays.equals(
                                                        credentials.password(),
                                                        "eve's".getBytes(UTF_8))
                                                ? new Accepted(
                                                        new Identity(credentials.clientId(), "eve"))
                                                : new Refused(
                                                        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                                                        "wrong"))));
        for (String password : List.of("a", "b", "eve's", "c")) {
            TestClient client = from(HERE);
            client.send(Packets.connect(V5, "c").credentials("bob", password).build());
            broker.advance(Duration.ofSeconds(1));
            client.expect(ConnAck.class);
        }
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isEqualTo(1);
    }

    /** What is remembered of all that try has a limit. */
    @Test
    void longNamesCountForTheAddressOnly() {
        use(options().authenticator(riddles));
        String name = "x".repeat(Protection.LONGEST_REMEMBERED + 1);
        for (int i = 0; i < 6; i++) {
            assertThat(answer(HERE, name, "wrong")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        assertThat(broker.broker().protection().bans().all(broker.wallMillis()))
                .singleElement()
                .satisfies(ban -> assertThat(ban.target().userName()).isNull());
        from(HERE).expectClosed();
    }

    // --- re-authentication ----------------------------------------------------------------------

    private List<TestClient> connected(int clients) {
        List<TestClient> connected = new ArrayList<>();
        riddles.who = credentials -> new Identity(credentials.clientId(), "bob");
        for (int i = 0; i < clients; i++) {
            TestClient client = asked(HERE, "c" + i, null);
            client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "a1")).expect(ConnAck.class);
            connected.add(client);
        }
        return connected;
    }

    private static void failAgain(TestClient client) {
        client.send(auth(ReasonCode.RE_AUTHENTICATE, "")).expect(Auth.class);
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "wrong"));
        assertThat(client.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.expectClosed();
    }

    @Test
    void failedReauthenticationsCountForTheUserAtTheAddress() {
        use(options().authenticator(riddles));
        connected(3).forEach(GuessesTest::failAgain);
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isEqualTo(1);
        assertThat(answer(HERE, "bob", "a1")).isEqualTo(ReasonCode.BANNED);
        assertThat(answer(ELSEWHERE, "bob", "a1")).isEqualTo(ReasonCode.SUCCESS);
        assertThat(broker.count(Counter.REAUTHENTICATIONS_FAILED)).isEqualTo(3);
    }

    /** Also where each of them follows on a success. */
    @Test
    void failedReauthenticationsCountForTheAddress() {
        use(options().authenticator(riddles));
        for (int i = 0; i < 6; i++) {
            failAgain(connected(1).getFirst());
        }
        from(HERE).expectClosed();
        from(ELSEWHERE).expectNothing();
    }
}
