package io.godwit.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.PacketType;
import io.godwit.codec.PingReq;
import io.godwit.codec.Properties;
import io.godwit.codec.Publish;
import io.godwit.codec.TopicName;
import org.junit.jupiter.api.Test;

class TrafficTest {

    /** The largest packet that there is: 256 MB and its fixed header. */
    private static final int LARGEST = 268_435_455 + 5;

    private final Traffic traffic = new Traffic();

    @Test
    void copiesAreCountedWhenTheyAreSettledOrAnotherKindComes() {
        for (int i = 0; i < 100; i++) {
            traffic.countCopy(1, 80, 64);
        }
        assertThat(traffic.packets()).isZero();
        traffic.countCopy(2, LARGEST, LARGEST - 10);
        assertThat(traffic.publish(1)).isEqualTo(100);
        assertThat(traffic.bytes()).isEqualTo(8_000);
        assertThat(traffic.payloads()).isEqualTo(6_400);
        traffic.countCopy(2, LARGEST, LARGEST - 10);
        traffic.settle();
        traffic.settle();
        assertThat(traffic.publish(2)).isEqualTo(2);
        assertThat(traffic.bytes(PacketType.PUBLISH)).isEqualTo(8_000 + 2L * LARGEST);
        assertThat(traffic.payloads()).isEqualTo(6_400 + 2L * (LARGEST - 10));
        traffic.countCopy(2, LARGEST, LARGEST - 10);
        traffic.settle();
        assertThat(traffic.packets(PacketType.PUBLISH)).isEqualTo(103);
    }

    @Test
    void otherPacketsAreCountedAtOnce() throws PacketException {
        Publish publish =
                new Publish(
                        false, 0, false, TopicName.of("a"), 0, Properties.NONE, new byte[] {1, 2});
        traffic.count(publish, 7);
        traffic.count(new PingReq(), 2);
        assertThat(traffic.publish(0)).isOne();
        assertThat(traffic.payloads()).isEqualTo(2);
        assertThat(traffic.packets(PacketType.PINGREQ)).isOne();
        assertThat(traffic.bytes()).isEqualTo(9);
    }
}
