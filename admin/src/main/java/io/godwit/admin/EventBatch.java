package io.godwit.admin;

import io.godwit.admin.http.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

/** Server-Sent Events that are sent together, some of them each time. For one thread. */
final class EventBatch {

    /** Bytes from which on they are sent. */
    private static final int FULL = 65_536;

    private final Sink sink;
    private final ByteArrayOutputStream events = new ByteArrayOutputStream();

    /** An empty one. */
    EventBatch(Sink sink) {
        this.sink = sink;
    }

    /** Adds an event, and sends those that there are once they are many. */
    void add(String name, Map<String, ?> data) throws IOException {
        Sink together = events::write;
        together.event(name, data);
        if (events.size() >= FULL) {
            send();
        }
    }

    /** Adds how many elements were dropped, unless none was. */
    void dropped(long count) throws IOException {
        if (count > 0) {
            add("dropped", Map.of("count", count));
        }
    }

    /** Sends those that there are. */
    void send() throws IOException {
        if (events.size() > 0) {
            sink.write(events.toByteArray());
            events.reset();
        }
    }
}
