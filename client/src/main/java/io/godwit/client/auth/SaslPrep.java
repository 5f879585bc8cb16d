package io.godwit.client.auth;

import java.text.Normalizer;

/** User names and passwords in the one form in which SASL compares them. */
final class SaslPrep {

    private SaslPrep() {}

    /**
     * A text prepared with SASLprep (RFC 4013): spaces of all kinds become the usual one, what is
     * commonly mapped to nothing goes, then NFKC. Bidirectional text is not looked at.
     *
     * @throws IllegalArgumentException if nothing is left, or it has characters that are prohibited
     */
    static String prepared(String text, String what) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints()
                .filter(c -> !isMappedToNothing(c))
                .map(c -> Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c)
                .forEach(mapped::appendCodePoint);
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        if (normal.isEmpty()) {
            throw new IllegalArgumentException("the " + what + " is empty");
        }
        if (normal.codePoints().anyMatch(SaslPrep::isProhibited)) {
            throw new IllegalArgumentException(
                    "the %s has control characters or others that SASLprep (RFC 4013) prohibits"
                            .formatted(what));
        }
        return normal;
    }

    /** Table B.1 of RFC 3454. */
    private static boolean isMappedToNothing(int c) {
        return c == 0xAD
                || c == 0x34F
                || c == 0x1806
                || c >= 0x180B && c <= 0x180D
                || c >= 0x200B && c <= 0x200D
                || c == 0x2060
                || c >= 0xFE00 && c <= 0xFE0F
                || c == 0xFEFF;
    }

    /** Tables C.2 to C.9 of RFC 3454, in the words of Unicode. */
    private static boolean isProhibited(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default ->
                    c >= 0xFFF9 && c <= 0xFFFF
                            || c >= 0xFDD0 && c <= 0xFDEF
                            || c >= 0x2FF0 && c <= 0x2FFB
                            || (c & 0xFFFE) == 0xFFFE;
        };
    }
}
