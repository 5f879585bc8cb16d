package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.retain;
import static io.godwit.broker.simulation.Packets.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.session.DropReason;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.SubAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that take what they are sent slowly, or not at all. */
class SlowClientTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    @ParameterizedTest
    @EnumSource
    void clientMayPingWhileItTakesLargeMessage(ProtocolVersion version) {
        TestClient slow = connect(version, "slow").subscribe(0, "t");
        slow.stopReading();
        String large = "x".repeat(1_900_000);
        connect(version, "pub").publish("t", 0, large);
        slow.send(new PingReq());
        slow.startReading().expectMessage("t", large);
        slow.expect(new PingResp()).expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void clientThatLeavesAnswersUnreadIsDisconnected(ProtocolVersion version) {
        TestClient deaf = connect(version, "deaf").stopReading();
        Packet[] pings = new Packet[100_000];
        Arrays.fill(pings, new PingReq());
        for (int i = 0; i < 7; i++) {
            deaf.send(pings);
        }
        assertThat(broker.broker().connections()).isZero();
    }

    @Test
    void retainedMessageForWhichThereIsNoMemoryDoesNotHoldUpTheOthers() {
        use(SimulatedBroker.options().limits(l -> l.memory(1_000_000)));
        TestClient pub = connect(V5, "pub");
        pub.publish(retain(publish("r/1", "one", 1, 0)));
        pub.publish(retain(publish("r/2", "two", 1, 0)));
        TestClient slow = connect(V5, "slow", c -> c.with(Property.RECEIVE_MAXIMUM, 1));
        slow.subscribe(0, "live").subscribe(1, "r/+");
        Publish first = slow.expect(Publish.class);
        resume(V5, "away").subscribe(1, "fill").disconnect();
        for (int i = 0; i < 12; i++) {
            pub.publish("fill", 1, "x".repeat(100_000));
        }
        slow.send(new PubAck(first.packetId()));
        slow.expectNothing();
        assertThat(broker.count(DropReason.MEMORY.counter())).isGreaterThan(1);
        pub.publish("live", 0, "on");
        slow.expectMessage("live", "on");
    }

    /** Each SUBSCRIBE to {@code #} leads through all that is retained. */
    @Test
    void subscriptionsInAFloodAreAnsweredAndLookRetainedMessagesUpAtTheirPace() {
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 100; i++) {
            pub.publish(retain(publish("t/" + i, "kept")));
        }
        TestClient flood = connect(V5, "flood");
        Packet[] subscribes = new Packet[2_000];
        Arrays.fill(subscribes, subscribe(1, 0, "#"));
        List<Packet> atOnce = flood.send(subscribes).takeAll();
        assertThat(atOnce).filteredOn(SubAck.class::isInstance).hasSize(2_000);
        assertThat(atOnce).filteredOn(Publish.class::isInstance).hasSizeBetween(40_000, 60_000);
        broker.advance(Duration.ofSeconds(1));
        assertThat(flood.takeAll()).filteredOn(Publish.class::isInstance).hasSize(100);
        flood.disconnect();
        pub.disconnect();
        assertThat(broker.memoryUsed()).isZero();
    }

    /** Each sends most of a packet and leaves it at that. */
    @Test
    void packetsThatDoNotEndTakeABoundedPartOfTheMemory() {
        use(SimulatedBroker.options().limits(l -> l.memory(4_000_000).packetSize(100_000)));
        byte[] head = {0x30, (byte) 0xB8, (byte) 0x85, 0x06}; // PUBLISH of 99,000 bytes
        byte[] half = Arrays.copyOf(head, 90_000);
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(connect(V5, "c" + i).sendBytes(half));
        }
        assertThat(clients).filteredOn(TestClient::isOpen).hasSizeBetween(10, 15);
        TestClient other = connect(V5, "other").subscribe(1, "t");
        String small = "x".repeat(4_000);
        other.inSegmentsOf(100).publish("t", 1, small);
        other.expectMessage("t", small);
        clients.forEach(TestClient::drop);
        String large = "x".repeat(90_000);
        broker.advance(Duration.ofSeconds(2));
        other.publish("t", 0, large);
        other.expectMessage("t", large);
    }
}
