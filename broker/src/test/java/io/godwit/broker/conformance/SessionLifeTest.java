package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How sessions begin, are resumed, taken over and end (§3.1.2.4, §3.1.2.11.2, §4.1). */
class SessionLifeTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    /** MQTT 3.1 has no Session Present flag. */
    private static boolean present(ProtocolVersion version, boolean present) {
        return present && version != ProtocolVersion.V3_1;
    }

    private ConnAck reconnect(ProtocolVersion version, String clientId) {
        return broker.client(version)
                .connect(Packets.connect(version, clientId).persistent().build());
    }

    @Spec({
        "v5 MQTT-3.1.2-5",
        "v5 MQTT-3.1.2-6",
        "v5 MQTT-3.1.2-23",
        "v5 MQTT-3.2.2-3",
        "v5 MQTT-3.1.4-4",
        "v5 MQTT-3.1.3-2",
        "v3 MQTT-3.1.2-4",
        "v3 MQTT-3.2.2-2",
        "v3 MQTT-3.2.2-3",
        "v3 MQTT-3.1.4-3",
        "v3 MQTT-3.1.3-2",
        "v3 MQTT-4.1.0-1"
    })
    @ParameterizedTest
    @EnumSource
    void sessionIsResumed(ProtocolVersion version) {
        TestClient client = broker.client(version);
        ConnAck first = client.connect(Packets.connect(version, "c").persistent().build());
        assertThat(first.sessionPresent()).isFalse();
        client.subscribe(1, "t");
        client.drop();
        broker.advance(Duration.ofDays(1));
        assertThat(reconnect(version, "another").sessionPresent()).isFalse();
        TestClient again = broker.client(version);
        ConnAck second = again.connect(Packets.connect(version, "c").persistent().build());
        assertThat(second.sessionPresent()).isEqualTo(present(version, true));
        connect(version, "pub").publish("t", 1, "x");
        again.expectMessage("t", "x");
    }

    @Spec({
        "v5 MQTT-3.1.2-4",
        "v5 MQTT-3.2.2-2",
        "v5 MQTT-3.1.4-4",
        "v3 MQTT-3.1.2-6",
        "v3 MQTT-3.2.2-1",
        "v3 MQTT-3.1.4-3"
    })
    @ParameterizedTest
    @EnumSource
    void cleanStartDropsTheOldSession(ProtocolVersion version) {
        resume(version, "c").subscribe(1, "t").drop();
        connect(version, "pub").publish("t", 1, "for the old session");
        TestClient client = broker.client(version);
        ConnAck connAck = client.connect(Packets.connect(version, "c").build());
        assertThat(connAck.sessionPresent()).isFalse();
        connect(version, "pub").publish("t", 1, "not subscribed");
        client.expectNothing();
        client.disconnect();
        assertThat(reconnect(version, "c").sessionPresent()).isFalse();
    }

    @Spec({"v3 MQTT-3.1.2-6", "v3 MQTT-4.1.0-2", "v5 MQTT-4.1.0-1", "v5 MQTT-4.1.0-2"})
    @ParameterizedTest
    @EnumSource
    void cleanSessionLivesAsLongAsItsConnection(ProtocolVersion version) {
        TestClient client = connect(version, "c").subscribe(0, "t");
        broker.advance(Duration.ofDays(2));
        connect(version, "pub").publish("t", 0, "x");
        client.expectMessage("t", "x");
        client.drop();
        assertThat(reconnect(version, "c").sessionPresent()).isFalse();
    }

    @Spec({
        "v3 MQTT-3.1.2-5",
        "v5 MQTT-3.1.2-23",
        "v5 MQTT-4.5.0-1",
        "v3 MQTT-4.5.0-1",
        "v5 MQTT-3.2.0-1",
        "v3 MQTT-3.2.0-1"
    })
    @ParameterizedTest
    @EnumSource
    void messagesWaitForAClientThatIsAway(ProtocolVersion version) {
        resume(version, "c").subscribe(2, "t").disconnect();
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 10; i++) {
            pub.publish("t", i % 3, "m" + i);
        }
        TestClient again = resume(version, "c").acknowledging();
        for (int i = 0; i < 10; i++) {
            if (i % 3 > 0) {
                assertThat(again.expectMessage("t", "m" + i).qos()).isEqualTo(i % 3);
            }
        }
        again.expectNothing();
    }

    @Spec("v3 MQTT-3.1.2-7")
    @ParameterizedTest
    @EnumSource
    void retainedMessagesSurviveTheSession(ProtocolVersion version) {
        TestClient pub = connect(version, "pub");
        pub.publish(retain(publish("t", "kept", 1, 0)));
        pub.disconnect();
        connect(version, "c").subscribe(0, "t").expectMessage("t", "kept");
    }

    @Spec({"v5 MQTT-4.1.0-2", "v5 MQTT-3.1.2-23"})
    @Test
    void sessionEndsWhenItsExpiryHasPassed() {
        connect(V5, "c", c -> c.resume(60)).subscribe(1, "t").drop();
        broker.advance(Duration.ofSeconds(59));
        TestClient again = broker.client(V5);
        assertThat(again.connect(Packets.connect(V5, "c").resume(60).build()).sessionPresent())
                .isTrue();
        broker.advance(Duration.ofSeconds(100));
        again.drop();
        broker.advance(Duration.ofSeconds(61));
        assertThat(broker.count(Counter.SESSIONS_EXPIRED)).isEqualTo(1);
        assertThat(reconnect(V5, "c").sessionPresent()).isFalse();
    }

    @Spec("v5 MQTT-4.1.0-2")
    @Test
    void sessionWithoutExpiryEndsWithItsConnection() {
        TestClient client = broker.client(V5);
        client.connect(Packets.connect(V5, "c").cleanStart(false).build());
        client.drop();
        assertThat(reconnect(V5, "c").sessionPresent()).isFalse();
    }

    @Spec("v5 MQTT-3.1.2-23")
    @Test
    void sessionWithTheHighestExpiryNeverEnds() {
        connect(V5, "c", c -> c.resume(Connect.NEVER_EXPIRES)).drop();
        broker.advance(Duration.ofDays(3));
        assertThat(reconnect(V5, "c").sessionPresent()).isTrue();
    }

    @Test
    void disconnectChangesTheExpiry() {
        TestClient client = connect(V5, "c", c -> c.resume(1_000));
        client.send(
                new Disconnect(
                        ReasonCode.SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 10L)));
        client.expectClosed();
        broker.advance(Duration.ofSeconds(11));
        assertThat(reconnect(V5, "c").sessionPresent()).isFalse();
        TestClient other = connect(V5, "d", c -> c.resume(10));
        other.send(
                new Disconnect(
                        ReasonCode.SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 0L)));
        other.expectClosed();
        assertThat(reconnect(V5, "d").sessionPresent()).isFalse();
    }

    @Spec("v5 MQTT-3.14.2-2")
    @Test
    void disconnectCannotKeepASessionThatWasToEnd() {
        TestClient client = connect(V5, "c");
        client.send(
                new Disconnect(
                        ReasonCode.SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 10L)));
        Disconnect answer = client.expect(Disconnect.class);
        assertThat(answer.reasonCode()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(answer.properties().has(Property.SESSION_EXPIRY_INTERVAL)).isFalse();
        client.expectClosed();
        assertThat(reconnect(V5, "c").sessionPresent()).isFalse();
    }

    @Test
    void expiryIsCappedAndTheClientIsTold() {
        use(SimulatedBroker.options().limits(limits -> limits.maximumSessionExpiry(30)));
        TestClient client = broker.client(V5);
        ConnAck connAck = client.connect(Packets.connect(V5, "c").resume(1_000).build());
        assertThat(connAck.properties().get(Property.SESSION_EXPIRY_INTERVAL)).isEqualTo(30L);
        client.drop();
        broker.advance(Duration.ofSeconds(31));
        assertThat(reconnect(V5, "c").sessionPresent()).isFalse();
        TestClient within = broker.client(V5);
        assertThat(within.connect(Packets.connect(V5, "d").resume(20).build()).properties())
                .matches(properties -> !properties.has(Property.SESSION_EXPIRY_INTERVAL));
    }

    @Spec({"v5 MQTT-3.1.4-3", "v3 MQTT-3.1.4-2", "v5 MQTT-3.14.4-1", "v5 MQTT-3.14.4-2"})
    @ParameterizedTest
    @EnumSource
    void newConnectionTakesOver(ProtocolVersion version) {
        for (int accepted = 0; accepted < 3; accepted++) { // each arrives on another shard
            TestClient old = resume(version, "c");
            old.subscribe(1, "t");
            TestClient other = resume(version, "c");
            if (version.isV5()) {
                assertThat(old.expect(Disconnect.class).reasonCode())
                        .isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
            }
            old.expectClosed();
            connect(version, "pub").publish("t", 1, "x");
            int packetId = other.expectMessage("t", "x").packetId();
            other.send(new PubAck(packetId)).expectNothing();
        }
    }

    @Spec({"v5 MQTT-3.1.4-3", "v5 MQTT-3.1.2-4", "v3 MQTT-3.1.4-2"})
    @ParameterizedTest
    @EnumSource
    void cleanStartTakesOverToo(ProtocolVersion version) {
        TestClient old = resume(version, "c").subscribe(1, "t");
        TestClient other = broker.client(version);
        assertThat(other.connect(Packets.connect(version, "c").build()).sessionPresent()).isFalse();
        assertThat(old.isOpen()).isFalse();
        connect(version, "pub").publish("t", 1, "x");
        other.expectNothing();
    }

    /** Many at a time for one identifier: in the end one has it, and nothing leaks. */
    @ParameterizedTest
    @EnumSource
    void manyTakeOversAtOnceLeaveOne(ProtocolVersion version) {
        use(SimulatedBroker.options().shuffled().seed(version.level()));
        TestClient[] clients = new TestClient[20];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = broker.client(version);
            clients[i].queue(Packets.connect(version, "c").persistent().build());
        }
        broker.run();
        int open = 0;
        for (TestClient client : clients) {
            open += client.isOpen() ? 1 : 0;
        }
        assertThat(open).isEqualTo(1);
        assertThat(broker.broker().connections()).isEqualTo(1);
        broker.client(version).connect(Packets.connect(version, "c").build());
        assertThat(broker.broker().connections()).isEqualTo(1);
    }
}
