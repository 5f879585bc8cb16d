package io.godwit.app.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsTest {

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/b/c, false",
        "a/b/c, a/b, false",
        "a/+, a/b, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+, a/b/c, false",
        "+/b, a/b, true",
        "+/b, /b, true",
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/d, false",
        "#, a/b, true",
        "a/#, a, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "a/b/#, a, false",
        "#, $SYS/a, false",
        "+/a, $SYS/a, false",
        "$SYS/#, $SYS/a, true"
    })
    void filterMatches(String filter, String topic, boolean matches) throws Exception {
        assertThat(Topics.matches(TopicFilter.of(filter), TopicName.of(topic))).isEqualTo(matches);
    }
}
