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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
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

    /** Those of all streams: each message that is published is held against all of them. */
    private static final int ALL_FILTERS = 64;

    /** Bytes that wait for the readers of all streams together; or less in a small heap. */
    private static final long ROOM = 32_000_000;

    private static final int ROOMS_IN_HEAP = 16;

    /** What a message costs in a queue beside its payload. */
    private static final int OVERHEAD = 200;

    private static final String TOO_MANY =
            "streams of messages have %d filters together at most; close one"
                    .formatted(ALL_FILTERS);

    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    private final BrokerControl broker;
    private final Feed.Room room =
            new Feed.Room(Math.min(ROOM, Runtime.getRuntime().maxMemory() / ROOMS_IN_HEAP));
    private final Semaphore filters = new Semaphore(ALL_FILTERS);

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
        List<String> wanted = request.queries("filter");
        if (wanted.isEmpty() || wanted.size() > FILTERS) {
            throw new BadRequest(400, "filter takes 1 to " + FILTERS + " topic filters");
        }
        String qos = request.query("qos");
        if (qos != null && !qos.matches("[0-2]")) {
            throw new BadRequest(400, "qos takes 0, 1 or 2");
        }
        String retained = request.query("retained");
        if (retained != null && !retained.matches("\\d{1,9}")) {
            throw new BadRequest(400, "retained takes a number of messages");
        }
        Wanted what =
                new Wanted(
                        wanted,
                        qos == null ? 2 : Integer.parseInt(qos),
                        retained == null ? Integer.MAX_VALUE : Integer.parseInt(retained));
        return Answer.of(
                "a subscription",
                () -> {
                    Messages messages = broker.messages();
                    messages.check(wanted); // or it is refused in words
                    if (filters.availablePermits() < wanted.size()) {
                        return Response.error(503, TOO_MANY);
                    }
                    return Response.stream(EVENTS, sink -> watch(messages, what, sink));
                });
    }

    /**
     * What somebody wants to see.
     *
     * @param qos the highest that is shown
     * @param retained how many of the messages that are retained
     */
    private record Wanted(List<String> filters, int qos, int retained) {}

    private void watch(Messages messages, Wanted wanted, Sink sink)
            throws IOException, InterruptedException {
        int count = wanted.filters.size();
        if (!filters.tryAcquire(count)) { // others were quicker
            sink.event("refused", Map.of("why", TOO_MANY));
            return;
        }
        try {
            send(messages, wanted, sink);
        } finally {
            filters.release(count);
        }
    }

    private void send(Messages messages, Wanted wanted, Sink sink)
            throws IOException, InterruptedException {
        Retained before = new Retained(wanted, new EventBatch(sink));
        try (Feed<Passing> feed = new Feed<>(room);
                Messages.Watch _ =
                        messages.watch(
                                wanted.filters,
                                before,
                                passing ->
                                        feed.offer(passing, passing.payload().length + OVERHEAD))) {
            before.end();
            while (true) {
                Feed.Taken<Passing> taken = feed.take();
                EventBatch batch = new EventBatch(sink);
                for (Passing message : taken.elements()) {
                    batch.add("message", shown(message, wanted.qos));
                }
                batch.dropped(taken.dropped()); // which came behind the others
                batch.send();
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    /** Sends what is retained, and counts what is not wanted of it. */
    private static final class Retained implements Consumer<Passing> {

        private final Wanted wanted;
        private final EventBatch batch;
        private int shown;
        private long left;

        Retained(Wanted wanted, EventBatch batch) {
            this.wanted = wanted;
            this.batch = batch;
        }

        @Override
        public void accept(Passing message) {
            if (shown >= wanted.retained) {
                left++;
                return;
            }
            shown++;
            try {
                batch.add("message", shown(message, wanted.qos));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        void end() throws IOException {
            if (left > 0) {
                batch.add("left", Map.of("count", left));
            }
            batch.send();
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

    private void send(Logs logs, int least, Sink sink) throws IOException, InterruptedException {
        try (Feed<Logs.Line> feed = new Feed<>(room);
                Messages.Watch _ =
                        logs.watch(line -> {
                            if (LEVELS.indexOf(line.level()) >= least) {
                                feed.offer(line, line.message().length() + OVERHEAD);
                            }
                        })) {
            while (true) {
                Feed.Taken<Logs.Line> taken = feed.take();
                EventBatch batch = new EventBatch(sink);
                for (Logs.Line line : taken.elements()) {
                    batch.add(
                            "line",
                            Map.of(
                                    "time", Times.text(line.time()),
                                    "level", line.level(),
                                    "logger", line.logger(),
                                    "message", line.message()));
                }
                batch.dropped(taken.dropped()); // which came behind the others
                batch.send();
            }
        }
    }
}
