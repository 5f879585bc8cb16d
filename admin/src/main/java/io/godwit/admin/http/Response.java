package io.godwit.admin.http;

import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param status the status code, 200 to 599
 * @param headers further headers, beside those of the body and the connection
 * @param content the body, as {@link Json#write} takes it
 */
public record Response(int status, Map<String, String> headers, Map<String, ?> content) {

    /** Status 200. */
    public static Response ok(Map<String, ?> content) {
        return new Response(200, Map.of(), content);
    }

    /** An error in words, as <code>{"error": "..."}</code>. */
    public static Response error(int status, String words) {
        return new Response(status, Map.of(), Map.of("error", words));
    }

    /** The reason phrase of the status, which nobody has to read. */
    String phrase() {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 422 -> "Unprocessable Content";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
