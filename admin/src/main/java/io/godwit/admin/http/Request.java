package io.godwit.admin.http;

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
