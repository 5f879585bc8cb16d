package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.broker.protection.ProtectionSettings.BruteForce;
import io.godwit.broker.protection.ProtectionSettings.Flapping;
import io.godwit.broker.protection.ProtectionSettings.PublishRate;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much a client may publish: {@code limits.client}. */
class PublishRateTest extends Conversation {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private void limit(PublishRate rate) {
        use(
                SimulatedBroker.options()
                        .protection(
                                new ProtectionSettings(
                                        false,
                                        0,
                                        0,
                                        rate,
                                        BruteForce.NONE,
                                        Flapping.NONE,
                                        Map.of())));
    }

    private static PublishRate messages(int perSecond, boolean disconnects) {
        return new PublishRate(perSecond, 0, Duration.ofSeconds(1), disconnects);
    }

    @ParameterizedTest
    @EnumSource
    void clientThatPublishesTooMuchIsReadMoreSlowly(ProtocolVersion version) {
        limit(messages(10, false));
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        TestClient client = connect(version, "c", c -> c.keepAlive(1));
        for (int i = 0; i < 40; i++) {
            client.queue(publish("t", "x"));
        }
        client.send(new PingReq());
        assertThat(watcher.takeAll()).hasSize(11);
        client.expectNothing();
        broker.advance(Duration.ofSeconds(2)); // longer than its keep alive allows
        assertThat(watcher.takeAll()).hasSizeBetween(19, 21);
        client.expectNothing();
        broker.advance(Duration.ofSeconds(1));
        assertThat(watcher.takeAll()).hasSizeBetween(8, 10);
        client.expect(new PingResp());
        assertThat(broker.count(Counter.PUBLISHERS_PAUSED)).isPositive();
        broker.advance(Duration.ofMillis(900));
        client.send(new PingReq()).expect(new PingResp());
    }

    @ParameterizedTest
    @EnumSource
    void bytesCountAsWell(ProtocolVersion version) {
        limit(new PublishRate(0, 1000, Duration.ofSeconds(2), false));
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        TestClient client = connect(version, "c");
        for (int i = 0; i < 8; i++) {
            client.queue(publish("t", "x".repeat(500)));
        }
        broker.run();
        assertThat(watcher.takeAll()).hasSize(5);
        broker.advance(Duration.ofSeconds(2));
        assertThat(watcher.takeAll()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void clientThatPublishesTooMuchIsDisconnectedIfThatIsSaid(ProtocolVersion version) {
        limit(messages(10, true));
        TestClient watcher = connect(version, "watcher").subscribe(0, "#");
        TestClient client = connect(version, "c");
        for (int i = 0; i < 12; i++) {
            client.queue(publish("t", "x"));
        }
        broker.run();
        assertThat(watcher.takeAll()).hasSize(10);
        if (version.isV5()) {
            assertThat(client.expect(Disconnect.class).reasonCode())
                    .isEqualTo(ReasonCode.MESSAGE_RATE_TOO_HIGH);
        }
        client.expectClosed();
        assertThat(broker.count(Counter.PUBLISHERS_DISCONNECTED)).isEqualTo(1);
    }

    @Test
    void pausedClientThatIsGoneLeavesNothing() {
        limit(messages(1, false));
        TestClient client = connect(V5, "c");
        client.queue(publish("t", "x"), publish("t", "x"), publish("t", "x"));
        broker.run();
        client.drop();
        broker.advance(MINUTE);
        assertThat(broker.broker().connections()).isZero();
    }
}
