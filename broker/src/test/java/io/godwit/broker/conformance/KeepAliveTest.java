package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keep Alive (§3.1.2.10) and the time that CONNECT may take. */
class KeepAliveTest extends Conversation {

    private static void expectTimeout(TestClient client) {
        if (client.version().isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        }
        client.expectClosed();
    }

    @Spec({"v5 MQTT-3.1.2-22", "v3 MQTT-3.1.2-24"})
    @ParameterizedTest
    @EnumSource
    void silenceOfOneAndAHalfIntervalsClosesTheConnection(ProtocolVersion version) {
        TestClient client = connect(version, "c", c -> c.keepAlive(10));
        broker.advance(Duration.ofMillis(14_900));
        client.expectNothing();
        broker.advance(Duration.ofMillis(200));
        expectTimeout(client);
    }

    @Spec({"v5 MQTT-3.1.2-22", "v3 MQTT-3.1.2-24"})
    @ParameterizedTest
    @EnumSource
    void everyPacketCounts(ProtocolVersion version) {
        TestClient client = connect(version, "c", c -> c.keepAlive(10));
        for (int i = 0; i < 5; i++) {
            broker.advance(Duration.ofSeconds(14));
            client.send(publish("t", "x"));
            broker.advance(Duration.ofSeconds(14));
            client.send(new PingReq()).expect(new PingResp()).expectNothing();
        }
        broker.advance(Duration.ofSeconds(16));
        expectTimeout(client);
    }

    @ParameterizedTest
    @EnumSource
    void whatTheServerSendsDoesNotCount(ProtocolVersion version) {
        TestClient client = connect(version, "c", c -> c.keepAlive(10)).subscribe(0, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 15; i++) {
            client.expectNothing();
            broker.advance(Duration.ofSeconds(1));
            pub.publish("t", 0, "x");
            client.takeAll();
        }
        assertThat(client.isOpen()).isFalse();
    }

    /** Who moves the clocks of a broker that is part of a test has not made its clients silent. */
    @ParameterizedTest
    @EnumSource
    void aLeapOfTheClocksIsNoSilence(ProtocolVersion version) {
        TestClient client = connect(version, "c", c -> c.keepAlive(10));
        broker.advance(Duration.ofSeconds(10));
        broker.leap(Duration.ofHours(1));
        broker.advance(Duration.ofMillis(4_900));
        client.expectNothing();
        broker.advance(Duration.ofMillis(300));
        expectTimeout(client);
    }

    @ParameterizedTest
    @EnumSource
    void keepAliveOfZeroIsOff(ProtocolVersion version) {
        TestClient client = connect(version, "c");
        broker.advance(Duration.ofDays(1));
        client.send(new PingReq()).expect(new PingResp()).expectNothing();
    }

    @Spec("v5 MQTT-3.2.2-22")
    @Test
    void withoutServerKeepAliveTheClientsOwnCounts() {
        TestClient client = broker.client(ProtocolVersion.V5);
        ConnAck connAck =
                client.connect(Packets.connect(ProtocolVersion.V5, "c").keepAlive(100).build());
        assertThat(connAck.properties().has(Property.SERVER_KEEP_ALIVE)).isFalse();
        broker.advance(Duration.ofSeconds(149));
        client.expectNothing();
        broker.advance(Duration.ofSeconds(2));
        expectTimeout(client);
    }

    @Test
    void serverKeepAliveReplacesALongerOne() {
        use(SimulatedBroker.options().limits(limits -> limits.keepAliveMaximum(20)));
        for (int asked : new int[] {0, 21, 65_535}) {
            TestClient client = broker.client(ProtocolVersion.V5);
            ConnAck connAck =
                    client.connect(
                            Packets.connect(ProtocolVersion.V5, "c").keepAlive(asked).build());
            assertThat(connAck.properties().get(Property.SERVER_KEEP_ALIVE)).isEqualTo(20);
            broker.advance(Duration.ofSeconds(29));
            client.expectNothing();
            broker.advance(Duration.ofSeconds(2));
            expectTimeout(client);
        }
        ConnAck shorter =
                broker.client(ProtocolVersion.V5)
                        .connect(Packets.connect(ProtocolVersion.V5, "d").keepAlive(20).build());
        assertThat(shorter.properties().has(Property.SERVER_KEEP_ALIVE)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void connectHasToComeInTime(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(l -> l.connectTimeout(Duration.ofSeconds(3))));
        TestClient silent = broker.client(version);
        TestClient slow = broker.client(version);
        slow.sendBytes("10");
        broker.advance(Duration.ofMillis(2_900));
        silent.expectNothing();
        slow.sendBytes("1F").expectNothing();
        broker.advance(Duration.ofMillis(200));
        silent.expectClosed();
        slow.expectClosed();
        TestClient inTime = connect(version, "c");
        broker.advance(Duration.ofSeconds(10));
        inTime.expectNothing();
    }
}
