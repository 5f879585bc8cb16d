package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a running broker, by its HTTP API. */
sealed interface AdminClient permits SocketClient, UrlClient {

    /**
     * Sends a request with a body and waits for its answer, however long that takes.
     *
     * @throws IOException if no broker can be reached or it could not do it; says why and what to
     *     do
     */
    Map<String, @Nullable Object> send(String method, String path, Map<String, ?> body)
            throws IOException;

    /** As {@link #send} with POST. */
    default Map<String, @Nullable Object> post(String path, Map<String, ?> body)
            throws IOException {
        return send("POST", path, body);
    }

    /** As {@link #send} with GET. */
    default Map<String, @Nullable Object> get(String path) throws IOException {
        return send("GET", path, Map.of());
    }

    /** A text as a path or a query can have it. */
    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
