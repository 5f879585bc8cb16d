package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SystemTimingTest {

    private static final long FIFTY_YEARS = TimeUnit.DAYS.toMillis(18_263);

    @Test
    void aClockThatIsSetDoesNotMoveIt() {
        AtomicLong clock = new AtomicLong(5_000); // of a device that has just begun
        AtomicLong nanos = new AtomicLong(-3);
        SystemTiming timing = new SystemTiming(clock::get, nanos::get);
        assertThat(timing.millis()).isEqualTo(5_000);
        clock.addAndGet(FIFTY_YEARS);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(timing.millis()).isEqualTo(7_000);
        assertThat(timing.clock()).isEqualTo(FIFTY_YEARS + 5_000);
        assertThat(timing.nanos()).isEqualTo(1_999_999_997);
    }

    @Test
    void theProcessesOwnIsThatOfTheClock() {
        long before = System.currentTimeMillis();
        long said = SystemTiming.INSTANCE.millis();
        assertThat(Math.abs(said - before)).isLessThan(TimeUnit.HOURS.toMillis(1));
    }
}
