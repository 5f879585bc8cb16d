package io.godwit.broker.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void memoryAndRetainedBytesFollowTheHeap() {
        Limits small = Limits.defaults(400_000_000);
        assertThat(small.memory()).isEqualTo(200_000_000);
        assertThat(small.retained().bytes()).isEqualTo(50_000_000);
        assertThat(Limits.defaults(64_000_000_000L).retained().bytes()).isEqualTo(1_000_000_000);
    }

    @Test
    void aBuilderThatChangesNothingGivesTheSame() {
        Limits limits = Limits.defaults(1_000_000_000);
        assertThat(limits.toBuilder().build()).isEqualTo(limits);
    }

    @Test
    void everySetterReachesItsOwnLimit() {
        Limits limits =
                Limits.builder()
                        .connections(1)
                        .packetSize(2_000)
                        .connectSize(2_100)
                        .connectRate(3)
                        .connectTimeout(Duration.ofSeconds(4))
                        .topicLevels(5)
                        .topicLength(6)
                        .memory(7_000_000)
                        .queueFull(QueueFull.DROP_OLDEST)
                        .topicAliasMaximum(8)
                        .topicAliasesAssigned(9)
                        .keepAliveMaximum(10)
                        .maximumQos(1)
                        .retainAvailable(false)
                        .sysInterval(Duration.ofSeconds(11))
                        .queuedMessages(12)
                        .queuedBytes(13)
                        .inFlight(14)
                        .receiveMaximum(15)
                        .subscriptions(16)
                        .outboxBytes(17_000)
                        .maximumSessionExpiry(18)
                        .retainedMessages(19)
                        .retainedBytes(20)
                        .build();
        assertThat(limits)
                .isEqualTo(
                        new Limits(
                                1,
                                2_000,
                                2_100,
                                3,
                                Duration.ofSeconds(4),
                                5,
                                6,
                                7_000_000,
                                QueueFull.DROP_OLDEST,
                                8,
                                9,
                                10,
                                1,
                                false,
                                Duration.ofSeconds(11),
                                new SessionLimits(12, 13, 14, 15, 16, 17_000, 18),
                                new RetainedLimits(19, 20)));
    }

    @Test
    void aValueOutsideItsRangeIsRefusedWithTheRange() {
        assertThatThrownBy(() -> Limits.builder().inFlight(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inFlight is 0, which is not within 1 to 65535");
        assertThatThrownBy(() -> Limits.builder().packetSize(63).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 to 268435460");
    }
}
