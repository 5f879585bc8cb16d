package io.godwit.codec;

import java.nio.charset.StandardCharsets;

/** UTF-8 Encoded Strings (§1.5.4). */
public final class Utf8 {

    /** The longest string that its two-byte length can announce. */
    static final int MAXIMUM_LENGTH = 65_535;

    private static final int QUOTED_CHARACTERS = 80;

    private Utf8() {}

    /**
     * The bytes of a text.
     *
     * @param what names the text in the message of an error, as in "the topic name"
     * @throws MalformedPacket if it holds an unpaired surrogate or is longer than 65,535 bytes
     */
    static byte[] encode(String text, String what) throws MalformedPacket {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) { // [v5 MQTT-1.5.4-1]
                throw new MalformedPacket(what + " holds an unpaired surrogate");
            }
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAXIMUM_LENGTH) {
            throw new MalformedPacket(what + " is " + bytes.length + " bytes, over 65,535");
        }
        return bytes;
    }

    /**
     * Checks that bytes are well-formed UTF-8 without U+0000.
     *
     * @param what names the string in the message of an error
     * @return whether {@code +} or {@code #} is among them
     * @throws MalformedPacket if they are not well-formed
     */
    static boolean check(byte[] bytes, int from, int to, String what) throws MalformedPacket {
        boolean wildcard = false;
        int i = from;
        while (i < to) {
            int b = bytes[i];
            if (b > 0) {
                wildcard |= b == '+' || b == '#';
                i++;
            } else if (b == 0) { // [v5 MQTT-1.5.4-2]
                throw new MalformedPacket(what + " holds U+0000");
            } else {
                i = checkSequence(bytes, i, to, what);
            }
        }
        return wildcard;
    }

    /** Checks one sequence of two to four bytes as Unicode's table 3-7 has them. */
    private static int checkSequence(byte[] bytes, int at, int to, String what)
            throws MalformedPacket {
        int first = bytes[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + length > to) { // [v5 MQTT-1.5.4-1]
            throw illFormed(at, what);
        }
        int second = bytes[at + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF; // ED A0..BF: surrogates
        if (second < low || second > high) {
            throw illFormed(at, what);
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                throw illFormed(at, what);
            }
        }
        return at + length;
    }

    private static MalformedPacket illFormed(int at, String what) {
        return new MalformedPacket(what + " is not well-formed UTF-8 at byte " + at);
    }

    /**
     * A text from the network for a message to people: in quotes, a long one cut, and what would
     * break or turn the line replaced, so that it can neither forge nor flood a log. The result is
     * well-formed, and short enough for any UTF-8 Encoded String.
     */
    public static String quote(byte[] utf8) {
        return quote(new String(utf8, StandardCharsets.UTF_8));
    }

    /** As {@link #quote(byte[])}. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("'");
        int end = Math.min(text.length(), QUOTED_CHARACTERS);
        int i = 0;
        while (i < end) { // which may be within the last character
            int c = text.codePointAt(i);
            quoted.appendCodePoint(isPlain(c) ? c : '?');
            i += Character.charCount(c);
        }
        return quoted.append(i < text.length() ? "...'" : "'").toString();
    }

    /**
     * A text of others for a log or a terminal, in full: what would break or turn the line, or
     * command the terminal, is replaced.
     */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> printable.appendCodePoint(isPlain(c) ? c : '?'));
        return printable.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
