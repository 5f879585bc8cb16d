package io.godwit.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.control.Histogram;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionTest {

    @Test
    void valuesFallIntoTheFirstBucketThatHoldsThem() {
        Distribution distribution = new Distribution(10, 100);
        for (long value : new long[] {0, 10, 11, 100, 101, 5_000}) {
            distribution.add(value);
        }
        assertThat(distribution.histogram(1))
                .isEqualTo(new Histogram(List.of(10.0, 100.0), List.of(2L, 2L, 2L), 5_222));
    }

    @Test
    void theUnitIsThatOfTheReader() {
        Distribution millis = new Distribution(250);
        millis.add(500);
        assertThat(millis.histogram(1_000))
                .isEqualTo(new Histogram(List.of(0.25), List.of(0L, 1L), 0.5));
    }
}
