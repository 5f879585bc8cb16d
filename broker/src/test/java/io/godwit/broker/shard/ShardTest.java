package io.godwit.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;

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
}
