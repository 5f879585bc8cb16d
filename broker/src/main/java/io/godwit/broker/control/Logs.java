package io.godwit.broker.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The log of the program that a broker runs in. Safe from any thread. */
public interface Logs {

    /**
     * A line of the log.
     *
     * @param level such as {@code INFO}
     */
    record Line(Instant time, String level, String logger, String message) {}

    /**
     * Shows somebody the log.
     *
     * @param sink is given the latest lines at once, and each line from now on; on the threads that
     *     log, so it must neither block, log nor throw
     */
    Messages.Watch watch(Consumer<? super Line> sink);

    /** The levels that are set, by the names of loggers; that of all others is {@code ROOT}. */
    Map<String, String> levels();

    /**
     * Sets the level of a logger, until the process ends.
     *
     * @param level ERROR, WARN, INFO, DEBUG, TRACE or OFF, or DEFAULT to take it back
     * @throws Refusal if there is no such level, or too many are set
     */
    void level(String logger, String level) throws Refusal;

    /** Those that {@link #level} takes. */
    List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE", "OFF", "DEFAULT");
}
