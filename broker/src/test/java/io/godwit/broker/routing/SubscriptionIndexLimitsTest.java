package io.godwit.broker.routing;

import static io.godwit.broker.routing.SubscriptionIndexTest.found;
import static io.godwit.broker.routing.SubscriptionIndexTest.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** What a client may do to the index that is not kind. */
class SubscriptionIndexLimitsTest {

    private final SubscriptionIndex<String> index = new SubscriptionIndex<>(7);

    /** A filter of levels "a", with {@code +} where the number has a bit. */
    private static String shaped(int levels, int plus, String last) {
        StringJoiner filter = new StringJoiner("/");
        for (int i = 0; i < levels; i++) {
            filter.add((plus >> i & 1) == 0 ? "a" : "+");
        }
        return filter + last;
    }

    @Test
    void everyShapeOfTenLevelsIsFoundAndGoesAgain() throws PacketException {
        List<String> filters = new ArrayList<>();
        for (int plus = 0; plus < 1 << 10; plus++) {
            filters.add(shaped(10, plus, ""));
            filters.add(shaped(9, plus & 511, plus < 512 ? "/#" : "/b"));
        }
        for (String filter : filters) {
            assertThat(index.add(TopicFilter.of(filter), filter)).isTrue();
            assertThat(index.add(TopicFilter.of(filter), filter)).isFalse();
        }
        assertThat(index.filters()).isEqualTo(filters.size());
        List<String> expected =
                filters.stream()
                        .filter(filter -> ReferenceMatch.matches(filter, shaped(10, 0, "")))
                        .toList();
        assertThat(expected).hasSize(1024 + 512);
        assertThat(found(index, shaped(10, 0, ""))).containsExactlyInAnyOrderElementsOf(expected);
        Collections.shuffle(filters, new Random(3));
        for (String filter : filters) {
            assertThat(index.remove(TopicFilter.of(filter), filter)).isTrue();
            assertThat(index.remove(TopicFilter.of(filter), filter)).isFalse();
        }
        assertThat(index.filters()).isZero();
        assertThat(found(index, shaped(10, 0, ""))).isEmpty();
    }

    @Test
    void filterStaysWhereItIsWhenRoomForItsShapeIsMade() throws PacketException {
        for (int plus = 1; plus < 256; plus++) {
            String filter = shaped(8, plus, "");
            index.add(TopicFilter.of(filter), filter.intern());
        }
        for (int plus = 1; plus < 255; plus++) {
            String filter = shaped(8, plus, "");
            assertThat(index.remove(TopicFilter.of(filter), filter.intern())).isTrue();
        }
        String old = shaped(8, 255, "");
        index.add(TopicFilter.of(shaped(8, 1, "")), "a new shape");
        index.add(TopicFilter.of(shaped(8, 254, "")), "another new shape");
        assertThat(index.add(TopicFilter.of(old), old.intern())).isFalse();
        assertThat(index.add(TopicFilter.of(old), "second")).isTrue();
        assertThat(found(index, shaped(8, 0, "")))
                .containsExactlyInAnyOrder(old, "second", "a new shape", "another new shape");
        assertThat(index.remove(TopicFilter.of(old), old.intern())).isTrue();
        assertThat(index.remove(TopicFilter.of(old), "second")).isTrue();
        assertThat(index.add(TopicFilter.of(old), "third")).isTrue();
        assertThat(found(index, shaped(8, 0, "")))
                .containsExactlyInAnyOrder("third", "a new shape", "another new shape");
    }

    @Test
    void topicOfNothingButSeparators() throws PacketException {
        String separators = "/".repeat(65_535);
        String almost = "/".repeat(65_534);
        index.add(TopicFilter.of("#"), "#");
        index.add(TopicFilter.of(separators), "exact");
        index.add(TopicFilter.of(almost), "one less");
        index.add(TopicFilter.of("+".concat("/".repeat(65_534))), "one less, and a +");
        index.add(TopicFilter.of("/+".repeat(32_767)), "every second");
        index.add(TopicFilter.of("/".repeat(65_000) + "+" + "/".repeat(534)), "late +");
        index.add(TopicFilter.of("/".repeat(40_000) + "#"), "late #");
        index.add(TopicFilter.of("/".repeat(60) + "#"), "early #");
        assertThat(found(index, separators))
                .containsExactlyInAnyOrder("#", "exact", "late #", "early #");
        assertThat(found(index, almost))
                .containsExactlyInAnyOrder(
                        "#", "one less", "one less, and a +", "late +", "late #", "early #");
        assertThat(found(index, "/".repeat(32_767)))
                .containsExactlyInAnyOrder("#", "every second", "early #");
        assertThat(index.remove(TopicFilter.of("/+".repeat(32_767)), "every second")).isTrue();
        assertThat(found(index, "/".repeat(32_767))).containsExactlyInAnyOrder("#", "early #");
    }

