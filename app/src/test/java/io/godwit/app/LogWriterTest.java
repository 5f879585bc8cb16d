package io.godwit.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogWriterTest {

    private final LoggerContext context = new LoggerContext();
    private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ReentrantLock stopped = new ReentrantLock();
    private final List<String> written = Collections.synchronizedList(new ArrayList<>());

    /** Where the log goes: a pipe that nobody reads for a while. */
    private final class Pipe extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            stopped.lock();
            try {
                written.add(event.getFormattedMessage());
            } finally {
                stopped.unlock();
            }
        }
    }

    private LogWriter install() {
        context.setMDCAdapter(new LogbackMDCAdapter()); // as the process's own has one
        Pipe pipe = new Pipe();
        pipe.setContext(context);
        pipe.start();
        root.addAppender(pipe);
        return Objects.requireNonNull(LogWriter.install(context));
    }

    @Test
    void whoLogsDoesNotWaitForWhoReads() {
        stopped.lock();
        LogWriter writer = install();
        for (int i = 0; i < 4 * LogWriter.WAITING; i++) {
            root.info("line {}", i); // which would be here if whoever logs wrote
        }
        stopped.unlock();
        writer.close();
        assertThat(written).hasSizeBetween(LogWriter.WAITING, 3 * LogWriter.WAITING);
        assertThat(written.getFirst()).isEqualTo("line 0");
        assertThat(written.get(LogWriter.WAITING - 1)).isEqualTo("line " + (LogWriter.WAITING - 1));
    }

    @Test
    void whatWaitsIsWrittenAtTheEnd() {
        LogWriter writer = install();
        root.warn("the last words");
        writer.close();
        assertThat(written).containsExactly("the last words");
    }
}
