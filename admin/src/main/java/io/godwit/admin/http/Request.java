package io.godwit.admin.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * A request as it was read.
 *
 * @param method such as {@code GET}; case counts
 * @param path the target without its query; begins with a slash, percent-encoding left as it is
 * @param headers by their names in small letters; of several with one name the values are joined
 *     with a comma
 * @param body empty if there is none; belongs to whoever handles the request
 */
public record Request(String method, String path, Map<String, String> headers, byte[] body) {

    /** Copies the headers. */
    public Request {
        headers = Map.copyOf(headers);
    }

    /**
     * The last segment of the path, with its percent-encoding undone.
     *
     * @throws BadRequest if that is malformed, or no UTF-8
     */
    public String lastSegment() throws BadRequest {
        String encoded = path.substring(path.lastIndexOf('/') + 1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (int i = 0; i < encoded.length(); i++) {
                char c = encoded.charAt(i);
                if (c == '%') {
                    bytes.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                    i += 2;
                } else {
                    bytes.write(c);
                }
            }
            ByteBuffer decoded = ByteBuffer.wrap(bytes.toByteArray());
            return StandardCharsets.UTF_8.newDecoder().decode(decoded).toString();
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | CharacterCodingException malformed) {
            throw new BadRequest(
                    400, "the end of the path is not percent-encoded UTF-8, as a%2Fb is for a/b");
        }
    }

    /** Whether the client wants the connection closed after the response. */
    boolean isLast() {
        for (String option : headers.getOrDefault("connection", "").split(",", -1)) {
            if (option.strip().equalsIgnoreCase("close")) {
                return true;
            }
        }
        return false;
    }
}
