package io.godwit.server.configuration;

/**
 * A key of ours that another program's configuration sets.
 *
 * @param path our key
 * @param text its value
 * @param file where it comes from
 * @param line the line in it, from 1; 0 if no line says so
 * @param by what that line calls it
 */
public record Setting(String path, String text, String file, int line, String by) {

    /** Something wrong with it. */
    public Problem problem(String text) {
        return new Problem(file, line, by + ": " + text);
    }
}
