package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Sink;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.Traces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/trace}: the packets of a client, about topics, or both, as they come and go.
 * Safe for every thread.
 */
final class TraceRequest implements Handler {

    private static final int LONGEST_SECONDS = 3600;
    private static final int SECONDS = 60;

    /** Packets that are sent together at most. */
    private static final int TOGETHER = 100;

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final BrokerControl broker;

    TraceRequest(BrokerControl broker) {
        this.broker = broker;
    }

    @Override
    public Response handle(Request request) throws BadRequest {
        Duration time = Duration.ofSeconds(seconds(request.query("for")));
        String client = request.query("client");
        String topic = request.query("topic");
        return Answer.of(
                "a trace",
                () -> {
                    Traces traces = broker.traces();
                    traces.check(topic); // or it is refused in words
                    return Response.stream(
                            "text/event-stream", sink -> show(traces, client, topic, time, sink));
                });
    }

    private static int seconds(@Nullable String text) throws BadRequest {
        if (text == null) {
            return SECONDS;
        }
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= 1 && seconds <= LONGEST_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException e) { // as out of range
        }
        throw new BadRequest(400, "for is a number of seconds, 1 to " + LONGEST_SECONDS);
    }

    private static void show(
            Traces traces,
            @Nullable String client,
            @Nullable String topic,
            Duration time,
            Sink sink)
            throws IOException, InterruptedException {
        try (Traces.Running trace = traces.begin(client, topic)) {
            long end = System.nanoTime() + time.toNanos();
            sink.write(COMMENT); // so that whoever asked knows that it runs
            EventBatch batch = new EventBatch(sink);
            for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
                Traces.Shown packet = trace.next(Duration.ofNanos(left));
                for (int i = 1; packet != null; i++) {
                    batch.add("packet", content(packet));
                    packet = i < TOGETHER ? trace.next(Duration.ZERO) : null;
                }
                batch.dropped(trace.takeDropped());
                batch.send();
            }
        } catch (Refusal refusal) {
            sink.event("refused", Map.of("why", String.valueOf(refusal.getMessage())));
        }
    }

    private static Map<String, @Nullable Object> content(Traces.Shown packet) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put("time", Times.text(packet.time()));
        content.put("client", packet.client());
        content.put("address", packet.address());
        content.put("port", packet.port());
        content.put("listener", packet.listener());
        content.put("direction", packet.isReceived() ? "in" : "out");
        content.put("packet", packet.packet());
        content.put("line", packet.line());
        content.put("fields", packet.fields());
        content.put("bytes", Base64.getEncoder().encodeToString(packet.bytes()));
        return content;
    }
}
