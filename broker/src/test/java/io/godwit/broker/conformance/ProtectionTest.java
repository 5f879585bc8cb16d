package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Network;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.Ban.Target;
import io.godwit.broker.protection.ListenerPolicy;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What keeps clients from wearing the broker down, as clients see it. */
class ProtectionTest extends Conversation {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private static final BruteForce GUESSES =
            new BruteForce(3, 6, MINUTE, Duration.ofMinutes(5), Duration.ofSeconds(1));

    private static ProtectionSettings settings(
            int perAddress, int undecided, PublishRate rate, BruteForce guesses) {
        return new ProtectionSettings(
                false, perAddress, undecided, rate, guesses, Flapping.NONE, Map.of());
    }

    private void protect(ProtectionSettings settings) {
        use(SimulatedBroker.options().protection(settings));
    }

    private TestClient from(String address, ProtocolVersion version) {
        return broker.client(version, Origin.tcp("tcp", InetAddress.ofLiteral(address), 5));
    }

    private static void expectRefused(TestClient client, ReasonCode code) {
        assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(code);
        client.expectClosed();
    }

    private static ReasonCode told(ProtocolVersion version, ReasonCode code) {
        ReasonCode before5 = ReasonCode.ofConnectReturnCode(code.connectReturnCode());
        return version.isV5() ? code : Objects.requireNonNull(before5);
    }

    // --- listeners ------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void connectionsOfAListenerAreLimited(ProtocolVersion version) {
        protect(
                new ProtectionSettings(
                        false,
                        0,
                        0,
                        PublishRate.NONE,
                        BruteForce.NONE,
                        Flapping.NONE,
                        Map.of("small", new ListenerPolicy(2, 0))));
        Origin small = Origin.tcp("small", InetAddress.getLoopbackAddress(), 1);
        TestClient first = broker.client(version, small);
        first.connect(Packets.connect(version, "a").build());
        TestClient second = broker.client(version, small);
        second.connect(Packets.connect(version, "b").build());
        TestClient third = broker.client(version, small);
        third.send(Packets.connect(version, "c").build());
        expectRefused(third, told(version, ReasonCode.QUOTA_EXCEEDED));
        connect(version, "c").expectNothing(); // at another listener
        first.drop();
        TestClient fourth = broker.client(version, small);
        fourth.connect(Packets.connect(version, "d").build());
        assertThat(broker.broker().connections()).isEqualTo(3);
        assertThat(broker.count(Counter.CONNECTIONS_OVER_LISTENER_PLACES)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void rateOfAListenerIsLimited(ProtocolVersion version) {
        protect(
                new ProtectionSettings(
                        false,
                        0,
                        0,
                        PublishRate.NONE,
                        BruteForce.NONE,
                        Flapping.NONE,
                        Map.of("tcp", new ListenerPolicy(0, 2))));
        connect(version, "a");
        connect(version, "b");
        TestClient third = broker.client(version);
        third.send(Packets.connect(version, "c").build());
        expectRefused(third, told(version, ReasonCode.CONNECTION_RATE_EXCEEDED));
        broker.advance(Duration.ofSeconds(1));
        connect(version, "c");
        assertThat(broker.count(Counter.CONNECTIONS_OVER_LISTENER_RATE)).isEqualTo(1);
    }

    // --- addresses ------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void connectionsThatAnAddressOpensInASecondAreLimited(ProtocolVersion version) {
        protect(settings(2, 0, PublishRate.NONE, BruteForce.NONE));
        from("2001:db8::1", version).expectNothing();
        from("2001:db8::2", version).expectNothing();
        from("2001:db8::3", version).expectClosed(); // of the same /64
        from("2001:db8:0:1::1", version).expectNothing();
        broker.advance(Duration.ofSeconds(1));
        from("2001:db8::1", version).expectNothing();
        assertThat(broker.count(Counter.CONNECTIONS_OVER_ADDRESS_RATE)).isEqualTo(1);
    }

    @Test
    void socketsOfAnAddressWithoutConnectAreLimited() {
        protect(settings(0, 2, PublishRate.NONE, BruteForce.NONE));
        TestClient first = from("10.1.1.1", V5);
        TestClient second = from("10.1.1.1", V5);
        from("10.1.1.1", V5).expectClosed();
        from("10.1.1.2", V5).expectNothing();
        first.connect(Packets.connect(V5, "a").build()); // which makes room
        from("10.1.1.1", V5).expectNothing();
        from("10.1.1.1", V5).expectClosed();
        second.drop();
        from("10.1.1.1", V5).expectNothing();
        from("10.1.1.1", V5).expectClosed();
        broker.advance(Duration.ofSeconds(11)); // limits.connect-timeout
        from("10.1.1.1", V5).expectNothing();
        first.expectNothing();
        assertThat(broker.count(Counter.CONNECTIONS_OVER_UNDECIDED)).isEqualTo(3);
    }

