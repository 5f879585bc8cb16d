package io.godwit.admin.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a streamed body goes. Each call returns once the client's side has taken the bytes, and
 * ends the connection if that takes longer than a request may.
 */
@FunctionalInterface
public interface Sink {

    /**
     * Sends bytes.
     *
     * @throws IOException if the client has gone, or does not read
     */
    void write(byte[] bytes) throws IOException;

    /** Sends a Server-Sent Event, whose data is an object in JSON. */
    default void event(String name, Map<String, ?> data) throws IOException {
        write(event(name, Json.write(data)));
    }

    /** A Server-Sent Event as it stands on the wire. */
    static byte[] event(String name, byte[] json) {
        byte[] head = ("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] event = new byte[head.length + json.length + 2];
        System.arraycopy(head, 0, event, 0, head.length);
        System.arraycopy(json, 0, event, head.length, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }
}
