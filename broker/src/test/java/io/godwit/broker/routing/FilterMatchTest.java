package io.godwit.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterMatchTest {

    private static boolean matches(String filter, String name) throws PacketException {
        return FilterMatch.matches(TopicFilter.of(filter), TopicName.of(name));
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, aa, false",
        "aa, a, false",
        "a/b, a/b, true",
        "a/b, a, false",
        "a, a/b, false",
        "a/, a/, true",
        "a/, a/b, false",
        "a/b, a/, false",
        "/, /, true",
        "+, a, true",
        "+, /, false",
        "+/+, /, true",
        "a/+, a, false",
        "a/+, a/, true",
        "#, a/b/c, true",
        "a/#, a, true",
        "a/#, ab, false",
        "a/+/#, a/b, true",
        "a/+/#, a, false",
        "+/#, $SYS/x, false",
        "#, $SYS, false",
        "$SYS/#, $SYS/x, true",
        "$SYS/#, $SYS, true"
    })
    void aFilterMatchesAsTheSpecificationSays(String filter, String name, boolean matches)
            throws PacketException {
        assertThat(matches(filter, name)).isEqualTo(matches);
    }

    @Test
    void itAgreesWithThePlainImplementation() throws PacketException {
        Random random = new Random(7);
        RandomTopics topics = new RandomTopics(random, 4);
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            String filter = topics.filter();
            String name = topics.name();
            boolean expected = ReferenceMatch.matches(filter, name);
            assertThat(matches(filter, name)).as("%s on %s", filter, name).isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isBetween(1_000, 19_000);
    }
}