    /** A byte now and then does not give a client more time. */
    @ParameterizedTest
    @EnumSource
    void connectThatDribblesInIsClosedInTime(ProtocolVersion version) {
        TestClient client = broker.client(version);
        String connect = "10 20 0004 4D515454";
        for (String octet : connect.replace(" ", "").split("(?<=\\G..)")) {
            client.sendBytes(octet).expectNothing();
            broker.advance(Duration.ofSeconds(1));
        }
        assertThat(client.isOpen()).isTrue();
        broker.advance(Duration.ofSeconds(3));
        client.expectClosed();
    }

    // --- guessing -------------------------------------------------------------------------------

    private TestClient guess(String address, String user, String password) {
        TestClient client = from(address, V5);
        client.send(Packets.connect(V5, "c").credentials(user, password).build());
        return client;
    }

    private void guessWrong(String address, String user) {
        TestClient client = guess(address, user, "wrong");
        broker.advance(Duration.ofSeconds(1));
        expectRefused(client, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    private void useGuesses() {
        use(
                SimulatedBroker.options()
                        .protection(settings(0, 0, PublishRate.NONE, GUESSES))
                        .authenticator(ConnectingTest.onlyWithPassword("secret")));
    }

    @Test
    void eachFurtherFailureIsAnsweredLater() {
        useGuesses();
        expectRefused(guess("10.1.1.1", "u", "a"), ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        TestClient second = guess("10.1.1.2", "u", "b"); // also from elsewhere
        second.expectNothing();
        broker.advance(Duration.ofMillis(200));
        expectRefused(second, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        TestClient third = guess("10.1.1.3", "u", "c");
        broker.advance(Duration.ofMillis(100));
        third.expectNothing();
        assertThat(broker.broker().connections()).isZero(); // who waits takes no place
        broker.advance(Duration.ofMillis(200));
        expectRefused(third, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        guess("10.1.1.4", "u", "d").drop();
        guess("10.1.1.1", "u", "secret").expect(ConnAck.class);
        broker.advance(MINUTE);
        expectRefused(guess("10.1.1.1", "u", "a"), ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(broker.count(Counter.AUTHENTICATIONS_DELAYED)).isEqualTo(3);
        assertThat(broker.count(Counter.AUTHENTICATIONS_WITH_BAD_CREDENTIALS)).isEqualTo(5);
    }

    @Test
    void userNameIsBannedAtTheAddressThatFailsTooOften() {
        useGuesses();
        for (int i = 0; i < 3; i++) {
            guessWrong("10.1.1.1", "u");
        }
        expectRefused(guess("10.1.1.1", "u", "secret"), ReasonCode.BANNED);
        guess("10.1.1.1", "v", "secret").expect(ConnAck.class);
        guess("10.1.1.2", "u", "secret").expect(ConnAck.class);
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isEqualTo(1);
        broker.advance(Duration.ofMinutes(5));
        guess("10.1.1.1", "u", "secret").expect(ConnAck.class);
    }

    @Test
    void addressThatFailsWithManyNamesIsBanned() {
        useGuesses();
        TestClient good = guess("10.1.1.1", "good", "secret");
        good.expect(ConnAck.class);
        for (int i = 0; i < 6; i++) {
            guessWrong("10.1.1.1", "u" + i);
        }
        from("10.1.1.1", V5).expectClosed();
        from("10.1.1.2", V5).expectNothing();
        good.expectNothing(); // who is in stays in
        assertThat(broker.count(Counter.CONNECTIONS_BANNED)).isEqualTo(1);
        broker.advance(Duration.ofMinutes(5));
        from("10.1.1.1", V5).expectNothing();
    }

    @Test
    void successForgetsTheFailuresOfAUserAtAnAddress() {
        useGuesses();
        for (int i = 0; i < 2; i++) {
            guessWrong("10.1.1.1", "u");
            guessWrong("10.1.1.1", "u");
            guess("10.1.1.1", "u", "secret").expect(ConnAck.class);
        }
        assertThat(broker.count(Counter.BANS_FOR_FAILURES)).isZero();
    }

    @Test
    void whoShowsNothingHasNotGuessed() {
        useGuesses();
        for (int i = 0; i < 10; i++) {
            expectRefused(connecting("c"), ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
    }

    private TestClient connecting(String clientId) {
        TestClient client = broker.client(V5);
        client.send(Packets.connect(V5, clientId).build());
        return client;
    }

    /** More of them are answered at once: nothing grows without bound. */
    @Test
    void refusalsThatWaitAreLimited() {
        useGuesses();
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < Protection.MOST_DELAYED + 3; i++) {
            clients.add(guess("10.1.%d.%d".formatted(i / 250, i % 250), "u", "wrong"));
        }
        assertThat(clients).filteredOn(client -> !client.isOpen()).hasSize(3);
        broker.advance(Duration.ofSeconds(2));
        assertThat(clients).noneMatch(TestClient::isOpen);
    }

    // --- flapping -------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void clientThatConnectsAgainAndAgainIsBanned(ProtocolVersion version) {
        protect(
                new ProtectionSettings(
                        false,
                        0,
                        0,
                        PublishRate.NONE,
                        BruteForce.NONE,
                        new Flapping(true, 3, MINUTE, Duration.ofMinutes(2)),
                        Map.of()));
        connect(version, "c").drop();
        connect(version, "c").drop();
        TestClient third = connect(version, "c");
        connect(version, "other").expectNothing();
        TestClient fourth = broker.client(version);
        fourth.send(Packets.connect(version, "c").build());
        expectRefused(fourth, told(version, ReasonCode.BANNED));
        if (version.isV5()) {
            assertThat(third.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        }
        third.expectClosed();
        assertThat(broker.count(Counter.BANS_FOR_FLAPPING)).isEqualTo(1);
        broker.advance(Duration.ofMinutes(2));
        connect(version, "c").expectNothing();
    }

    /** Who asks for the session of another user does not have that one banned. */
    @Test
    void strangersMakeNobodyFlap() {
        use(
                SimulatedBroker.options()
                        .authenticator((credentials, decided) ->
                                decided.accept(
                                        new Authenticator.Accepted(
                                                new Identity(
                                                        credentials.clientId(),
                                                        credentials.userName()))))
                        .protection(
                                new ProtectionSettings(
                                        true,
                                        0,
                                        0,
                                        PublishRate.NONE,
                                        BruteForce.NONE,
                                        new Flapping(true, 3, MINUTE, MINUTE),
                                        Map.of())));
        TestClient owner = connect(V5, "c", c -> c.credentials("alice", null));
        for (int i = 0; i < 10; i++) {
            expectRefused(guess("10.1.1.1", "mallory", "x"), ReasonCode.NOT_AUTHORIZED);
        }
        owner.expectNothing();
        assertThat(broker.count(Counter.BANS_FOR_FLAPPING)).isZero();
    }

    // --- bans -----------------------------------------------------------------------------------

    private int ban(@Nullable String network, @Nullable String user, @Nullable String clientId) {
        Target target = new Target(network == null ? null : Network.parse(network), user, clientId);
        var done = broker.broker().ban(new Ban(target, Ban.FOREVER, "enough"));
        broker.run();
        return done.join();
    }

    @ParameterizedTest
    @EnumSource
    void newBanEndsTheConnectionsThatItHits(ProtocolVersion version) {
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        TestClient hit = connect(version, "dev-1", c -> c.will(will("w", "gone", 0)));
        TestClient spared = connect(version, "device-1");
        assertThat(ban(null, null, "dev-*")).isEqualTo(1);
        if (version.isV5()) {
            assertThat(hit.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        }
        hit.expectClosed();
        spared.expectNothing();
        watcher.expectMessage("w", "gone");
        TestClient again = broker.client(version);
        again.send(Packets.connect(version, "dev-2").build());
        expectRefused(again, told(version, ReasonCode.BANNED));
        assertThat(broker.count(Counter.CONNECTIONS_BANNED)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void bannedUserIsRefusedAndItsWillIsNotPublished(ProtocolVersion version) {
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        ban(null, "u", null);
        TestClient client = broker.client(version);
        client.send(
                Packets.connect(version, "c")
                        .credentials("u", null)
                        .will(will("w", "x", 0))
                        .build());
        expectRefused(client, told(version, ReasonCode.BANNED));
        watcher.expectNothing();
        connect(version, "c", c -> c.credentials("v", null)).expectNothing();
    }

    @Test
    void bannedAddressIsClosedBeforeAnythingIsRead() {
        TestClient inside = from("192.0.2.9", V5);
        inside.connect(Packets.connect(V5, "inside").build());
        TestClient undecided = from("192.0.2.10", V5).expectNothing();
        assertThat(ban("192.0.2.0/24", null, null)).isEqualTo(1);
        inside.expect(Disconnect.class);
        inside.expectClosed();
        from("192.0.2.77", V5).expectClosed();
        undecided.send(Packets.connect(V5, "c").build());
        expectRefused(undecided, ReasonCode.BANNED);
        from("192.0.3.1", V5).expectNothing();
        assertThat(
                        broker.broker()
                                .protection()
                                .bans()
                                .remove(new Target(Network.parse("192.0.2.0/24"), null, null)))
                .isTrue();
        from("192.0.2.77", V5).expectNothing();
    }

    /** Who is banned while it is being authenticated does not get in. */
    @Test
    void banThatComesWhileAClientIsAuthenticatedHits() {
        List<Runnable> waiting = new ArrayList<>();
        Authenticator slow =
                (credentials, decided) ->
                        waiting.add(() ->
                                ConnectingTest.onlyWithPassword("secret")
                                        .authenticate(credentials, decided));
        use(SimulatedBroker.options().authenticator(slow));
        TestClient client = guess("10.1.1.1", "u", "secret");
        client.expectNothing();
        assertThat(ban(null, "u", null)).isZero();
        waiting.forEach(Runnable::run);
        expectRefused(client, ReasonCode.BANNED);
    }
}
