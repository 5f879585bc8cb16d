package io.godwit.broker.conformance;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions belong to the user that they were made by: {@code authentication.bind-sessions}. */
class SessionOwnerTest extends Conversation {

    private static ProtectionSettings binding(boolean binds) {
        return new ProtectionSettings(
                binds, 0, 0, PublishRate.NONE, BruteForce.NONE, Flapping.NONE, Map.of());
    }

    private static SimulatedBroker.Options options(boolean binds) {
        return SimulatedBroker.options().protection(binding(binds));
    }

    private void bind() {
        use(options(true));
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

    @Test
    void ownerOutlivesTheBroker() {
        SimulatedDisk disk = new SimulatedDisk(5);
        use(options(true).disk(disk, Durability.PROCESS, Duration.ZERO));
        as(ProtocolVersion.V5, "alice");
        broker.crash();
        disk.crash();
        broker.restart();
        expectRefused(ProtocolVersion.V5, "mallory", true);
        as(ProtocolVersion.V5, "alice").expectNothing();
    }
}
