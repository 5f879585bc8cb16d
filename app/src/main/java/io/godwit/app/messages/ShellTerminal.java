package io.godwit.app.messages;

import static java.util.stream.Collectors.joining;

import io.godwit.codec.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.ArgumentCompleter;
import org.jline.reader.impl.completer.NullCompleter;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A terminal with a line to type at, and what is shown above it. What is typed is remembered until
 * the end only.
 */
final class ShellTerminal implements ShellInput {

    private static final String PROMPT = "godwit> ";

    private final Terminal terminal;
    private final LineReader reader;

    private ShellTerminal(Terminal terminal, List<String> commands) {
        this.terminal = terminal;
        this.reader =
                LineReaderBuilder.builder()
                        .appName("godwit")
                        .terminal(terminal)
                        .completer(
                                new ArgumentCompleter(
                                        new StringsCompleter(commands), NullCompleter.INSTANCE))
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                        .build();
    }

    /** The process's own, with commands that the tabulator completes. */
    static ShellTerminal open(List<String> commands) throws IOException {
        return new ShellTerminal(TerminalBuilder.builder().system(true).build(), commands);
    }

    @Override
    public @Nullable String next() {
        try {
            return reader.readLine(PROMPT);
        } catch (UserInterruptException lineIsGivenUp) {
            return "";
        } catch (EndOfFileException end) {
            return null;
        }
    }

    @Override
    public OutputStream out() {
        return new Above();
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    /** What is written goes above the line that is typed, when it is flushed. */
    private final class Above extends ByteArrayOutputStream {
        @Override
        public synchronized void flush() {
            String text = toString(StandardCharsets.UTF_8);
            reset();
            if (!text.isEmpty()) {
                reader.printAbove(shown(text));
            }
        }
    }

    /** Lines that can be shown without doing something to the terminal. */
    private static String shown(String text) {
        return text.replace("\t", "    ").lines().map(Utf8::printable).collect(joining("\n"));
    }
}
