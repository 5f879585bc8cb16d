package io.godwit.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A filter by itself, as opposed to an index of many. */
class SingleFilterTest {

    @Test
    void itAgreesWithThePlainImplementation() throws PacketException {
        Random random = new Random(7);
        RandomTopics topics = new RandomTopics(random, 4);
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            String filter = topics.filter();
            String name = topics.name();
            boolean expected = ReferenceMatch.matches(filter, name);
            assertThat(TopicFilter.of(filter).matches(TopicName.of(name)))
                    .as("%s on %s", filter, name)
                    .isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isBetween(1_000, 19_000);
    }
}