    @Test
    void levelsOfEveryLengthAreToldApart() throws PacketException {
        for (int length = 1; length < 70; length++) {
            String level = "x".repeat(length);
            for (String filter : List.of(level, "a/" + level, level + "/+", "a/" + level + "/#")) {
                index.add(TopicFilter.of(filter), filter);
            }
        }
        for (int length = 1; length < 70; length++) {
            String level = "x".repeat(length);
            assertThat(found(index, level)).containsExactly(level);
            assertThat(found(index, "a/" + level))
                    .containsExactlyInAnyOrder("a/" + level, "a/" + level + "/#");
            assertThat(found(index, level + "/y")).containsExactly(level + "/+");
            assertThat(found(index, "y" + level.substring(1))).isEmpty();
        }
    }

    @Test
    void aHundredThousandSubscribersOfOneFilterComeAndGo() throws PacketException {
        TopicFilter filter = TopicFilter.of("news/+");
        List<String> subscribers = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String subscriber = "s" + i;
            subscribers.add(subscriber);
            assertThat(index.add(filter, subscriber)).isTrue();
        }
        assertThat(index.add(filter, subscribers.get(99_999))).isFalse();
        assertThat(index.subscriptions()).isEqualTo(100_000);
        assertThat(identities("news/x")).hasSize(100_000);
        Collections.shuffle(subscribers, new Random(1));
        for (String subscriber : subscribers.subList(0, 99_990)) {
            assertThat(index.remove(filter, subscriber)).isTrue();
            assertThat(index.remove(filter, subscriber)).isFalse();
        }
        List<String> left = subscribers.subList(99_990, 100_000);
        assertThat(found(index, "news/x")).containsExactlyInAnyOrderElementsOf(left);
        assertThat(index.subscriptions()).isEqualTo(10);
        for (String subscriber : left) {
            assertThat(index.remove(filter, subscriber)).isTrue();
        }
        assertThat(index.filters()).isZero();
        assertThat(found(index, "news/x")).isEmpty();
    }

    private Set<String> identities(String topic) {
        Set<String> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        index.match(name(topic), subscriber -> assertThat(seen.add(subscriber)).isTrue());
        return seen;
    }

    @Test
    void subscribersOfAListAreReplacedInPlaceAnyNumberOfTimes() throws PacketException {
        TopicFilter filter = TopicFilter.of("news");
        List<String> current = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            current.add("first " + i);
            index.add(filter, current.get(i));
        }
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 100; i++) {
                String by = "round " + round + " of " + i;
                assertThat(index.replace(filter, current.get(i), current.get((i + 1) % 100)))
                        .isFalse();
                assertThat(index.replace(filter, current.get(i), by)).isTrue();
                assertThat(index.replace(filter, current.get(i), by)).isFalse();
                current.set(i, by);
            }
        }
        assertThat(found(index, "news")).containsExactlyInAnyOrderElementsOf(current);
        assertThat(index.subscriptions()).isEqualTo(100);
        for (String subscriber : current) {
            assertThat(index.remove(filter, subscriber)).isTrue();
        }
        assertThat(index.filters()).isZero();
    }

    @Test
    void manyFiltersComeAndGo() throws PacketException {
        int filters = 50_000;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < filters; i++) {
                String filter = (i % 3 == 0 ? "t/" + i + "/+" : "t/" + i) + "/" + round;
                assertThat(index.add(TopicFilter.of(filter), filter)).isTrue();
            }
            assertThat(index.filters()).isEqualTo(filters);
            for (int i = 0; i < filters; i++) {
                String topic = (i % 3 == 0 ? "t/" + i + "/x" : "t/" + i) + "/" + round;
                assertThat(found(index, topic)).hasSize(1);
            }
            for (int i = 0; i < filters; i++) {
                String filter = (i % 3 == 0 ? "t/" + i + "/+" : "t/" + i) + "/" + round;
                assertThat(index.remove(TopicFilter.of(filter), filter)).isFalse();
                List<String> there = found(index, filter.replace('+', 'x'));
                assertThat(there).containsExactly(filter);
                assertThat(index.remove(TopicFilter.of(filter), there.getFirst())).isTrue();
            }
            assertThat(index.filters()).isZero();
        }
    }
}
