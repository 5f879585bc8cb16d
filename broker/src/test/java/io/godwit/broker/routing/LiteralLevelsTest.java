package io.godwit.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiteralLevelsTest {

    private static final long SEED = 5;
    private static final Shape SECOND_OPEN = new Shape(3, 0b010, false, 1, 1);
    private static final Shape ALL_BELOW = new Shape(2, 0, true, 2, 2);

    @Test
    void namesOnlyTheShapesWhoseFiltersHaveTheLevels() throws PacketException {
        LiteralLevels literals = LiteralLevels.withRoomFor(1_000);
        literals.add(levels("a/+/c"), SECOND_OPEN);
        literals.add(levels("x/y/#"), ALL_BELOW);
        long[] open = {0, 1, 2};

        assertThat(literals.candidates(levels("a/b/c"), open)).isEqualTo(1);
        assertThat(literals.candidates(levels("x/y/c"), open)).isEqualTo(2);
        assertThat(literals.candidates(levels("x/b/c"), open)).isZero();
        assertThat(literals.candidates(levels("c/b/a"), open)).isZero();
    }

    @Test
    void isStaleWhenItIsOutgrownOrMostHasGone() throws PacketException {
        LiteralLevels literals = LiteralLevels.withRoomFor(1_000);
        for (int i = 0; i < 2_048; i++) {
            literals.add(levels("a/+/" + i), SECOND_OPEN);
            assertThat(literals.isStale(i + 1)).isFalse();
        }
        literals.add(levels("a/+/more"), SECOND_OPEN);
        assertThat(literals.isStale(2_049)).isTrue();

        LiteralLevels littered = LiteralLevels.withRoomFor(2_000);
        for (int i = 0; i < 500; i++) {
            littered.remove();
        }
        assertThat(littered.isStale(500)).isFalse();
        littered.remove();
        assertThat(littered.isStale(500)).isTrue();
    }

    @Test
    void whatComesGoesAndComesAgainIsFound() throws PacketException {
        SubscriptionIndex<Integer> index = new SubscriptionIndex<>(SEED);
        String[] patterns = {"a/+/%d", "+/b/%d", "a/%d/#", "%d/+/+", "+/%d/#", "a/b/%d/+", "%d/#"};
        List<Integer> there = new ArrayList<>();
        Random random = new Random(SEED);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3_000; i++) {
                Integer number = i; // told apart by identity
                index.add(filter(patterns, i), number);
                there.add(number);
            }
            assertFinds(index, patterns, there);
            while (there.size() > 100) {
                Integer gone = there.remove(random.nextInt(there.size()));
                assertThat(index.remove(filter(patterns, gone), gone)).isTrue();
            }
            assertFinds(index, patterns, there);
            for (Integer left : there) {
                index.remove(filter(patterns, left), left);
            }
            there.clear();
        }
        assertThat(index.filters()).isZero();
    }

    private static void assertFinds(
            SubscriptionIndex<Integer> index, String[] patterns, List<Integer> there)
            throws PacketException {
        for (Integer number : there) {
            String name =
                    filter(patterns, number).toString().replace('+', 'z').replace("#", "deep/er");
            List<Integer> found = new ArrayList<>();
            index.match(TopicName.of(name), found::add);
            assertThat(found).as(name).contains(number);
        }
    }

    private static TopicFilter filter(String[] patterns, int number) throws PacketException {
        return TopicFilter.of(patterns[number % patterns.length].formatted(number));
    }

    private static Levels levels(String text) throws PacketException {
        Levels levels = new Levels(SEED);
        levels.read(TopicFilter.of(text).bytes());
        return levels;
    }
}
