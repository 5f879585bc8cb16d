package io.godwit.app.messages;

import org.jspecify.annotations.Nullable;

/** How a command shows messages. */
final class OutputOptions {

    private @Nullable String format;
    private boolean isVerbose;
    private boolean hasLineEnds = true;
    private boolean isPretty;
    private boolean isJson;

    void addTo(Flags flags) {
        flags.on(() -> isVerbose = true, "Prints the topic before the payload.", "-v", "--verbose");
        flags.text(
                "FORMAT",
                value -> format = value,
                "Prints messages in this format, such as '%I %t %p'. %t topic, %p payload, %x and %X"
                        + " in hex, %b in base64, %l its length, %q QoS, %r retain, %m packet"
                        + " identifier, %j all in JSON, %J with a payload that is JSON, %I time, %U"
                        + " seconds since 1970; version 5: %C %D %E %F %P %R %S %A; @X is strftime's"
                        + " %X.",
                "-F");
        flags.on(
                () -> isJson = true,
                "Prints each message as a line of JSON, as -F %j does.",
                "--json");
        flags.on(() -> hasLineEnds = false, "Ends no line behind a message.", "-N");
        flags.on(() -> isPretty = true, "Breaks JSON into lines.", "--pretty");
    }

    /** Prints topics as well, unless a format says otherwise. */
    void showTopics() {
        isVerbose = true;
    }

    /** Where messages go. */
    MessagePrinter printer(Streams streams) throws WrongUsage {
        String chosen = isJson ? "%j" : format;
        return new MessagePrinter(
                streams,
                chosen == null ? null : new MessageFormat(chosen, isPretty, streams.isTerminal()),
                isVerbose,
                hasLineEnds);
    }
}
