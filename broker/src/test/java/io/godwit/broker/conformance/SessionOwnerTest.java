package io.godwit.broker.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.SimulatedDisk;
import io.godwit.broker.simulation.SimulatedDisk.Durability;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions belong to the user that they were made by: {@code authentication.bind-sessions}. */
class SessionOwnerTest extends Conversation {

    private static ProtectionSettings binding(boolean binds) {
        return new ProtectionSettings(
                binds, 0, 0, PublishRate.NONE, BruteForce.NONE, Flapping.NONE, Map.of());
    }

    private static SimulatedBroker.Options options(boolean binds) {
        return SimulatedBroker.options().protection(binding(binds));
    }

    /** Who says to be this user has proved its Client Identifier, and has no user name. */
    private static final String PROVING = "(a certificate)";

    private static void authenticate(Credentials shown, Consumer<Decision> decided) {
        boolean proves = PROVING.equals(shown.userName());
        String user = proves ? null : shown.userName();
        decided.accept(
                new Accepted(new Identity(shown.clientId(), proves, user, Set.of(), List.of())));
    }

    private void bind() {
        use(options(true).authenticator(SessionOwnerTest::authenticate));
    }

    private TestClient as(ProtocolVersion version, @Nullable String user) {
        return connect(version, "c", c -> c.persistent().credentials(user, null));
    }

    private void expectRefused(ProtocolVersion version, @Nullable String user, boolean clean) {
        TestClient client = broker.client(version);
        client.send(
                Packets.connect(version, "c").credentials(user, null).cleanStart(clean).build());
        assertThat(client.expect(ConnAck.class).reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyTakesTheSessionOfAnotherUser(ProtocolVersion version) {
        bind();
        TestClient owner = as(version, "alice");
        expectRefused(version, "mallory", false);
        expectRefused(version, null, false);
        expectRefused(version, "mallory", true); // would end it
        owner.expectNothing();
        owner.drop();
        expectRefused(version, "mallory", false);
        as(version, "alice").expectNothing();
        assertThat(broker.count(Counter.CONNECTIONS_TO_FOREIGN_SESSIONS)).isEqualTo(4);
        assertThat(broker.broker().connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void sessionThatNobodyOwnsBecomesTheFirstUsers(ProtocolVersion version) {
        bind();
        as(version, null).drop();
        as(version, "alice").drop();
        expectRefused(version, null, false);
        as(version, "alice").expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void identifierIsFreeWhenTheSessionHasEnded(ProtocolVersion version) {
        bind();
        connect(version, "c", c -> c.credentials("alice", null)).drop();
        as(version, "bob").expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void withoutBindingTheUserMayChange(ProtocolVersion version) {
        use(options(false));
        as(version, "alice").drop();
        as(version, "bob").expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void clientThatProvesItsIdentifierKeepsItsSession(ProtocolVersion version) {
        bind();
        TestClient pump = as(version, PROVING);
        expectRefused(version, null, false);
        expectRefused(version, null, true);
        expectRefused(version, "mallory", true);
        pump.expectNothing();
        pump.drop();
        expectRefused(version, null, false);
        as(version, PROVING).expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void identifierThatIsProvedDoesNotOpenTheSessionOfAUser(ProtocolVersion version) {
        bind();
        as(version, "alice").drop();
        expectRefused(version, PROVING, false);
        as(version, "alice").expectNothing();
    }

    /**
     * A listener that takes the user name from certificates too, from now on, changes no client.
     */
    @Test
    void ownerMayGetAUserName() {
        SessionOwner client = SessionOwner.CLIENT;
        assertThat(client.is(new Identity("c", true, "pump", Set.of(), List.of()))).isTrue();
        assertThat(client.is(new Identity("c", "pump"))).isFalse();
        SessionOwner user = new SessionOwner("pump");
        assertThat(user.is(new Identity("c", true, "pump", Set.of(), List.of()))).isTrue();
        assertThat(user.is(new Identity("c", true, null, Set.of(), List.of()))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", PROVING})
    void ownerOutlivesTheBroker(String who) {
        SimulatedDisk disk = new SimulatedDisk(5);
        use(
                options(true)
                        .authenticator(SessionOwnerTest::authenticate)
                        .disk(disk, Durability.PROCESS, Duration.ZERO));
        as(ProtocolVersion.V5, who);
        broker.crash();
        disk.crash();
        broker.restart();
        expectRefused(ProtocolVersion.V5, "mallory", true);
        expectRefused(ProtocolVersion.V5, null, true);
        as(ProtocolVersion.V5, who).expectNothing();
    }
}
