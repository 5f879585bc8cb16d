package io.godwit.admin.http;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a request is answered with.
 *
 * @param status the status code, 200 to 599
 * @param headers further headers, beside those of the body and the connection
 * @param body what follows the headers
 */
public record Response(int status, Map<String, String> headers, Body body) {

    /** What follows the headers. */
    public sealed interface Body {
        /** What the header Content-Type says. */
        String contentType();
    }

    /**
     * An object in JSON.
     *
     * @param content as {@link Json#write} takes it
     */
    public record JsonObject(Map<String, ?> content) implements Body {
        @Override
        public String contentType() {
            return "application/json";
        }
    }

    /**
     * Bytes of any type.
     *
     * @param bytes not copied, and never changed by anyone
     */
    public record Bytes(String contentType, byte[] bytes) implements Body {}

    /** What comes little by little, until one side closes; its connection ends with it. */
    public record Streamed(String contentType, Stream stream) implements Body {}

    /** Writes what comes little by little. */
    @FunctionalInterface
    public interface Stream {

        /**
         * Writes until it has nothing more to say. On a thread of its own, which may block.
         *
         * @throws IOException if the client has gone, or does not read
         * @throws InterruptedException if the client or the server has closed meanwhile
         */
        void write(Sink sink) throws IOException, InterruptedException;
    }

    /** Copies the headers. */
    public Response {
        headers = Map.copyOf(headers);
    }

    /** With an object in JSON. */
    public Response(int status, Map<String, String> headers, Map<String, ?> content) {
        this(status, headers, new JsonObject(content));
    }

    /** Status 200 with an object in JSON. */
    public static Response ok(Map<String, ?> content) {
        return new Response(200, Map.of(), content);
    }

    /** An error in words, as <code>{"error": "..."}</code>. */
    public static Response error(int status, String words) {
        return new Response(status, Map.of(), Map.of("error", words));
    }

    /** Status 200 with bytes. */
    public static Response bytes(String contentType, byte[] body) {
        return new Response(200, Map.of(), new Bytes(contentType, body));
    }

    /** Status 200 with what comes little by little, such as Server-Sent Events. */
    public static Response stream(String contentType, Stream stream) {
        return new Response(200, Map.of(), new Streamed(contentType, stream));
    }

    /** The same with one more header. */
    public Response with(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Response(status, more, body);
    }

    /**
     * The object in its body.
     *
     * @throws IllegalStateException if the body is no JSON
     */
    public Map<String, ?> content() {
        if (body instanceof JsonObject(Map<String, ?> content)) {
            return content;
        }
        throw new IllegalStateException("the body is " + body.contentType());
    }

    /** The reason phrase of the status, which nobody has to read. */
    String phrase() {
        return switch (status) {
            case 200 -> "OK";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
