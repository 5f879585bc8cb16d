package io.godwit.access.authentication.scram;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/** User names and passwords as SASL compares them. */
final class SaslText {

    private SaslText() {}

    /** The bytes of a text that is ASCII. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The text of these bytes, or null if they are not well-formed UTF-8. */
    static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * A text as SASLprep (RFC 4013) makes it: other spaces become spaces, what is commonly mapped
     * to nothing goes, then NFKC. Of what it prohibits, control characters, surrogates and
     * characters for private use are refused; bidirectional text is not looked at.
     *
     * @throws IllegalArgumentException if it holds such a character, or nothing is left
     */
    static String prepared(String text) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    if (Character.getType(c) == Character.SPACE_SEPARATOR) {
                        mapped.append(' ');
                    } else if (!isMappedToNothing(c)) {
                        mapped.appendCodePoint(c);
                    }
                });
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        if (normal.isEmpty() || normal.codePoints().anyMatch(SaslText::isProhibited)) {
            throw new IllegalArgumentException(
                    "it is empty or holds control characters, which SASLprep (RFC 4013) prohibits");
        }
        return normal;
    }

    /** Table B.1 of RFC 3454. */
    private static boolean isMappedToNothing(int c) {
        return c == 0x00AD
                || c == 0x034F
                || c == 0x1806
                || (c >= 0x180B && c <= 0x180D)
                || (c >= 0x200B && c <= 0x200D)
                || c == 0x2060
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFEFF;
    }

    private static boolean isProhibited(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
