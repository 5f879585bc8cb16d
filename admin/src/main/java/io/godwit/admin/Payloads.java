package io.godwit.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How answers show payloads: as text if they are UTF-8, and in Base64; of long ones the start. */
final class Payloads {

    /** Bytes of a payload that are shown. */
    static final int MOST = 65_536;

    private Payloads() {}

    /** Adds {@code bytes}, {@code text}, {@code payload} and {@code truncated}. */
    static void put(byte[] payload, Map<String, @Nullable Object> to) {
        boolean isTruncated = payload.length > MOST;
        byte[] shown = isTruncated ? Arrays.copyOf(payload, MOST) : payload;
        to.put("bytes", payload.length);
        to.put("text", text(shown, isTruncated));
        to.put("payload", Base64.getEncoder().encodeToString(shown));
        to.put("truncated", isTruncated);
    }

    private static @Nullable String text(byte[] shown, boolean isTruncated) {
        int length = shown.length;
        if (isTruncated) { // the cut may be within a character, whose first byte is not 10xxxxxx
            int first = length - 1;
            while (first > length - 4 && (shown[first] & 0xC0) == 0x80) {
                first--;
            }
            length = (shown[first] & 0x80) == 0 ? length : first;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(shown, 0, length))
                    .toString();
        } catch (CharacterCodingException noText) {
            return null;
        }
    }
}
