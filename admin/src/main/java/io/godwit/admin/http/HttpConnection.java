package io.godwit.admin.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's connection: reads its requests and answers them in turn. One thread runs it. */
final class HttpConnection implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** What is still read of a client that was refused, so that the refusal reaches it. */
    private static final int LEFT_OVER = 1_000_000;

    private final SocketChannel channel;
    private final Handler handler;
    private final HttpLimits limits;
    private final ScheduledExecutorService timer;
    private final RequestReader reader;

    HttpConnection(
            SocketChannel channel,
            Handler handler,
            HttpLimits limits,
            ScheduledExecutorService timer) {
        this.channel = channel;
        this.handler = handler;
        this.limits = limits;
        this.timer = timer;
        this.reader = new RequestReader(channel, limits);
    }

    /** Serves it until one side closes. */
    @Override
    public void run() {
        try (this) {
            while (within(limits.idleTime(), reader::await)) {
                if (!serve()) {
                    return;
                }
            }
        } catch (IOException e) { // it has gone, or was too slow
            LOG.debug("a connection to the HTTP API has ended", e);
        }
    }

    /** Answers without waiting for a request, as far as that goes without blocking, and closes. */
    void refuse(Response response) {
        try (this) {
            channel.configureBlocking(false);
            channel.write(encode(response, true));
        } catch (IOException e) {
            LOG.debug("a connection to the HTTP API could not be refused in words", e);
        }
    }

    /** Serves one request; whether there may be another. */
    private boolean serve() throws IOException {
        try {
            Request request = within(limits.requestTime(), reader::read);
            send(answer(request), request.isLast());
            return !request.isLast();
        } catch (BadRequest bad) {
            send(bad.response(), true);
            within(limits.requestTime(), this::hangUp);
            return false;
        }
    }

    private Response answer(Request request) {
        try {
            return handler.handle(request);
        } catch (BadRequest bad) {
            return bad.response();
        } catch (RuntimeException bug) {
            LOG.error("{} {} failed", request.method(), request.path(), bug);
            return Response.error(500, "this is a bug in the broker; its log says more");
        }
    }

    private void send(Response response, boolean isLast) throws IOException {
        within(
                limits.requestTime(),
                () -> {
                    ByteBuffer bytes = encode(response, isLast);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    return true;
                });
    }

    /** A response as it stands on the wire. */
    static ByteBuffer encode(Response response, boolean isLast) {
        byte[] body =
                switch (response.body()) {
                    case Response.JsonObject(Map<String, ?> content) -> Json.write(content);
                    case Response.Bytes(String _, byte[] bytes) -> bytes;
                };
        StringBuilder head = new StringBuilder();
        head.append("HTTP/1.1 %d %s\r\n".formatted(response.status(), response.phrase()));
        response.headers().forEach((name, value) -> header(head, name, value));
        header(
                head,
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        header(head, "Content-Type", response.body().contentType());
        header(head, "Content-Length", Integer.toString(body.length));
        header(head, "Cache-Control", "no-store");
        header(head, "X-Content-Type-Options", "nosniff");
        if (isLast) {
            header(head, "Connection", "close");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(start.length + body.length).put(start).put(body).flip();
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** A socket that is closed with unread bytes in it may take the last response with it. */
    private boolean hangUp() throws IOException {
        channel.shutdownOutput();
        ByteBuffer rest = ByteBuffer.allocate(8_192);
        int read = 0;
        for (int part = 0; part >= 0 && read < LEFT_OVER; part = channel.read(rest.clear())) {
            read += part;
        }
        return true;
    }

    /** Closes it, also while its thread reads or writes. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a connection to the HTTP API could not be closed", e);
        }
    }

    /** What is done on the socket and may take its time. */
    @FunctionalInterface
    private interface Step<T, E extends Exception> {
        T run() throws IOException, E;
    }

    /** Does it; the connection is closed if that takes too long. */
    private <T, E extends Exception> T within(Duration time, Step<T, E> step)
            throws IOException, E {
        Future<?> end = timer.schedule(this::close, time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return step.run();
        } finally {
            end.cancel(false);
        }
    }
}
