package io.godwit.server.configuration;

/**
 * Something wrong with the configuration, in words and with its place.
 *
 * @param file the file, or what else it is about, such as {@code environment variable GODWIT_X}
 * @param line the line in it, from 1; 0 when it is not about one line
 * @param text what is wrong and what is allowed
 */
public record Problem(String file, int line, String text) {

    /** As {@code file:line: text}. */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line + ": " + text : file + ": " + text;
    }
}
