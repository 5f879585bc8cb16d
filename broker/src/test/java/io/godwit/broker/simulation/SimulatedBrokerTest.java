package io.godwit.broker.simulation;

import static io.godwit.broker.simulation.Packets.connect;
import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.codec.ConnAck;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation itself, and that the parts of the broker fit together. */
class SimulatedBrokerTest {

    @ParameterizedTest
    @EnumSource
    void messagesGoFromEveryShardToEveryShard(ProtocolVersion version) {
        for (int qos = 0; qos <= 2; qos++) {
            try (SimulatedBroker broker = SimulatedBroker.start()) {
                for (int from = 0; from < 3; from++) {
                    for (int to = 0; to < 3; to++) {
                        TestClient sub = broker.connect(version, broker.clientIdOn(to, "sub"));
                        TestClient pub = broker.connect(version, broker.clientIdOn(from, "pub"));
                        sub.acknowledging().subscribe(qos, "a/+");
                        pub.publish("a/b", qos, "hello");
                        assertThat(sub.expectMessage("a/b", "hello").qos()).isEqualTo(qos);
                        sub.expectNothing();
                        sub.disconnect();
                        pub.disconnect();
                    }
                }
                assertThat(broker.memoryUsed()).isZero();
            }
        }
    }

    /** CONNECT, SUBSCRIBE and PUBLISH at once, in pieces of every size. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 1000", "2, 1", "2, 2", "2, 7", "2, 1000", "3, 1", "3, 1000"})
    void segmentsDoNotMatter(int shards, int segment) {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            try (SimulatedBroker broker = SimulatedBroker.options().shards(shards).start()) {
                for (int home = 0; home < shards; home++) {
                    TestClient client = broker.client(version).inSegmentsOf(segment);
                    client.send(
                            connect(version, broker.clientIdOn(home, "c")).build(),
                            subscribe(1, 1, "t"),
                            publish("t", "first", 1, 2),
                            new PingReq());
                    client.expect(ConnAck.class);
                    client.expect(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
                    client.expectMessage("t", "first");
                    client.expect(new PubAck(2)).expect(new PingResp()).expectNothing();
                    client.disconnect();
                }
            }
        }
    }

    /** A crash between any two steps: what had been done by then is all that anyone knows. */
    @ParameterizedTest
    @EnumSource
    void aCrashCutsAllConnectionsAndLosesWhatIsInMemory(ProtocolVersion version) {
        for (int actions = 0; actions < 12; actions++) {
            try (SimulatedBroker broker = SimulatedBroker.start()) {
                TestClient client = broker.client(version);
                client.queue(connect(version, "c").persistent().build(), new PingReq());
                broker.run(actions);
                broker.crash();
                assertThat(client.isOpen()).isFalse();
                broker.restart();
                assertThat(broker.broker().connections()).isZero();
                TestClient again = broker.client(version);
                ConnAck connAck = again.connect(connect(version, "c").persistent().build());
                assertThat(connAck.sessionPresent()).isFalse();
                again.send(new PingReq()).expect(new PingResp());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void failuresShowTheConversation(ProtocolVersion version) {
        try (SimulatedBroker broker = SimulatedBroker.start()) {
            TestClient client = broker.connect(version, "c");
            assertThatThrownBy(() -> client.expect(PingResp.class))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("-> Connect[")
                    .hasMessageContaining("<- ConnAck[");
            broker.advance(Duration.ofSeconds(1));
        }
    }
}
