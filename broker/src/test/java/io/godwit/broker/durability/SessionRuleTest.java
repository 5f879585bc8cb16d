package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.unsubscribe;
import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.ConnectBuilder;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.TestClient;
import io.godwit.broker.spi.Database.Table;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.SubAck;
import io.godwit.codec.UnsubAck;
import io.godwit.spec.Spec;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is on the disk before CONNACK, SUBACK and UNSUBACK are sent. */
class SessionRuleTest extends DurableConversation {

    private static Connect packet(ProtocolVersion version, UnaryOperator<ConnectBuilder> change) {
        return change.apply(Packets.connect(version, "client")).build();
    }

    private void publishOne(ProtocolVersion version) {
        connect(version, "pub").publish("t", 1, "m");
    }

    // --- SUBACK and UNSUBACK --------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void subAckWaitsForTheSubscription(ProtocolVersion version) {
        crashBefore(resume(version, "client"), subscribe(1, 1, "t"));
        publishOne(version);
        expectInQueue(version, "client");
    }

    @Spec({"v5 MQTT-3.8.4-1", "v3 MQTT-3.8.4-1"})
    @ParameterizedTest
    @EnumSource
    void subAckSaysThatTheSubscriptionIsStored(ProtocolVersion version) {
        crashBehind(resume(version, "client"), subscribe(1, 1, "t"), SubAck.class);
        publishOne(version);
        expectInQueue(version, "client", "m");
    }

    @ParameterizedTest
    @EnumSource
    void unsubAckWaitsForTheRemoval(ProtocolVersion version) {
        crashBefore(resume(version, "client").subscribe(1, "t"), unsubscribe(2, "t"));
        publishOne(version);
        expectInQueue(version, "client", "m");
    }

    @Spec({"v5 MQTT-3.10.4-2", "v5 MQTT-3.10.4-4", "v3 MQTT-3.10.4-2"})
    @ParameterizedTest
    @EnumSource
    void unsubAckSaysThatTheSubscriptionIsRemoved(ProtocolVersion version) {
        TestClient client = resume(version, "client").subscribe(1, "t");
        crashBehind(client, unsubscribe(2, "t"), UnsubAck.class);
        publishOne(version);
        expectInQueue(version, "client");
    }

    // --- CONNACK --------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void connAckWaitsForTheNewSession(ProtocolVersion version) {
        Packet connect = packet(version, ConnectBuilder::persistent);
        crashBefore(broker.client(version), connect);
        assertThat(disk.records(Table.SESSION)).isZero();
        assertThat(isPresent("client")).isFalse();
    }

    @Spec({"v5 MQTT-3.1.2-5", "v3 MQTT-3.1.2-4", "v5 MQTT-3.2.2-3"})
    @ParameterizedTest
    @EnumSource
    void connAckSaysThatTheNewSessionIsStored(ProtocolVersion version) {
        Packet connect = packet(version, ConnectBuilder::persistent);
        ConnAck connAck = crashBehind(broker.client(version), connect, ConnAck.class);
        assertThat(connAck.sessionPresent()).isFalse();
        assertThat(isPresent("client")).isTrue();
    }

    private void leaveSession(ProtocolVersion version) {
        offline(version, "client", 1, "t", "other");
        offline(version, "another", 1, "t");
        publishOne(version);
    }

    @ParameterizedTest
    @EnumSource
    void connAckWaitsForTheEndOfTheOldSession(ProtocolVersion version) {
        leaveSession(version);
        crashBefore(broker.client(version), packet(version, connect -> connect));
        expectInQueue(version, "client", "m");
        publishOne(version);
        expectInQueue(version, "client", "m");
    }

    @Spec({"v5 MQTT-3.1.2-4", "v3 MQTT-3.1.2-6", "v5 MQTT-3.2.2-2", "v3 MQTT-3.2.2-1"})
    @ParameterizedTest
    @EnumSource
    void connAckSaysThatTheOldSessionHasEnded(ProtocolVersion version) {
        leaveSession(version);
        Packet cleanStart = packet(version, connect -> connect);
        ConnAck connAck = crashBehind(broker.client(version), cleanStart, ConnAck.class);
        assertThat(connAck.sessionPresent()).isFalse();
        assertThat(isPresent("client")).isFalse();
        publishOne(version);
        expectInQueue(version, "client");
        expectInQueue(version, "another", "m", "m");
        assertThat(queueRecords()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void connAckWaitsForTheWill(ProtocolVersion version) {
        resume(version, "client").drop();
        Packet withWill =
                packet(version, connect -> connect.persistent().will(will("t", "dead", 1)));
        crashBefore(broker.client(version), withWill);
        TestClient watcher = connect(version, "watcher").subscribe(0, "t");
        broker.advance(GRACE.multipliedBy(2));
        watcher.expectNothing();
    }

    @Spec({"v5 MQTT-3.1.2-7", "v5 MQTT-3.1.2-8", "v3 MQTT-3.1.2-8"})
    @ParameterizedTest
    @EnumSource
    void connAckSaysThatTheWillIsStored(ProtocolVersion version) {
        Packet withWill =
                packet(version, connect -> connect.persistent().will(will("t", "dead", 1)));
        crashBehind(broker.client(version), withWill, ConnAck.class);
        TestClient watcher = connect(version, "watcher").subscribe(0, "t");
        broker.advance(GRACE.multipliedBy(2));
        watcher.expectMessage("t", "dead");
        watcher.expectNothing();
    }
}
