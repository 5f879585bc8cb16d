package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topic Filters and Topic Names (§4.7). */
class FiltersTest {

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/bc, false",
        "a/b, a, false",
        "a, a/b, false",
        "a/+, a/b, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+, a/b/c, false",
        "+/b, a/b, true",
        "+, /a, false",
        "/+, /a, true",
        "+/+, /a, true",
        "#, a/b/c, true",
        "#, /, true",
        "a/#, a, true",
        "a/#, a/, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "a/+/#, a, false",
        "a/+/#, a/b, true",
        "+/#, $SYS/x, false",
        "#, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "$share/g/a/+, a/b, true",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "a/, a/, true",
        "a/, a, false"
    })
    void namesMatchFilters(String filter, String name, boolean matches) throws PacketException {
        assertThat(Filters.match(TopicFilter.of(filter), TopicName.of(name))).isEqualTo(matches);
    }
}
