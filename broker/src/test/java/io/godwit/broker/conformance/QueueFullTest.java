package io.godwit.broker.conformance;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.SimulatedBroker;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubRec;
import io.godwit.codec.ReasonCode;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when a queue, or all queues together, are at their limit. */
class QueueFullTest extends Conversation {

    private static final ProtocolVersion V5 = ProtocolVersion.V5;

    private void use(QueueFull policy, Consumer<LimitsBuilder> limits) {
        use(SimulatedBroker.options().limits(limits.andThen(builder -> builder.queueFull(policy))));
    }

    private void offline(ProtocolVersion version, String clientId, String filter) {
        resume(version, clientId).subscribe(2, filter).drop();
    }

    private void expectInQueue(ProtocolVersion version, String clientId, String... payloads) {
        TestClient client = resume(version, clientId).acknowledging();
        for (String payload : payloads) {
            client.expectMessage("t", payload);
        }
        client.expectNothing();
        client.drop();
    }

    private void expectBooksBalance() {
        assertThat(broker.count(Counter.MESSAGES_QUEUED))
                .isEqualTo(broker.count(Counter.MESSAGES_UNQUEUED));
    }

    @ParameterizedTest
    @EnumSource
    void newestIsRejected(ProtocolVersion version) {
        use(QueueFull.REJECT_NEWEST, limits -> limits.queuedMessages(3));
        offline(version, "sub", "t");
        TestClient other = connect(version, "other").acknowledging().subscribe(2, "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 5; i++) {
            assertThat(pub.publish("t", 1, "m" + i)).isEqualTo(ReasonCode.SUCCESS);
            other.expectMessage("t", "m" + i);
        }
        assertThat(broker.count(Counter.DROPPED_QUEUE_FULL)).isEqualTo(2);
        expectInQueue(version, "sub", "m0", "m1", "m2");
        expectBooksBalance();
    }

    @Test
    void bytesAreLimitedToo() {
        use(QueueFull.REJECT_NEWEST, limits -> limits.queuedBytes(10_000));
        offline(V5, "sub", "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 5; i++) {
            pub.publish("t", 1, i + "x".repeat(4_000));
        }
        pub.publish("t", 1, "small");
        assertThat(broker.count(Counter.DROPPED_QUEUE_BYTES)).isEqualTo(3);
        expectInQueue(V5, "sub", 0 + "x".repeat(4_000), 1 + "x".repeat(4_000), "small");
    }

    @ParameterizedTest
    @EnumSource
    void oldestIsDropped(ProtocolVersion version) {
        use(QueueFull.DROP_OLDEST, limits -> limits.queuedMessages(3));
        offline(version, "sub", "t");
        TestClient pub = connect(version, "pub");
        for (int i = 0; i < 5; i++) {
            pub.publish("t", 1, "m" + i);
        }
        assertThat(broker.count(Counter.DROPPED_OLDEST)).isEqualTo(2);
        expectInQueue(version, "sub", "m2", "m3", "m4");
        expectBooksBalance();
    }

