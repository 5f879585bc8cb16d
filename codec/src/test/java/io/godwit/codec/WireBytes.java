package io.godwit.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads annotated bytes: pairs of hex digits, {@code 'text'} for its UTF-8 bytes, {@code 61*300}
 * for 300 times the same byte, and {@code L} for the Remaining Length of all that follows. A {@code
 * #} starts a comment that goes on to the end of the line.
 */
final class WireBytes {

    private WireBytes() {}

    static byte[] parse(String annotated) {
        return join(tokens(annotated));
    }

    private static byte[] join(List<String> tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (token.equals("L")) {
                byte[] rest = join(tokens.subList(i + 1, tokens.size()));
                bytes.writeBytes(remainingLength(rest.length));
                bytes.writeBytes(rest);
                break;
            }
            bytes.writeBytes(bytes(token));
        }
        return bytes.toByteArray();
    }

    private static byte[] remainingLength(int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int rest = length;
        while (rest >= 128) {
            bytes.write(rest % 128 + 128);
            rest /= 128;
        }
        bytes.write(rest);
        return bytes.toByteArray();
    }

    private static byte[] bytes(String token) {
        if (token.startsWith("'")) {
            return token.substring(1, token.length() - 1).getBytes(StandardCharsets.UTF_8);
        }
        int times = token.indexOf('*');
        if (times < 0) {
            return HexFormat.of().parseHex(token);
        }
        byte[] once = HexFormat.of().parseHex(token.substring(0, times));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = Integer.parseInt(token.substring(times + 1)); i > 0; i--) {
            bytes.writeBytes(once);
        }
        return bytes.toByteArray();
    }

    private static List<String> tokens(String annotated) {
        List<String> tokens = new ArrayList<>();
        for (String line : annotated.lines().toList()) {
            int i = 0;
            while (i < line.length() && line.charAt(i) != '#') {
                if (line.charAt(i) == ' ') {
                    i++;
                    continue;
                }
                int end =
                        line.charAt(i) == '\''
                                ? line.indexOf('\'', i + 1) + 1
                                : (line + " ").indexOf(' ', i);
                tokens.add(line.substring(i, end));
                i = end;
            }
        }
        return tokens;
    }
}
