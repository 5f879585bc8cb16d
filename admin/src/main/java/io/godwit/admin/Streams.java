package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Role;
import io.godwit.admin.http.Routes;
import io.godwit.admin.http.Sink;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Logs;
import io.godwit.broker.control.Messages;
import io.godwit.broker.control.Messages.Passing;
import io.godwit.broker.control.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that are answered little by little, with Server-Sent Events: counts, messages, the
 * log. Safe for every thread.
 */
final class Streams {

    private static final String EVENTS = "text/event-stream";
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Filters of one stream. */
    private static final int FILTERS = 32;

    /** Bytes of events that are sent at once. */
    private static final int BATCH = 65_536;

    /** What a message costs in a queue beside its payload. */
    private static final int OVERHEAD = 200;

    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    private final BrokerControl broker;

    private Streams(BrokerControl broker) {
        this.broker = broker;
    }

    static void addTo(Routes routes, BrokerControl broker) {
        Streams requests = new Streams(broker);
        routes.add("GET", "/api/v1/stats", Role.VIEWER, requests::stats)
                .add("GET", "/api/v1/stats/stream", Role.VIEWER, requests::statsStream)
                .add("GET", "/api/v1/subscribe", Role.VIEWER, requests::subscribe)
                .add("GET", "/api/v1/log", Role.OPERATOR, requests::log);
    }

    private Response stats(Request request) throws BadRequest {
        return Answer.of("a look at the counts", () -> Response.ok(counts()));
    }

    private Map<String, Object> counts() throws Refusal {
        return broker.metrics().stats().object(broker.version());
    }

    private Response statsStream(Request request) throws BadRequest {
        return Answer.of(
                "a look at the counts",
                () -> {
                    Map<String, Object> first = counts(); // or it is refused in words
                    return Response.stream(
                            EVENTS,
                            sink -> {
                                sink.event("stats", first);
                                while (true) {
                                    Thread.sleep(INTERVAL);
                                    sink.event("stats", counts());
                                }
                            });
                });
    }

    // --- messages -------------------------------------------------------------------------------

    private Response subscribe(Request request) throws BadRequest {
        List<String> filters = request.queries("filter");
        if (filters.isEmpty() || filters.size() > FILTERS) {
            throw new BadRequest(400, "filter takes 1 to " + FILTERS + " topic filters");
        }
        String qos = request.query("qos");
        if (qos != null && !qos.matches("[0-2]")) {
            throw new BadRequest(400, "qos takes 0, 1 or 2");
        }
        int most = qos == null ? 2 : Integer.parseInt(qos);
        return Answer.of(
                "a subscription",
                () -> {
                    Messages messages = broker.messages();
                    messages.check(filters); // or it is refused in words
                    return Response.stream(EVENTS, sink -> send(messages, filters, most, sink));
                });
    }

    private static void send(Messages messages, List<String> filters, int qos, Sink sink)
            throws IOException, InterruptedException {
        Feed<Passing> feed = new Feed<>();
        try (Messages.Watch _ =
                messages.watch(
                        filters,
                        retained -> sendNow(retained, qos, sink),
                        passing -> feed.offer(passing, passing.payload().length + OVERHEAD))) {
            while (true) {
                Feed.Taken<Passing> taken = feed.take();
                Batch batch = new Batch(sink);
                for (Passing message : taken.elements()) {
                    batch.add("message", shown(message, qos));
                }
                batch.dropped(taken.dropped());
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static void sendNow(Passing message, int qos, Sink sink) {
        try {
            sink.event("message", shown(message, qos));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static Map<String, @Nullable Object> shown(Passing message, int qos) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("topic", message.topic());
        shown.put("qos", Math.min(qos, message.qos()));
        shown.put("retain", message.retain());
        shown.put("time", Times.text(Instant.now()));
        Payloads.put(message.payload(), shown);
        return shown;
    }

    // --- the log --------------------------------------------------------------------------------

    private Response log(Request request) throws BadRequest {
        String level = request.query("level");
        int least = LEVELS.indexOf(level == null ? "INFO" : level);
        if (least < 0) {
            throw new BadRequest(400, "level takes " + String.join(", ", LEVELS));
        }
        return Answer.of(
                "a look at the log",
                () -> {
                    Logs logs = broker.instance().logs();
                    return Response.stream(EVENTS, sink -> send(logs, least, sink));
                });
    }

    private static void send(Logs logs, int least, Sink sink)
            throws IOException, InterruptedException {
        Feed<Logs.Line> feed = new Feed<>();
        try (Messages.Watch _ =
                logs.watch(line -> {
                    if (LEVELS.indexOf(line.level()) >= least) {
                        feed.offer(line, line.message().length() + OVERHEAD);
                    }
                })) {
            while (true) {
                Feed.Taken<Logs.Line> taken = feed.take();
                Batch batch = new Batch(sink);
                for (Logs.Line line : taken.elements()) {
                    batch.add(
                            "line",
                            Map.of(
                                    "time", Times.text(line.time()),
                                    "level", line.level(),
                                    "logger", line.logger(),
                                    "message", line.message()));
                }
                batch.dropped(taken.dropped());
            }
        }
    }

    /** Events that are sent together. */
    private static final class Batch {

        private final Sink sink;
        private final ByteArrayOutputStream events = new ByteArrayOutputStream();

        Batch(Sink sink) {
            this.sink = sink;
        }

        void add(String name, Map<String, ?> data) throws IOException {
            Sink together = events::write;
            together.event(name, data);
            if (events.size() >= BATCH) {
                send();
            }
        }

        /** What was dropped came behind the others. */
        void dropped(long count) throws IOException {
            if (count > 0) {
                add("dropped", Map.of("count", count));
            }
            send();
        }

        private void send() throws IOException {
            if (events.size() > 0) {
                sink.write(events.toByteArray());
                events.reset();
            }
        }
    }
}
