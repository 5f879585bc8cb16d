package io.godwit.access.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters of rules against the topics and filters of clients. */
class CoverageTest {

    /** Each level, and one that no filter names. */
    private static final List<String> LEVELS = List.of("a", "b", "", "$x", "new");

    private static boolean covers(String filter, String asked) {
        return Coverage.covers(filter.getBytes(UTF_8), asked.getBytes(UTF_8));
    }

    private static boolean overlaps(String one, String other) {
        return Coverage.overlaps(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /** All valid filters of at most three levels. */
    private static List<String> filters() {
        List<String> levels = List.of("a", "b", "", "$x", "+");
        List<String> filters = new ArrayList<>(ReferenceRules.topics(levels, 3));
        for (String start : ReferenceRules.topics(levels, 2)) {
            filters.add(start + "/#");
        }
        filters.add("/#");
        filters.add("#");
        return filters;
    }

    /** With the empty one, which is no topic, but what {@code /#} would match beside its levels. */
    private static List<String> topicsAndNone() {
        List<String> topics = ReferenceRules.topics(LEVELS, 4);
        topics.add("");
        return topics;
    }

    @Test
    void eachFilterCoversWhatItMatchesAndNothingElse() {
        List<String> topics = ReferenceRules.topics(LEVELS, 4);
        List<String> wrong = new ArrayList<>();
        for (String filter : filters()) {
            for (String topic : topics) {
                if (covers(filter, topic) != ReferenceRules.matches(filter, topic)) {
                    wrong.add(filter + " and the topic " + topic);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void eachFilterCoversThoseThatMatchNothingElse() {
        List<String> topics = topicsAndNone();
        List<String> wrong = new ArrayList<>();
        List<String> filters = filters();
        for (String filter : filters) {
            for (String asked : filters) {
                if (covers(filter, asked) != ReferenceRules.covers(filter, asked, topics)) {
                    wrong.add(filter + " and the filter " + asked);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void filtersOverlapThatMatchATopicInCommon() {
        List<String> topics = topicsAndNone();
        List<String> wrong = new ArrayList<>();
        List<String> filters = filters();
        for (String one : filters) {
            List<String> matched =
                    topics.stream().filter(topic -> ReferenceRules.matches(one, topic)).toList();
            for (String other : filters) {
                boolean expected =
                        matched.stream().anyMatch(topic -> ReferenceRules.matches(other, topic));
                if (overlaps(one, other) != expected) {
                    wrong.add(one + " and " + other);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Spec("v5 MQTT-4.7.2-1")
    @ParameterizedTest
    @CsvSource({"#, $SYS/x", "+/x, $SYS/x", "#, $SYS/#", "+/#, $SYS/+"})
    void wildcardsDoNotReachTheTopicsOfTheServer(String filter, String asked) {
        assertThat(covers(filter, asked)).isFalse();
        assertThat(covers("$SYS/#", asked)).isTrue();
    }
}
