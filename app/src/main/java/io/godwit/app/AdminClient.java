package io.godwit.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.admin.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a running broker, by its HTTP API. */
sealed interface AdminClient permits SocketClient, UrlClient {

    String EVENT = "event: ";
    String DATA = "data: ";

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

    /** What becomes of an event. */
    @FunctionalInterface
    interface Events {
        void event(String name, Map<String, @Nullable Object> data) throws IOException;
    }

    /**
     * Asks with GET for Server-Sent Events, and passes each on until the broker has no more.
     *
     * @throws IOException as {@link #send}, or if an event can't be passed on
     */
    void events(String path, Events events) throws IOException;

    /** Passes on the events of a stream, up to its end. */
    static void passOn(InputStream stream, Events events) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8));
        String name = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(EVENT)) {
                name = line.substring(EVENT.length());
            } else if (line.startsWith(DATA)) {
                events.event(name, Json.read(line.substring(DATA.length()).getBytes(UTF_8)));
            }
        }
    }

    /** A text as a path or a query can have it. */
    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
