package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.http.Sink;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.trace.Direction;
import io.godwit.broker.trace.Trace;
import io.godwit.broker.trace.TraceFilter;
import io.godwit.broker.trace.TracedPacket;
import io.godwit.broker.trace.Tracing;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/trace}: the packets of a client, about topics, or both, as they come and go.
 * Safe for every thread.
 */
final class TraceRequest implements Handler {

    private static final int LONGEST_SECONDS = 3600;
    private static final int SECONDS = 60;
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final BrokerControl broker;
    private final SecureRandom random = new SecureRandom();

    TraceRequest(BrokerControl broker) {
        this.broker = broker;
    }

    @Override
    public Response handle(Request request) throws BadRequest {
        Duration time = Duration.ofSeconds(seconds(request.query("for")));
        TraceFilter filter =
                new TraceFilter(
                        request.query("client"), topics(request.query("topic")), random.nextLong());
        return Answer.of(
                "a trace",
                () -> {
                    Tracing tracing = broker.tracing();
                    return Response.stream(
                            "text/event-stream", sink -> show(tracing, filter, time, sink));
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

    private static @Nullable TopicFilter topics(@Nullable String text) throws BadRequest {
        try {
            return text == null ? null : TopicFilter.of(text);
        } catch (PacketException invalid) {
            throw new BadRequest(400, "topic: " + invalid.getMessage());
        }
    }

    private static void show(Tracing tracing, TraceFilter filter, Duration time, Sink sink)
            throws IOException, InterruptedException {
        Optional<Trace> begun = tracing.begin(filter);
        if (begun.isEmpty()) {
            sink.event("refused", Map.of("most", Tracing.MOST));
            return;
        }
        try (Trace trace = begun.get()) {
            long end = System.nanoTime() + time.toNanos();
            sink.write(COMMENT); // so that whoever asked knows that it runs
            for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
                Duration wait = Duration.ofNanos(Math.min(left, SIGN_OF_LIFE.toNanos()));
                TracedPacket packet = trace.next(wait);
                if (packet == null) {
                    sink.write(COMMENT);
                } else {
                    sink.event("packet", content(packet));
                }
                long dropped = trace.takeDropped();
                if (dropped > 0) {
                    sink.event("dropped", Map.of("count", dropped));
                }
            }
        }
    }

    private static Map<String, @Nullable Object> content(TracedPacket traced) {
        Origin origin = traced.origin();
        InetAddress address = origin.address();
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put("time", Times.text(Instant.ofEpochMilli(traced.wallMillis())));
        content.put("client", traced.clientId());
        content.put("address", address == null ? null : address.getHostAddress());
        content.put("port", origin.port());
        content.put("listener", origin.listener());
        content.put("direction", traced.direction() == Direction.RECEIVED ? "in" : "out");
        content.put("packet", traced.packet().type().toString());
        content.put("line", traced.line());
        content.put("fields", traced.fields());
        content.put("bytes", Base64.getEncoder().encodeToString(traced.bytes()));
        return content;
    }
}
