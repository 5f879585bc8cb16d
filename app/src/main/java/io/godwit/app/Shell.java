package io.godwit.app;

/** Texts of others on a terminal. */
final class Shell {

    private Shell() {}

    /** A text that can neither break the line nor turn it, with ? for what would. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        printable.appendCodePoint(
                                switch (Character.getType(c)) {
                                    case Character.CONTROL,
                                            Character.FORMAT,
                                            Character.LINE_SEPARATOR,
                                            Character.PARAGRAPH_SEPARATOR,
                                            Character.SURROGATE ->
                                            '?';
                                    default -> c;
                                }));
        return printable.toString();
    }

    /** A text as a shell takes it for one word, so that what is shown can be pasted. */
    static String quote(String text) {
        return "'" + printable(text).replace("'", "'\\''") + "'";
    }
}
