package io.godwit.broker.durability;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.codec.ProtocolVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.QueueFull;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.simulation.TestClient;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A queue at its limit whose messages are on disk, also those of an earlier process. */
class QueueFullTest extends DurableConversation {

    private void use(QueueFull policy, int messages) {
        use(options().limits(limits -> limits.queuedMessages(messages).queueFull(policy)));
    }

    @Test
    void newestIsRejectedAndCounted() {
        use(QueueFull.REJECT_NEWEST, 3);
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 5; i++) {
            assertThat(pub.publish("t", 1, "m" + i)).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(broker.count(Counter.DROPPED_QUEUE_FULL)).isEqualTo(2);
        crash();
        connect(V5, "pub").publish("t", 1, "m5");
        assertThat(broker.count(Counter.DROPPED_QUEUE_FULL)).isEqualTo(1);
        expectInQueue(V5, "sub", "m0", "m1", "m2");
    }

    /** More than are kept in memory, so that the oldest has to be read to be dropped. */
    @Test
    void oldestIsDroppedAndCounted() {
        use(QueueFull.DROP_OLDEST, 300);
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        for (int i = 0; i < 300; i++) {
            pub.publish("t", 1, "old" + i);
        }
        crash();
        pub = connect(V5, "pub");
        String[] expected = new String[300];
        for (int i = 0; i < 300; i++) {
            expected[i] = i < 50 ? "old" + (i + 250) : "new" + (i - 50);
        }
        for (int i = 0; i < 250; i++) {
            assertThat(pub.publish("t", 1, "new" + i)).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(broker.count(Counter.DROPPED_OLDEST)).isEqualTo(250);
        crash();
        expectInQueue(V5, "sub", expected);
        assertThat(queueRecords()).isZero();
    }

    @Test
    void publisherIsRefused() {
        use(QueueFull.REFUSE_PUBLISHER, 2);
        offline(V5, "sub", 1, "t");
        TestClient pub = connect(V5, "pub");
        pub.publish("t", 1, "m0");
        pub.publish("t", 1, "m1");
        pub.send(publish("t", "no", 1, 9)).expect(new PubAck(9, ReasonCode.QUOTA_EXCEEDED));
        crash();
        expectInQueue(V5, "sub", "m0", "m1");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V5")
    void publisherThatCannotBeToldIsClosed(ProtocolVersion version) {
        use(QueueFull.REFUSE_PUBLISHER, 1);
        offline(version, "sub", 1, "t");
        TestClient pub = connect(version, "pub");
        pub.publish("t", 1, "m0");
        pub.send(publish("t", "no", 1, 9)).expectClosed();
        crash();
        expectInQueue(version, "sub", "m0");
    }
}
