package io.godwit.broker.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The timers of a shard. */
class TimerWheelTest {

    private final TimerWheel wheel = new TimerWheel(0);
    private final List<String> fired = new ArrayList<>();

    @Test
    void firesAtItsTimeAndNotBefore() {
        wheel.set(timer("a", () -> {}), 250);
        wheel.advance(200);
        assertThat(fired).isEmpty();
        wheel.advance(300);
        wheel.advance(10_000_000);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void waitsLongerThanOneRound() {
        wheel.set(timer("a", () -> {}), 1_000_000);
        for (long now = 0; now < 1_000_000; now += 100) {
            wheel.advance(now);
        }
        assertThat(fired).isEmpty();
        wheel.advance(1_000_000);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void timersDueTogetherMayCancelEachOther() {
        TimerWheel.Timer second = timer("second", () -> {});
        wheel.set(timer("first", () -> wheel.cancel(second)), 100);
        wheel.set(second, 100);
        wheel.set(timer("third", () -> {}), 100);
        wheel.advance(100);
        assertThat(fired).containsExactly("first", "third");
    }

    @Test
    void timersDueTogetherMayPutEachOtherOff() {
        TimerWheel.Timer second = timer("second", () -> {});
        wheel.set(timer("first", () -> wheel.set(second, 500)), 100);
        wheel.set(second, 100);
        wheel.set(timer("third", () -> {}), 100);
        wheel.advance(100);
        assertThat(fired).containsExactly("first", "third");
        wheel.advance(500);
        assertThat(fired).containsExactly("first", "third", "second");
    }

    @Test
    void oneThatFailsDoesNotTakeTheOthersWithIt() {
        wheel.set(
                timer(
                        "first",
                        () -> {
                            throw new IllegalStateException("on purpose");
                        }),
                100);
        wheel.set(timer("second", () -> {}), 100);
        assertThatThrownBy(() -> wheel.advance(100)).hasMessage("on purpose");
        wheel.advance(100);
        assertThat(fired).containsExactly("first", "second");
    }

    private TimerWheel.Timer timer(String name, Runnable action) {
        return new TimerWheel.Timer() {
            @Override
            protected void fire() {
                fired.add(name);
                action.run();
            }
        };
    }
}
