package io.godwit.app.messages;

import java.nio.charset.StandardCharsets;

/** Text of others for a terminal: it is shown, and commands nothing. */
final class PlainText {

    private PlainText() {}

    /** A text with its line ends and tabs; what else a terminal might obey becomes ?. */
    static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) && c != '\n' && c != '\t' ? '?' : c)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    /** The same in UTF-8; what is not well-formed is replaced. */
    static byte[] of(byte[] utf8) {
        return of(new String(utf8, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }
}
