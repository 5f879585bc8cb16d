package io.godwit.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StampTest {

    @Test
    void isReadAsItWasWritten() {
        Stamp stamp = new Stamp(-7, 3, 1L << 40, Stamp.now());
        byte[] payload = new byte[Stamp.SIZE + 5];
        stamp.write(payload);
        assertThat(Stamp.of(payload)).isEqualTo(stamp);
    }

    @Test
    void otherPayloadsHaveNone() {
        assertThat(Stamp.of(new byte[0])).isNull();
        assertThat(Stamp.of(new byte[Stamp.SIZE - 1])).isNull();
        assertThat(Stamp.of("this is just some text of somebody".getBytes())).isNull();
    }

    @Test
    void timeIsThatOfTheDay() {
        Instant now = Instant.now();
        Instant stamped = Instant.ofEpochSecond(0, Stamp.now());
        assertThat(Duration.between(now, stamped).abs()).isLessThan(Duration.ofHours(1));
        assertThat(Stamp.at(System.nanoTime())).isLessThanOrEqualTo(Stamp.now());
    }
}
