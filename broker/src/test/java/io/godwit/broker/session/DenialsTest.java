package io.godwit.broker.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.LogGate;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is refused is counted each time, and logged once for a topic. */
class DenialsTest {

    private static final int LINES_PER_SECOND = 20;
    private static final Verdict DENIED = new Verdict(false, 0, "conf:1");

    private long now;

    private final Shard shard =
            new Shard(
                    0,
                    new EventLoop() {
                        @Override
                        public void execute(Runnable action) {}

                        @Override
                        public boolean inLoop() {
                            return true;
                        }
                    },
                    new Time() {
                        @Override
                        public long monotonicMillis() {
                            return now;
                        }

                        @Override
                        public long wallMillis() {
                            return now;
                        }
                    },
                    new Random(1));
    private final LogGate log = new LogGate();
    private final Denials denials = new Denials("c", shard, log, new Troubles());

    /** How many lines were written in this second; another one then begins. */
    private int linesWritten() {
        int left = 0;
        while (log.admit(now)) {
            left++;
        }
        now += 1_000;
        shard.tick(); // which reads the clock anew
        return LINES_PER_SECOND - left;
    }

    private void note(Act act, String topic) {
        denials.note(act, topic.getBytes(UTF_8), DENIED);
    }

    @Test
    void eachTopicAndActIsLoggedOnce() {
        for (int i = 0; i < 10; i++) {
            note(Act.PUBLISH, "a");
            note(Act.SUBSCRIBE, "a");
            note(Act.PUBLISH, "b");
        }
        assertThat(linesWritten()).isEqualTo(3);
        note(Act.PUBLISH, "a");
        note(Act.RECEIVE, "a");
        assertThat(linesWritten()).isEqualTo(1);
        assertThat(shard.counters().get(Counter.PUBLISH_DENIED)).isEqualTo(21);
        assertThat(shard.counters().get(Counter.SUBSCRIBE_DENIED)).isEqualTo(10);
    }

    @Test
    void aClientFillsNeitherTheLogNorTheMemory() {
        int lines = 0;
        for (int i = 0; i < 1_000; i++) {
            note(Act.PUBLISH, "t/" + i);
            lines += linesWritten();
        }
        assertThat(lines).isEqualTo(Denials.MOST_LOGGED);
        assertThat(shard.counters().get(Counter.PUBLISH_DENIED)).isEqualTo(1_000);
    }
}
