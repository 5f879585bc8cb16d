package io.godwit.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.godwit.broker.control.Logs;
import io.godwit.broker.control.Messages;
import io.godwit.broker.control.Refusal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The log of this process for administrators: its last lines, each new one, and the levels. Safe
 * for every thread.
 */
final class LogTail extends AppenderBase<ILoggingEvent> implements Logs {

    /** Lines that are kept. */
    static final int KEPT = 200;

    /** Loggers whose level may be set. */
    static final int LEVELS_SET = 100;

    private static final int LONGEST = 2_000;

    private final LoggerContext context;
    private final ArrayDeque<Line> last = new ArrayDeque<>();
    private final List<Consumer<? super Line>> watchers = new CopyOnWriteArrayList<>();

    private LogTail(LoggerContext context) {
        this.context = context;
    }

    /** Shows this process's log from now on; null if it logs in another way. */
    static @Nullable LogTail install() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                ? install(context)
                : null;
    }

    /** Shows a log from now on. */
    static LogTail install(LoggerContext context) {
        LogTail tail = new LogTail(context);
        tail.setContext(context);
        tail.setName("tail");
        tail.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(tail);
        return tail;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Line line =
                new Line(
                        Instant.ofEpochMilli(event.getTimeStamp()),
                        event.getLevel().toString(),
                        event.getLoggerName(),
                        text(event));
        synchronized (last) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.addLast(line);
            watchers.forEach(watcher -> watcher.accept(line));
        }
    }

    private static String text(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        var fault = event.getThrowableProxy();
        String text = fault == null ? message : message + " (" + fault.getMessage() + ")";
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    @Override
    public Messages.Watch watch(Consumer<? super Line> sink) {
        synchronized (last) {
            last.forEach(sink);
            watchers.add(sink);
        }
        return () -> watchers.remove(sink);
    }

    @Override
    public Map<String, String> levels() {
        Map<String, String> levels = new TreeMap<>();
        for (Logger logger : context.getLoggerList()) {
            Level level = logger.getLevel();
            if (level != null) {
                levels.put(logger.getName(), level.toString());
            }
        }
        return levels;
    }

    @Override
    public void level(String logger, String level) throws Refusal {
        if (!LEVELS.contains(level)) {
            throw Refusal.invalid("level takes " + String.join(", ", LEVELS));
        }
        boolean isRoot = logger.equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (level.equals("DEFAULT")) {
            if (isRoot) {
                throw Refusal.invalid("ROOT has no level to fall back to");
            }
            if (context.exists(logger) instanceof Logger known) {
                known.setLevel(null);
            }
            return;
        }
        if (!levels().containsKey(logger) && levels().size() >= LEVELS_SET) {
            throw new Refusal(
                    LEVELS_SET + " loggers have a level already; take one back with DEFAULT");
        }
        context.getLogger(logger).setLevel(Level.toLevel(level));
    }
}
