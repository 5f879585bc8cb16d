package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.Packets;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that read too slowly or not at all, and publishers that are too fast for a shard. */
class SlowConsumerTest extends Conversation {

    private static final String KILOBYTE = "x".repeat(1_000);

    private static List<String> texts(List<Packet> packets) {
        return packets.stream()
                .filter(Publish.class::isInstance)
                .map(packet -> Packets.text((Publish) packet))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whoDoesNotReadHoldsLittleMemoryAndSlowsNobody(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.queuedMessages(100)));
        TestClient slow = connect(version, "slow").subscribe(0, "t").stopReading();
        TestClient quick = connect(version, "quick").subscribe(0, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 2_000; i++) {
            pub.publish("t", 0, i + KILOBYTE);
            quick.expectMessage("t", i + KILOBYTE);
            assertThat(slow.unread()).isLessThan(256_000 + 65_536);
        }
        long dropped = broker.count(Counter.DROPPED_SLOW);
        assertThat(dropped).isBetween(1_500L, 1_900L);
        assertThat(broker.memoryUsed()).isLessThan(600_000);
        List<String> received = texts(slow.startReading().takeAll());
        assertThat(received).hasSize((int) (2_000 - dropped));
        for (int i = 0; i < received.size(); i++) {
            assertThat(received.get(i)).isEqualTo(i + KILOBYTE); // in order, then the gap
        }
        pub.publish("t", 0, "after");
        slow.expectMessage("t", "after");
        for (TestClient each : List.of(slow, quick, pub)) {
            each.takeAll();
            each.disconnect();
        }
        assertThat(broker.memoryUsed()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void controlPacketsAreNotDropped(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.queuedMessages(10)));
        TestClient slow = connect(version, "slow").subscribe(0, "t").stopReading();
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 1_000; i++) {
            pub.publish("t", 0, KILOBYTE);
        }
        assertThat(broker.count(Counter.DROPPED_SLOW)).isPositive();
        for (int id = 1; id <= 100; id++) {
            slow.send(new PingReq(), publish("elsewhere", "x", 1, id));
        }
        List<Packet> packets = slow.startReading().takeAll();
        assertThat(packets).filteredOn(PingResp.class::isInstance).hasSize(100);
        assertThat(packets)
                .filteredOn(PubAck.class::isInstance)
                .extracting(packet -> ((PubAck) packet).packetId())
                .hasSize(100)
                .isSorted();
    }

    /** Nothing acknowledged is lost: what does not fit the socket waits in the queue. */
    @ParameterizedTest
    @EnumSource
    void messagesAtQos1WaitInTheQueue(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.inFlight(65_535)));
        TestClient slow = resume(version, "slow").acknowledging().subscribe(1, "t").stopReading();
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 1_000; i++) {
            pub.publish("t", 1, i + KILOBYTE);
        }
        assertThat(slow.unread()).isLessThan(256_000 + 65_536);
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 100; i++) { // it reads now and then
            received.addAll(texts(slow.read(7_777).takeAll()));
        }
        received.addAll(texts(slow.startReading().takeAll()));
        assertThat(received).hasSize(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(received.get(i)).isEqualTo(i + KILOBYTE);
        }
        assertThat(broker.count(Counter.MESSAGES_QUEUED))
                .isPositive()
                .isEqualTo(broker.count(Counter.MESSAGES_UNQUEUED));
    }

    /** One packet may be larger than all that may wait for the socket. */
    @ParameterizedTest
    @EnumSource
    void largeMessagesAreSentOneByOne(ProtocolVersion version) {
        TestClient slow = connect(version, "slow").subscribe(0, "t").stopReading();
        TestClient pub = connect(version, "pub");
        String megabyte = "x".repeat(1_000_000);
        for (int i = 0; i < 10; i++) {
            pub.publish("t", 0, i + megabyte);
        }
        assertThat(slow.unread()).isBetween(1_000_000, 1_100_000);
        for (int i = 0; i < 10; i++) {
            slow.read(1_000_020);
        }
        slow.startReading();
        for (int i = 0; i < 10; i++) {
            slow.expectMessage("t", i + megabyte);
        }
        slow.expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void whoDoesNotReadTheAnswersIsClosed(ProtocolVersion version) {
        TestClient client = connect(version, "c").stopReading();
        PingReq[] pings = new PingReq[1_000];
        Arrays.setAll(pings, _ -> new PingReq());
        int sent = 0;
        while (client.isOpen() && sent < 2_000) {
            client.send(pings);
            broker.advance(Duration.ofMillis(100));
            sent++;
        }
        assertThat(client.isOpen()).isFalse();
        assertThat(sent).isGreaterThan(500); // over a megabyte of answers
        assertThat(broker.memoryUsed()).isZero();
    }

    /** A client that gets everything and never acknowledges. */
    @ParameterizedTest
    @EnumSource
    void whoNeverAcknowledgesHoldsWhatItsLimitsAllow(ProtocolVersion version) {
        use(SimulatedBroker.options().limits(limits -> limits.queuedMessages(50).inFlight(20)));
        TestClient mute = resume(version, "mute").subscribe(1, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 500; i++) {
            pub.publish("t", 1, "m" + i);
        }
        assertThat(mute.takeAll()).hasSize(20);
        assertThat(broker.count(Counter.DROPPED_QUEUE_FULL)).isEqualTo(500 - 20 - 50);
        mute.send(new PingReq()).expect(new PingResp()).expectNothing();
        mute.drop();
        assertThat(resume(version, "mute").acknowledging().takeAll()).hasSize(70);
    }

    @ParameterizedTest
    @EnumSource
    void dropOldestAlsoHoldsForAClientThatIsConnected(ProtocolVersion version) {
        use(
                SimulatedBroker.options()
                        .limits(limits ->
                                limits.queuedMessages(5)
                                        .inFlight(1)
                                        .queueFull(QueueFull.DROP_OLDEST)));
        TestClient sub = connect(version, "sub").subscribe(1, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 10; i++) {
            pub.publish("t", 1, "m" + i);
        }
        assertThat(texts(sub.acknowledging().takeAll()))
                .containsExactly("m0", "m5", "m6", "m7", "m8", "m9");
    }

    /** A connection that goes between a write and the end of its turn takes its bytes with it. */
    @ParameterizedTest
    @EnumSource
    void bytesOfAClientThatIsGoneAreGivenBack(ProtocolVersion version) {
        TestClient slow = connect(version, broker.clientIdOn(0, "slow"));
        slow.subscribe(0, "t").stopReading();
        TestClient pub = connect(version, broker.clientIdOn(0, "pub"));
        pub.publish("t", 0, KILOBYTE);
        pub.queue(publish("t", KILOBYTE));
        slow.cut();
        broker.run();
        pub.disconnect();
        assertThat(broker.memoryUsed()).isZero();
    }

    /** A loop that is busy pauses those who publish to it, and only those. */
    @ParameterizedTest
    @EnumSource
    void publishersWaitForALoopThatIsBehind(ProtocolVersion version) {
        TestClient far = connect(version, broker.clientIdOn(1, "far")).subscribe(0, "far");
        TestClient near = connect(version, broker.clientIdOn(0, "near")).subscribe(0, "near");
        TestClient pub = connect(version, broker.clientIdOn(0, "pub"), c -> c.keepAlive(10));
        TestClient other = connect(version, broker.clientIdOn(0, "other"));
        broker.stall(1, true);
        String megabyte = "x".repeat(1_000_000);
        for (int i = 0; i < 40; i++) {
            pub.send(publish("far", i + megabyte));
        }
        pub.send(new PingReq()).expectNothing(); // it is not read
        other.publish("near", 0, "goes on");
        near.expectMessage("near", "goes on");
        broker.advance(Duration.ofSeconds(60)); // nor is its keep alive held against it
        pub.expectNothing();
        broker.stall(1, false);
        pub.expect(new PingResp());
        for (int i = 0; i < 40; i++) {
            far.expectMessage("far", i + megabyte);
        }
        broker.advance(Duration.ofSeconds(16));
        assertThat(pub.takeAll())
                .allMatch(packet -> reason(packet) == ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(pub.isOpen()).isFalse();
    }

    private static ReasonCode reason(Packet packet) {
        return packet instanceof Disconnect(ReasonCode code, _) ? code : ReasonCode.SUCCESS;
    }
}
