package io.godwit.codec;

import java.nio.charset.StandardCharsets;

/** UTF-8 Encoded Strings (§1.5.4). */
final class Utf8 {

    private Utf8() {}

    /**
     * The bytes of a text, checked.
     *
     * @throws MalformedPacket if it holds an unpaired surrogate or is longer than 65,535 bytes
     */
    static byte[] encode(String text) throws MalformedPacket {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) { // [v5 MQTT-1.5.4-1]
                throw new MalformedPacket("a string holds an unpaired surrogate");
            }
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 65_535) {
            throw new MalformedPacket("a string is " + bytes.length + " bytes, over 65,535");
        }
        return bytes;
    }

    /**
     * Checks that bytes are well-formed UTF-8 without U+0000.
     *
     * @throws MalformedPacket if they are not
     */
    static void check(byte[] bytes, int from, int to) throws MalformedPacket {
        int i = from;
        while (i < to) {
            int b = bytes[i];
            if (b > 0) {
                i++;
            } else if (b == 0) { // [v5 MQTT-1.5.4-2]
                throw new MalformedPacket("a string holds U+0000");
            } else {
                i = checkSequence(bytes, i, to);
            }
        }
    }

    /** Checks one sequence of two to four bytes as Unicode's table 3-7 has them. */
    private static int checkSequence(byte[] bytes, int at, int to) throws MalformedPacket {
        int first = bytes[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + length > to) { // [v5 MQTT-1.5.4-1]
            throw illFormed(at);
        }
        int second = bytes[at + 1] & 0xFF;
        int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF; // ED A0..BF: surrogates
        if (second < low || second > high) {
            throw illFormed(at);
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                throw illFormed(at);
            }
        }
        return at + length;
    }

    private static MalformedPacket illFormed(int at) {
        return new MalformedPacket("a string is not well-formed UTF-8 at byte " + at);
    }
}
