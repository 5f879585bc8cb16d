package io.godwit.app;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.jspecify.annotations.Nullable;

/**
 * The log of this process: to standard output, one line an event whatever a client put into a name.
 * {@code GODWIT_LOG_LEVEL} chooses what is in it and {@code GODWIT_LOG_FORMAT} how: {@code text} or
 * {@code json}. Logback finds it as a service. It would read the same from XML, but for that it
 * takes a tenth of a start. Whoever names a file by {@code logback.configurationFile} gets that
 * one.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {

    /** Control characters, line separators and what turns the direction of text become '?'. */
    private static final String LINE =
            "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %replace(%msg){'[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]', '?'}%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (namesAFile(context)) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Encoder<ILoggingEvent> encoder = encoder(System.getenv("GODWIT_LOG_FORMAT"));
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setEncoder(encoder);
        console.start();
        // Of handshakes that fail it has a line for everybody who comes by.
        context.getLogger("org.eclipse.californium").setLevel(Level.ERROR);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level(System.getenv("GODWIT_LOG_LEVEL")));
        root.addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Whether there is a file that logback would read instead; says so if it is not there. */
    private static boolean namesAFile(LoggerContext context) {
        String named = System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY);
        if (named == null) {
            return false;
        }
        DefaultJoranConfigurator reader = new DefaultJoranConfigurator();
        reader.setContext(context);
        boolean isThere = reader.findURLOfDefaultConfigurationFile(false) != null;
        if (!isThere) {
            say("logback.configurationFile names " + named + ", which can't be found");
        }
        return isThere;
    }

    private static Encoder<ILoggingEvent> encoder(@Nullable String format) {
        if (format != null && format.equalsIgnoreCase("json")) {
            return json();
        }
        if (format != null && !format.isEmpty() && !format.equalsIgnoreCase("text")) {
            say("GODWIT_LOG_FORMAT is text or json, not " + format);
        }
        return lines();
    }

    private static Level level(@Nullable String word) {
        if (word == null || word.isBlank()) {
            return Level.INFO;
        }
        Level level = Level.toLevel(word, null);
        if (level == null) {
            say("GODWIT_LOG_LEVEL is ERROR, WARN, INFO, DEBUG or TRACE, not " + word);
            return Level.INFO;
        }
        return level;
    }

    /** There is no log yet to say it in. */
    private static void say(String problem) {
        System.err.println("The log is as usual: " + problem + ".");
    }

    private static PatternLayoutEncoder lines() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(LINE);
        return encoder;
    }

    private static JsonEncoder json() {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMDC(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        return encoder;
    }
}
