package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.SessionState;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.spec.Spec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that an administrator looks at and ends. */
class EndedSessionTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private Optional<SessionState> look(String clientId) {
        var found = broker.broker().session(clientId);
        broker.run();
        return found.resultNow();
    }

    private Optional<SessionState> end(String clientId) {
        var ended = broker.broker().endSession(clientId, "because");
        broker.run();
        return ended.resultNow();
    }

    private boolean isPresent(String clientId) {
        TestClient client = broker.client(V5);
        boolean present =
                client.connect(Packets.connect(V5, clientId).persistent().build()).sessionPresent();
        client.drop();
        return present;
    }

    @ParameterizedTest
    @EnumSource
    void clientIsDisconnectedAndItsSessionGone(ProtocolVersion version) {
        TestClient client = resume(version, "c").subscribe(1, "t");
        TestClient other = resume(version, "other").subscribe(1, "t");
        assertThat(end("c").orElseThrow().isConnected()).isTrue();
        if (version.isV5()) {
            client.expect(
                    new Disconnect(
                            ReasonCode.ADMINISTRATIVE_ACTION,
                            Properties.of(Property.REASON_STRING, "because")));
        }
        client.expectClosed();
        other.expectNothing();
        assertThat(look("c")).isEmpty();
        assertThat(end("c")).isEmpty();
        assertThat(isPresent("c")).isFalse();
        assertThat(isPresent("other")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void queueAndSubscriptionsGoWithTheSession(ProtocolVersion version) {
        long before = broker.memoryUsed();
        resume(version, "c").subscribe(1, "t", "u").drop();
        TestClient publisher = connect(version, "publisher");
        for (int i = 0; i < 3; i++) {
            publisher.publish("t", 1, "m");
        }
        SessionState ended = end("c").orElseThrow();
        assertThat(ended.isConnected()).isFalse();
        assertThat(ended.queued()).isEqualTo(3);
        assertThat(ended.subscriptions()).isEqualTo(2);
        publisher.publish("t", 1, "m");
        publisher.disconnect();
        assertThat(broker.memoryUsed()).isEqualTo(before);
        assertThat(broker.count(Counter.SESSIONS_CREATED))
                .isEqualTo(broker.count(Counter.SESSIONS_ENDED));
        resume(version, "c").expectNothing();
    }

    @Test
    void sessionIsSeenAsItIs() {
        use(SimulatedBroker.options().limits(l -> l.maximumSessionExpiry(500)));
        long connectedAt = broker.wallMillis();
        TestClient client =
                connect(V5, "c", c -> c.resume(600).credentials("alice", null)).subscribe(1, "t");
        broker.advance(Duration.ofSeconds(5));
        assertThat(look("c"))
                .contains(
                        new SessionState(
                                "c",
                                "alice",
                                false,
                                true,
                                Instant.ofEpochMilli(connectedAt),
                                Duration.ofSeconds(500),
                                0,
                                1,
                                false));
        client.drop();
        connect(V5, "publisher").publish("t", 1, "m");
        long closedAt = broker.wallMillis();
        broker.advance(Duration.ofSeconds(5));
        assertThat(look("c"))
                .contains(
                        new SessionState(
                                "c",
                                "alice",
                                false,
                                false,
                                Instant.ofEpochMilli(closedAt),
                                Duration.ofSeconds(500),
                                1,
                                1,
                                false));
        assertThat(look("nobody")).isEmpty();
    }

    @Test
    void sessionForGoodOfNobodyIsSeenAsSuch() {
        connect(V5, "c", c -> c.persistent().will(will("w", "gone", 1)));
        SessionState seen = look("c").orElseThrow();
        assertThat(seen.expiry()).isNull();
        assertThat(seen.userName()).isNull();
        assertThat(seen.isOfClient()).isFalse();
        assertThat(seen.hasWill()).isTrue();
    }

    @Spec({"v5 MQTT-3.1.2-8", "v3 MQTT-3.1.2-8"})
    @ParameterizedTest
    @EnumSource
    void willOfAConnectedClientIsPublishedOnce(ProtocolVersion version) {
        TestClient watcher = connect(version, "watcher").subscribe(0, "will/#");
        connect(version, "c", c -> c.persistent().will(will("will/t", "gone", 0)));
        assertThat(end("c").orElseThrow().hasWill()).isTrue();
        watcher.expectMessage("will/t", "gone");
        watcher.expectNothing();
    }

    @Spec("v5 MQTT-3.1.2-8")
    @Test
    void willIsNotDelayedBeyondTheSession() {
        TestClient watcher = connect(V5, "watcher").subscribe(0, "will/#");
        Properties delay = Properties.of(Property.WILL_DELAY_INTERVAL, 1000L);
        connect(V5, "c", c -> c.persistent().will(will("will/t", "gone", 0, false, delay))).drop();
        TestClient there =
                connect(V5, "d", c -> c.persistent().will(will("will/t", "too", 0, false, delay)));
        watcher.expectNothing();
        end("c");
        watcher.expectMessage("will/t", "gone");
        end("d");
        assertThat(there.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        watcher.expectMessage("will/t", "too");
        broker.advance(Duration.ofSeconds(2000));
        watcher.expectNothing();
    }

    @Test
    void sessionThatEndsWithItsConnectionCanBeEnded() {
        TestClient client = connect(V5, "c");
        assertThat(end("c").orElseThrow().expiry()).isEqualTo(Duration.ZERO);
        assertThat(client.expect(Disconnect.class).reasonCode())
                .isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
        client.expectClosed();
        assertThat(broker.count(Counter.SESSIONS_ENDED)).isEqualTo(1);
    }
}
