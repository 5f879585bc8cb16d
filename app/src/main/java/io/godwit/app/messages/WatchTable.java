package io.godwit.app.messages;

import io.godwit.codec.Publish;
import io.godwit.codec.TopicName;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The latest message of each topic, each in a line of a terminal of its own ({@code -w}). */
final class WatchTable {

    /** No terminal has more. Topics beyond are not shown. */
    private static final int MOST = 1_000;

    private static final String CLEAR_SCREEN = "\u001B[2J";
    private static final String GO_TO_LINE = "\u001B[%d;1H";
    private static final String CLEAR_LINE = "\u001B[2K";

    private final MessagePrinter printer;
    private final Map<TopicName, Integer> lines = new HashMap<>();

    WatchTable(MessagePrinter printer) {
        this.printer = printer;
    }

    /** Whether the output is a terminal. */
    @SuppressWarnings("SystemConsoleNull") // it depends on the release and its options
    static boolean isPossible() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Shows a message in the line of its topic. */
    void show(Publish message) throws IOException {
        Integer line = lines.get(message.topic());
        String clear = "";
        if (line == null) {
            if (lines.size() == MOST) {
                return;
            }
            clear = lines.isEmpty() ? CLEAR_SCREEN : "";
            line = lines.size() + 1;
            lines.put(message.topic(), line);
        }
        String text = new String(printer.written(message), StandardCharsets.UTF_8);
        printer.write(
                (clear + GO_TO_LINE.formatted(line) + CLEAR_LINE + oneLine(text))
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** What a terminal shows in one line: what would move its cursor becomes ?. */
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.stripTrailing()
                .codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }
}
