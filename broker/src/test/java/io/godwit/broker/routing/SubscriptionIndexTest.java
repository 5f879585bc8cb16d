package io.godwit.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.spec.Spec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionIndexTest {

    private final SubscriptionIndex<String> index = new SubscriptionIndex<>(42);

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player12, false",
        "sport/#, sport, true",
        "sport/#, sports, false",
        "sport/#, sport/, true",
        "#, sport, true",
        "#, /, true",
        "/#, /, true",
        "/#, /sport, true",
        "/#, sport, false",
        "+/#, sport, true",
        "sport/+/#, sport, false",
        "sport/+/#, sport/tennis, true",
    })
    @Spec({"v3 MQTT-4.7.1-2", "v5 MQTT-4.7.1-1"})
    void hashMatchesTheParentAndEveryLevelBelow(String filter, String topic, boolean matches)
            throws PacketException {
        assertMatches(filter, topic, matches);
    }

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/tennis/+, sport/tennis/, true",
        "sport/tennis/+, sport/tennis, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+, sport, true",
        "+, sport/, false",
        "+, /finance, false",
        "/+, /finance, true",
        "+/+, /finance, true",
        "+/tennis/#, sport/tennis, true",
        "+/tennis/#, sport/golf, false",
        "sport/+/player1, sport/tennis/player1, true",
        "sport/+/player1, sport/a/b/player1, false",
        "sport/+/+, sport//, true",
    })
    @Spec({"v3 MQTT-4.7.1-3", "v5 MQTT-4.7.1-2"})
    void plusMatchesExactlyOneLevel(String filter, String topic, boolean matches)
            throws PacketException {
        assertMatches(filter, topic, matches);
    }

    @ParameterizedTest
    @CsvSource({
        "#, $SYS/uptime, false",
        "+/uptime, $SYS/uptime, false",
        "+/#, $SYS, false",
        "+, $SYS, false",
        "$SYS/#, $SYS/uptime, true",
        "$SYS/#, $SYS, true",
        "$SYS/+, $SYS/uptime, true",
        "$SYS/uptime, $SYS/uptime, true",
        "+/$SYS, a/$SYS, true",
        "#, a/$SYS, true",
    })
    @Spec({"v3 MQTT-4.7.2-1", "v5 MQTT-4.7.2-1"})
    void filterThatStartsWithAWildcardDoesNotMatchDollarTopics(
            String filter, String topic, boolean matches) throws PacketException {
        assertMatches(filter, topic, matches);
    }

    @ParameterizedTest
    @CsvSource({
        "ACCOUNTS, Accounts, false",
        "é, e\u0301, false", // one code point, and two that look the same
        "\u00C5, \u212B, false", // A with ring, and the sign for angstrom
        "\uFEFFa, a, false",
        "a/b, a//b, false",
        "a, /a, false",
        "a/, a, false",
        "'a b', 'a  b', false",
        "e\u0301/+, e\u0301/x, true",
        "ﬁ, fi, false",
    })
    @Spec({"v3 MQTT-4.7.3-4", "v5 MQTT-4.7.3-4"})
    void nothingIsNormalised(String filter, String topic, boolean matches) throws PacketException {
        assertMatches(filter, topic, matches);
    }

    private void assertMatches(String filter, String topic, boolean matches)
            throws PacketException {
        assertThat(ReferenceMatch.matches(filter, topic)).isEqualTo(matches);
        index.add(TopicFilter.of(filter), filter);
        List<String> expected = matches ? List.of(filter) : List.of();
        assertThat(found(index, topic)).isEqualTo(expected);
        index.remove(TopicFilter.of(filter), filter);
        assertThat(found(index, topic)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsWhatTheReferenceFindsWhileFiltersComeAndGo(long seed) throws PacketException {
        Random random = new Random(seed);
        RandomTopics topics = new RandomTopics(random, seed % 2 == 0 ? 4 : 9);
        SubscriptionIndex<String> mixed = new SubscriptionIndex<>(seed);
        Map<String, String> present = new HashMap<>();
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 100; i++) {
                String filter = topics.filter();
                String gone = present.remove(filter);
                if (gone == null) {
                    present.put(filter, filter);
                    assertThat(mixed.add(TopicFilter.of(filter), filter)).isTrue();
                } else {
                    assertThat(mixed.remove(TopicFilter.of(filter), gone)).isTrue();
                }
            }
            assertThat(mixed.filters()).isEqualTo(present.size());
            assertThat(mixed.subscriptions()).isEqualTo(present.size());
            for (int i = 0; i < 25; i++) {
                assertFindsAll(mixed, present, topics.name());
            }
        }
        for (Map.Entry<String, String> entry : present.entrySet()) {
            mixed.remove(TopicFilter.of(entry.getKey()), entry.getValue());
        }
        assertThat(mixed.filters()).isZero();
        assertThat(found(mixed, "a")).isEmpty();
    }

    private static void assertFindsAll(
            SubscriptionIndex<String> index, Map<String, String> present, String topic)
            throws PacketException {
        List<String> expected =
                present.keySet().stream()
                        .filter(filter -> ReferenceMatch.matches(filter, topic))
                        .sorted()
                        .toList();
        assertThat(found(index, topic).stream().sorted().toList()).isEqualTo(expected);
    }

    @Test
    void subscriberIsAddedOnceAndTakenOutOnce() throws PacketException {
        TopicFilter filter = TopicFilter.of("a/b");
        String one = "one";
        String two = "two";
        assertThat(index.remove(filter, one)).isFalse();
        assertThat(index.add(filter, one)).isTrue();
        assertThat(index.add(filter, one)).isFalse();
        assertThat(index.remove(filter, two)).isFalse();
        assertThat(index.add(filter, two)).isTrue();
        assertThat(index.add(filter, two)).isFalse();
        assertThat(index.filters()).isEqualTo(1);
        assertThat(index.subscriptions()).isEqualTo(2);
        assertThat(found(index, "a/b")).containsExactlyInAnyOrder("one", "two");
        assertThat(index.remove(filter, one)).isTrue();
        assertThat(index.remove(filter, one)).isFalse();
        assertThat(found(index, "a/b")).containsExactly("two");
    }

    @Test
    void subscribersAreToldApartByIdentity() throws PacketException {
        TopicFilter filter = TopicFilter.of("a");
        String one = new String("same".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String other = new String("same".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        index.add(filter, one);
        assertThat(index.remove(filter, other)).isFalse();
        assertThat(index.add(filter, other)).isTrue();
        assertThat(found(index, "a")).containsExactly("same", "same");
    }

    @Test
    void shareNameIsNotPartOfTheFilter() throws PacketException {
        index.add(TopicFilter.of("$share/x/a/+"), "one");
        index.add(TopicFilter.of("$queue/a/+"), "two");
        index.add(TopicFilter.of("a/+"), "three");
        assertThat(index.filters()).isEqualTo(1);
        assertThat(found(index, "a/b")).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void replacedSubscriberIsGone() throws PacketException {
        TopicFilter filter = TopicFilter.of("a/#");
        index.add(filter, "one");
        assertThat(index.replace(filter, "two", "three")).isFalse();
        assertThat(index.replace(filter, "one", "two")).isTrue();
        assertThat(found(index, "a")).containsExactly("two");
        assertThat(index.subscriptions()).isEqualTo(1);
    }

    @Test
    void matchMayMatchAndChangeTheIndexItself() throws PacketException {
        index.add(TopicFilter.of("a/+"), "outer");
        index.add(TopicFilter.of("+/b"), "outer too");
        TopicName topic = TopicName.of("a/b");
        TopicFilter inner = TopicFilter.of("c/d/e");
        List<String> found = new ArrayList<>();
        index.match(
                topic,
                subscriber -> {
                    found.add(subscriber);
                    index.add(inner, "inner");
                    index.match(name("c/d/e"), found::add);
                });
        assertThat(found).containsExactlyInAnyOrder("outer", "inner", "outer too", "inner");
    }

    static TopicName name(String text) {
        try {
            return TopicName.of(text);
        } catch (PacketException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static List<String> found(SubscriptionIndex<String> index, String topic)
            throws PacketException {
        List<String> found = new ArrayList<>();
        index.match(TopicName.of(topic), found::add);
        return found;
    }
}
