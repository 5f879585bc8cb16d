package io.godwit.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.Histogram;
import io.godwit.spec.Spec;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShardTest {

    private final AtomicLong clock = new AtomicLong(1_000);

    private final Time time =
            new Time() {
                @Override
                public long monotonicMillis() {
                    return clock.get();
                }

                @Override
                public long wallMillis() {
                    return clock.get();
                }
            };

    /** A loop that never gets to the end of a turn. */
    private final EventLoop busy =
            new EventLoop() {
                @Override
                public void execute(Runnable action) {}

                @Override
                public boolean inLoop() {
                    return true;
                }
            };

    /** Else what another shard stamped in between would be sent with a longer interval. */
    @Test
    @Spec("v5 MQTT-3.3.2-6")
    void readsTheWallClockAnewWithinATurn() {
        Shard shard = new Shard(0, busy, time, new Random(1));
        assertThat(shard.wallMillis()).isEqualTo(1_000);
        long stampedByAnother = clock.incrementAndGet();
        assertThat(shard.wallMillis()).isEqualTo(stampedByAnother);
    }

    @Test
    void measuresByHowMuchItsTicksComeLate() {
        Shard shard = new Shard(0, busy, time, new Random(1));
        shard.tick(); // the first one is never late
        clock.addAndGet(TimerWheel.RESOLUTION);
        shard.tick();
        clock.addAndGet(TimerWheel.RESOLUTION + 400);
        shard.tick();
        shard.tick(); // those that were missed follow at once
        Histogram lag = shard.lag().histogram(1_000);
        assertThat(lag.sum()).isEqualTo(0.4);
        assertThat(lag.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
        assertThat(lag.counts().get(lag.upperBounds().indexOf(0.5))).isEqualTo(1);
    }
}
