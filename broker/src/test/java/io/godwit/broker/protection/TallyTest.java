package io.godwit.broker.protection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally<String> tally = new Tally<>(3);

    @Test
    void countsWithinATimeThatBeginsWithTheFirst() {
        assertThat(tally.add("a", 0, 100)).isEqualTo(1);
        assertThat(tally.add("a", 99, 100)).isEqualTo(2);
        assertThat(tally.add("b", 99, 100)).isEqualTo(1);
        assertThat(tally.add("a", 100, 100)).isEqualTo(1);
    }

    @Test
    void forgetsWhatItIsTold() {
        tally.add("a", 0, 100);
        tally.forget("a");
        assertThat(tally.add("a", 0, 100)).isEqualTo(1);
    }

    @Test
    void keyThatWasSeenLongestAgoIsForgottenAtTheLimit() {
        tally.add("a", 0, 100);
        tally.add("b", 0, 100);
        tally.add("c", 0, 100);
        tally.add("a", 0, 100);
        tally.add("d", 0, 100);
        assertThat(tally.size()).isEqualTo(3);
        assertThat(tally.add("a", 0, 100)).isEqualTo(3);
        assertThat(tally.add("b", 0, 100)).isEqualTo(1);
    }
}
