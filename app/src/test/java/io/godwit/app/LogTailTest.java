package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.godwit.broker.control.Logs.Line;
import io.godwit.broker.control.Messages.Watch;
import io.godwit.broker.control.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The log as an administrator sees it, with a log of the test's own. */
class LogTailTest {

    private final LoggerContext context = new LoggerContext();
    private final LogTail tail = LogTail.install(context);
    private final Logger log = context.getLogger("io.godwit.it");

    @AfterEach
    void stop() {
        context.stop();
    }

    private static List<String> texts(List<Line> lines) {
        return lines.stream().map(it -> it.level() + " " + it.message()).toList();
    }

    @Test
    void aWatcherSeesTheLastLinesAndEachNewOne() {
        for (int i = 0; i < LogTail.KEPT + 1; i++) {
            log.info("line {}", i);
        }
        List<Line> seen = new ArrayList<>();
        Watch watch = tail.watch(seen::add);
        assertThat(seen).hasSize(LogTail.KEPT);
        assertThat(seen.getFirst().message()).isEqualTo("line 1");
        log.warn("new", new IllegalStateException("fault"));
        assertThat(texts(seen)).endsWith("WARN new (fault)");
        assertThat(seen.getLast().logger()).isEqualTo("io.godwit.it");
        watch.close();
        log.info("later");
        assertThat(seen).hasSize(LogTail.KEPT + 1);
    }

    @Test
    void aLevelIsSetAndTakenBack() throws Refusal {
        List<Line> seen = new ArrayList<>();
        Watch watch = tail.watch(seen::add);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        log.debug("not yet");
        tail.level("io.godwit", "DEBUG");
        assertThat(tail.levels()).containsEntry("io.godwit", "DEBUG").containsEntry("ROOT", "INFO");
        log.debug("now");
        tail.level("io.godwit", "DEFAULT");
        log.debug("no longer");
        assertThat(texts(seen)).containsExactly("DEBUG now");
        assertThat(tail.levels()).containsOnlyKeys("ROOT");
        watch.close();
    }

    @Test
    void levelsAreKnownAndBounded() throws Refusal {
        assertThatThrownBy(() -> tail.level("a", "LOUD")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> tail.level("ROOT", "DEFAULT")).isInstanceOf(Refusal.class);
        for (int i = tail.levels().size(); i < LogTail.LEVELS_SET; i++) {
            tail.level("logger" + i, "DEBUG");
        }
        assertThatThrownBy(() -> tail.level("another", "DEBUG"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("DEFAULT");
        tail.level("ROOT", "WARN");
    }
}
