package io.godwit.app;

import io.godwit.codec.Utf8;

/** Texts of others on a terminal. */
final class Shell {

    private Shell() {}

    /** A text as a shell takes it for one word, so that what is shown can be pasted. */
    static String quote(String text) {
        return "'" + Utf8.printable(text).replace("'", "'\\''") + "'";
    }
}
