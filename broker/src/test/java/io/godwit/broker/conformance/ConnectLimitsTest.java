package io.godwit.broker.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ConnAck;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits on connections and on how fast they come. */
class ConnectLimitsTest extends Conversation {

    private void expectRefused(ProtocolVersion version, ReasonCode code) {
        TestClient client = broker.client(version);
        client.send(Packets.connect(version, "refused").build());
        ConnAck connAck = client.expect(ConnAck.class);
        assertThat(connAck.reasonCode())
                .isEqualTo(version.isV5() ? code : ReasonCode.SERVER_UNAVAILABLE);
        assertThat(connAck.sessionPresent()).isFalse();
        client.expectClosed();
    }

    @Spec({"v5 MQTT-3.1.4-2", "v5 MQTT-3.2.2-7", "v3 MQTT-3.2.2-5"})
    @ParameterizedTest
    @EnumSource
    void connectionsAreLimited(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(l -> l.connections(3).connectRate(0)));
        TestClient first = connect(version, "a");
        connect(version, "b");
        TestClient idle = broker.client(version); // not connected yet, so it does not count
        TestClient third = connect(version, "c");
        expectRefused(version, ReasonCode.QUOTA_EXCEEDED);
        first.disconnect();
        TestClient fourth = connect(version, "d");
        expectRefused(version, ReasonCode.QUOTA_EXCEEDED);
        third.drop();
        fourth.drop();
        idle.drop();
        assertThat(broker.broker().connections()).isEqualTo(1);
        assertThat(broker.count(Counter.CONNECTIONS_OPENED))
                .isEqualTo(broker.count(Counter.CONNECTIONS_CLOSED) + 1);
    }

    @Spec({"v5 MQTT-3.1.4-2", "v5 MQTT-3.2.2-7", "v3 MQTT-3.2.2-5"})
    @ParameterizedTest
    @EnumSource
    void rateOfConnectsIsLimited(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(l -> l.connections(5).connectRate(2)));
        for (int i = 0; i < 5; i++) { // as many as may be connected may come at once
            connect(version, "c").disconnect();
        }
        expectRefused(version, ReasonCode.CONNECTION_RATE_EXCEEDED);
        broker.advance(Duration.ofSeconds(1));
        connect(version, "c").disconnect();
        connect(version, "c").disconnect();
        expectRefused(version, ReasonCode.CONNECTION_RATE_EXCEEDED);
        broker.advance(Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            connect(version, "c").disconnect();
        }
        expectRefused(version, ReasonCode.CONNECTION_RATE_EXCEEDED);
    }

    /** Who is being authenticated takes a place, and gives it back however that ends. */
    @ParameterizedTest
    @EnumSource
    void placesAreGivenBack(ProtocolVersion version) {
        List<Consumer<Authenticator.Decision>> waiting = new ArrayList<>();
        use(
                SimulatedBroker.options()
                        .limits(limits -> limits.connections(2).connectRate(0))
                        .authenticator((_, decided) -> waiting.add(decided)));
        TestClient dropped = broker.client(version);
        dropped.send(Packets.connect(version, "a").build()).drop();
        TestClient refused = broker.client(version);
        refused.send(Packets.connect(version, "b").build()).expectNothing();
        TestClient accepted = broker.client(version);
        accepted.send(Packets.connect(version, "c").build()).expectNothing();
        assertThat(broker.broker().connections()).isEqualTo(2);
        waiting.get(0).accept(new Authenticator.Accepted(new Identity("a", null)));
        waiting.get(1).accept(new Authenticator.Refused(ReasonCode.NOT_AUTHORIZED, "no"));
        waiting.get(2).accept(new Authenticator.Accepted(new Identity("c", null)));
        assertThat(refused.expect(ConnAck.class).reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        accepted.expect(ConnAck.class);
        assertThat(broker.broker().connections()).isEqualTo(1);
        accepted.drop();
        assertThat(broker.broker().connections()).isZero();
    }
}
