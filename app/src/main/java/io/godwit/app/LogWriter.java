package io.godwit.app;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of this process on a thread of its own: whoever is to read it may stop, such as a
 * terminal or a pipe, and an event loop must not wait for that. Lines that find {@link #WAITING}
 * others before them are left out. Safe for every thread.
 */
final class LogWriter implements AutoCloseable {

    /** Lines that may wait to be written. */
    static final int WAITING = 8_192;

    /** For how long the end of the process waits for what is not written yet. */
    private static final int LAST_MILLIS = 2_000;

    private final AsyncAppender queue;

    private LogWriter(AsyncAppender queue) {
        this.queue = queue;
    }

    /** Writes this process's log from now on; null if it logs in another way. */
    static @Nullable LogWriter install() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                ? install(context)
                : null;
    }

    /** Writes a log from now on, to where it was written before. */
    static @Nullable LogWriter install(LoggerContext context) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var all = root.iteratorForAppenders();
        if (!all.hasNext()) {
            return null;
        }
        Appender<ILoggingEvent> written = all.next();
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("writer");
        queue.setQueueSize(WAITING);
        queue.setDiscardingThreshold(0); // or it would leave out lines of INFO before it is full
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(LAST_MILLIS);
        queue.addAppender(written);
        queue.start();
        root.addAppender(queue);
        root.detachAppender(written);
        return new LogWriter(queue);
    }

    /** Writes what waits, as far as that is possible in time, and ends. */
    @Override
    public void close() {
        queue.stop();
    }
}
