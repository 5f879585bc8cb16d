package io.godwit.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.app.bench.Sequence.Place;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceTest {

    private final Sequence sequence = new Sequence(0);

    private List<Place> take(long... numbers) {
        return LongStream.of(numbers).mapToObj(sequence::take).toList();
    }

    @Test
    void oneAfterTheOtherIsAsItShouldBe() {
        assertThat(take(0, 1, 2)).containsOnly(Place.NEXT);
        assertThat(sequence.count()).isEqualTo(3);
        assertThat(sequence.gaps()).isZero();
    }

    @Test
    void whatIsJumpedOverIsMissingUntilItComes() {
        assertThat(take(0, 3)).containsExactly(Place.NEXT, Place.BEHIND_A_GAP);
        assertThat(sequence.gaps()).isEqualTo(2);
        assertThat(take(2)).containsExactly(Place.LATE);
        assertThat(sequence.gaps()).isEqualTo(1);
        assertThat(take(4)).containsExactly(Place.NEXT);
    }

    @Test
    void aSecondOneIsADuplicateAndNoLateOne() {
        assertThat(take(0, 2, 1, 1, 0, 2))
                .containsExactly(
                        Place.NEXT,
                        Place.BEHIND_A_GAP,
                        Place.LATE,
                        Place.DUPLICATE,
                        Place.DUPLICATE,
                        Place.DUPLICATE);
        assertThat(sequence.count()).isEqualTo(3);
    }

    @Test
    void whoComesInTheMiddleMissesNothingBefore() {
        Sequence joined = new Sequence(1_000);
        assertThat(joined.take(1_000)).isEqualTo(Place.NEXT);
        assertThat(joined.gaps()).isZero();
        assertThat(joined.take(997)).isEqualTo(Place.LATE);
        assertThat(joined.gaps()).isEqualTo(2);
        assertThat(joined.take(998)).isEqualTo(Place.LATE);
        assertThat(joined.take(998)).isEqualTo(Place.DUPLICATE);
    }

    @Test
    void aNumberFromNowhereCostsNoMoreThanTheMostThatIsRemembered() {
        assertThat(take(Long.MAX_VALUE - 1)).containsExactly(Place.BEHIND_A_GAP);
        assertThat(sequence.gaps()).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(take(Sequence.MOST_MISSING - 1, Sequence.MOST_MISSING))
                .containsExactly(Place.LATE, Place.DUPLICATE);
    }
}
