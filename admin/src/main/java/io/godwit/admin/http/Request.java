package io.godwit.admin.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it was read.
 *
 * @param method such as {@code GET}; case counts
 * @param path the target without its query; begins with a slash, percent-encoding left as it is
 * @param query what stands behind the question mark, as it is; empty if there is none
 * @param headers by their names in small letters; of several with one name the values are joined
 *     with a comma
 * @param body empty if there is none; belongs to whoever handles the request
 * @param caller who sends it
 */
public record Request(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        byte[] body,
        Caller caller) {

    private static final Caller NOBODY = new Caller(null, Role.NONE, "nowhere", null);

    /** Copies the headers. */
    public Request {
        headers = Map.copyOf(headers);
    }

    /** Without a query, from nobody. */
    public Request(String method, String path, Map<String, String> headers, byte[] body) {
        this(method, path, "", headers, body, NOBODY);
    }

    /** What it asks for: HEAD is GET without the body of the answer (RFC 9110, §9.3.2). */
    Request asked() {
        return isHead() ? new Request("GET", path, query, headers, body, caller) : this;
    }

    /** Whether the answer is to have no body. */
    boolean isHead() {
        return method.equals("HEAD");
    }

    /** The same request from somebody. */
    public Request by(Caller other) {
        return new Request(method, path, query, headers, body, other);
    }

    /** The value of a header, or null. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** What the header Host says: the name or address, and perhaps a port. */
    public String host() {
        return headers.getOrDefault("host", "");
    }

    /**
     * The first value of a parameter in the query, or null.
     *
     * @throws BadRequest if its encoding is malformed, or no UTF-8
     */
    public @Nullable String query(String name) throws BadRequest {
        List<String> values = queries(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    /** All values of a parameter in the query, in their order; as {@link #query(String)}. */
    public List<String> queries(String name) throws BadRequest {
        List<String> values = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            int sign = pair.indexOf('=');
            String key = sign < 0 ? pair : pair.substring(0, sign);
            if (!pair.isEmpty() && decoded(key, true).equals(name)) {
                values.add(sign < 0 ? "" : decoded(pair.substring(sign + 1), true));
            }
        }
        return values;
    }

    /**
     * The last segment of the path, with its percent-encoding undone.
     *
     * @throws BadRequest if that is malformed, or no UTF-8
     */
    public String lastSegment() throws BadRequest {
        return decoded(path.substring(path.lastIndexOf('/') + 1), false);
    }

    /**
     * A segment of the path, counted from 0, with its percent-encoding undone.
     *
     * @throws BadRequest if that is malformed, or no UTF-8
     */
    public String segment(int index) throws BadRequest {
        return decoded(path.substring(1).split("/", -1)[index], false);
    }

    private static String decoded(String encoded, boolean isQuery) throws BadRequest {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (int i = 0; i < encoded.length(); i++) {
                char c = encoded.charAt(i);
                if (c == '%') {
                    bytes.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                    i += 2;
                } else {
                    bytes.write(isQuery && c == '+' ? ' ' : c);
                }
            }
            ByteBuffer decoded = ByteBuffer.wrap(bytes.toByteArray());
            return StandardCharsets.UTF_8.newDecoder().decode(decoded).toString();
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | CharacterCodingException malformed) {
            throw new BadRequest(
                    400,
                    (isQuery ? "the query" : "the path")
                            + " is not percent-encoded UTF-8, as a%2Fb is for a/b");
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

    /** Without the headers, which may hold a password or a token. */
    @Override
    public String toString() {
        return "%s %s by %s".formatted(method, path, caller);
    }
}