    @Test
    void publisherIsRefusedBeforeAnybodyGetsTheMessage() {
        use(QueueFull.REFUSE_PUBLISHER, limits -> limits.queuedMessages(2));
        offline(V5, "sub", "t");
        TestClient other = connect(V5, "other").subscribe(0, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 2; i++) {
            assertThat(pub.publish("t", 1, "m" + i)).isEqualTo(ReasonCode.SUCCESS);
            other.expectMessage("t", "m" + i);
        }
        pub.send(publish("t", "no", 1, 8)).expect(new PubAck(8, ReasonCode.QUOTA_EXCEEDED));
        pub.send(publish("t", "no", 2, 9)).expect(new PubRec(9, ReasonCode.QUOTA_EXCEEDED));
        other.expectNothing();
        pub.send(publish("t", "at QoS 0"));
        other.expectMessage("t", "at QoS 0");
        pub.send(publish("elsewhere", "x", 1, 10));
        pub.expect(new PubAck(10, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        expectInQueue(V5, "sub", "m0", "m1");
        assertThat(pub.publish("t", 2, "again")).isEqualTo(ReasonCode.SUCCESS);
        expectInQueue(V5, "sub", "again");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V5")
    void publisherThatCannotBeToldIsClosed(ProtocolVersion version) {
        use(QueueFull.REFUSE_PUBLISHER, limits -> limits.queuedMessages(1));
        offline(version, "sub", "t");
        TestClient pub = connect(version, "pub");
        pub.publish("t", 1, "m0");
        pub.send(publish("t", "no", 1, 8));
        pub.expectClosed();
        expectInQueue(version, "sub", "m0");
        connect(version, "pub").publish("t", 1, "m1");
        expectInQueue(version, "sub", "m1");
    }

    @ParameterizedTest
    @EnumSource(QueueFull.class)
    void expiredMessagesMakeRoomFirst(QueueFull policy) {
        use(policy, limits -> limits.queuedMessages(2));
        offline(V5, "sub", "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 2; i++) {
            pub.publish(with(publish("t", "old", 1, 0), Property.MESSAGE_EXPIRY_INTERVAL, 5L));
        }
        broker.advance(Duration.ofSeconds(6));
        assertThat(pub.publish("t", 1, "new")).isEqualTo(ReasonCode.SUCCESS);
        expectInQueue(V5, "sub", "new");
        assertThat(broker.count(Counter.DROPPED_EXPIRED)).isEqualTo(2);
    }

    /** One message that is too large for a queue must not close it for the others. */
    @Test
    void queueThatWasTooSmallForOneMessageTakesTheNext() {
        use(QueueFull.REFUSE_PUBLISHER, limits -> limits.queuedBytes(1_000));
        offline(V5, "sub", "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "x".repeat(2_000));
        assertThat(pub.publish("t", 1, "small")).isEqualTo(ReasonCode.SUCCESS);
        expectInQueue(V5, "sub", "small");
    }

    @ParameterizedTest
    @EnumSource(QueueFull.class)
    void queueOfASharedSubscriptionHasTheSameLimits(QueueFull policy) {
        use(policy, limits -> limits.queuedMessages(2));
        offline(V5, "sub", "$share/group/t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "m0");
        pub.publish("t", 1, "m1");
        ReasonCode third = pub.publish("t", 1, "m2");
        switch (policy) {
            case REJECT_NEWEST -> {
                assertThat(broker.count(Counter.DROPPED_QUEUE_FULL)).isEqualTo(1);
                expectInQueue(V5, "sub", "m0", "m1");
            }
            case DROP_OLDEST -> {
                assertThat(broker.count(Counter.DROPPED_OLDEST)).isEqualTo(1);
                expectInQueue(V5, "sub", "m1", "m2");
            }
            case REFUSE_PUBLISHER -> {
                assertThat(third).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
                expectInQueue(V5, "sub", "m0", "m1");
            }
        }
        assertThat(pub.publish("t", 1, "next")).isEqualTo(ReasonCode.SUCCESS);
        expectInQueue(V5, "sub", "next");
        expectBooksBalance();
    }

    @Test
    void messagesExpireInTheQueueOfASharedSubscription() {
        offline(V5, "sub", "$share/group/t");
        TestClient pub = connect(V5, "pub");
        pub.publish(with(publish("t", "old", 1, 0), Property.MESSAGE_EXPIRY_INTERVAL, 5L));
        pub.publish("t", 1, "new");
        broker.advance(Duration.ofSeconds(6));
        expectInQueue(V5, "sub", "new");
        assertThat(broker.count(Counter.DROPPED_EXPIRED)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(QueueFull.class)
    void memoryOfAllQueuesIsLimited(QueueFull policy) {
        use(policy, limits -> limits.memory(1_000_000));
        for (int i = 0; i < 3; i++) {
            offline(V5, "sub" + i, "t");
        }
        TestClient pub = connect(V5, "pub");
        String payload = "x".repeat(5_000);
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            refused += pub.publish("t", 1, payload) == ReasonCode.QUOTA_EXCEEDED ? 1 : 0;
        }
        // three queues share each message: it counts once
        long stored =
                broker.count(Counter.MESSAGES_QUEUED) - broker.count(Counter.MESSAGES_UNQUEUED);
        assertThat(stored / 3).isBetween(150L, 250L);
        assertThat(broker.memoryUsed()).isLessThan(1_000_000 + 4 * 65_536);
        if (policy == QueueFull.REFUSE_PUBLISHER) {
            assertThat(refused).isBetween(150, 250);
        } else {
            assertThat(refused).isZero();
            assertThat(broker.count(Counter.DROPPED_MEMORY) + stored).isEqualTo(3 * 400);
        }
        long received = 0;
        for (int i = 0; i < 3; i++) {
            TestClient sub = resume(V5, "sub" + i).acknowledging();
            received += sub.takeAll().size();
            sub.disconnect();
        }
        broker.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 3; i++) {
            connect(V5, "sub" + i).disconnect(); // ends the session
        }
        assertThat(received).isEqualTo(stored);
        // what is free again can be used again
        offline(V5, "sub0", "t");
        assertThat(pub.publish("t", 1, "after")).isEqualTo(ReasonCode.SUCCESS);
        expectInQueue(V5, "sub0", "after");
        connect(V5, "sub0").disconnect();
        pub.disconnect();
        assertThat(broker.memoryUsed()).isZero();
        expectBooksBalance();
    }
}
