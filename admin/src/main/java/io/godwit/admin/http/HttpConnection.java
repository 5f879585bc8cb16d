package io.godwit.admin.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's connection: reads its requests and answers them in turn. One thread runs it. */
final class HttpConnection implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** What is still read of a client that was refused, so that the refusal reaches it. */
    private static final int LEFT_OVER = 1_000_000;

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    /** Bytes of an answer that counts for nothing. */
    private static final int SMALL = 65_536;

    private static final Response TOO_MANY_ANSWERS =
            Response.error(503, "too many large answers are on their way at once; try again later");

    /** What {@link #waiting} says while it does not wait for its client. */
    static final long AT_WORK = 0;

    /**
     * What all connections of a server have in common.
     *
     * @param streams has a permit for each of them that may be a stream
     * @param bodies has a permit for each byte of a body
     * @param answers has a permit for each byte of an answer that is large
     * @param waits counts how often a connection began to wait for its client
     */
    record Surroundings(
            Handler handler,
            HttpLimits limits,
            ScheduledExecutorService timer,
            Semaphore streams,
            Semaphore bodies,
            Semaphore answers,
            AtomicLong waits) {}

    private final HttpSocket socket;
    private final Surroundings surroundings;
    private final HttpLimits limits;
    private final RequestReader reader;
    private final ReentrantLock writing = new ReentrantLock();
    private final String place;

    /** The number of its wait for a request, or for the rest of one; {@link #AT_WORK} without. */
    private volatile long waiting;

    HttpConnection(HttpSocket socket, Caller caller, Surroundings surroundings) {
        this.socket = socket;
        this.surroundings = surroundings;
        this.limits = surroundings.limits();
        this.reader = new RequestReader(socket, limits, surroundings.bodies(), caller);
        this.place = caller.place();
        this.waiting = surroundings.waits().incrementAndGet();
    }

    /** Where its client is. */
    String place() {
        return place;
    }

    /**
     * Since when it waits for its client, as a number that is greater for whoever waits since
     * later; {@link #AT_WORK} if it does not.
     */
    long waiting() {
        return waiting;
    }

    /** Serves it until one side closes. */
    @Override
    public void run() {
        try (this) {
            while (within(limits.idleTime(), reader::await)) {
                if (!serve()) {
                    return;
                }
                waiting = surroundings.waits().incrementAndGet();
            }
        } catch (IOException e) { // it has gone, or was too slow
            LOG.debug("a connection to the HTTP API has ended", e);
        }
    }

    /** Answers without waiting for a request, as far as that goes without blocking, and closes. */
    void refuse(Response response) {
        try (this) {
            socket.writeNow(encode(response, true));
        } catch (IOException e) {
            LOG.debug("a connection to the HTTP API could not be refused in words", e);
        }
    }

    /** Serves one request; whether there may be another. */
    private boolean serve() throws IOException {
        Request request;
        try {
            request = within(limits.requestTime(), reader::read);
        } catch (BadRequest bad) {
            send(bad.response(), true);
            within(limits.requestTime(), this::hangUp);
            return false;
        }
        waiting = AT_WORK;
        Response response;
        try {
            response = answer(request.asked());
        } finally {
            surroundings.bodies().release(request.body().length);
        }
        if (request.isHead()) {
            write(headAlone(response, request.isLast()));
            return !request.isLast();
        }
        if (response.body() instanceof Response.Streamed streamed) {
            stream(response, streamed);
            return false;
        }
        send(response, request.isLast());
        return !request.isLast();
    }

    private Response answer(Request request) {
        try {
            return surroundings.handler().handle(request);
        } catch (BadRequest bad) {
            return bad.response();
        } catch (RuntimeException bug) {
            LOG.error("{} {} failed", request.method(), request.path(), bug);
            return Response.error(500, "this is a bug in the broker; its log says more");
        }
    }

    private void send(Response response, boolean isLast) throws IOException {
        ByteBuffer bytes = encode(response, isLast);
        int size = Math.min(bytes.remaining(), limits.answers());
        if (size <= SMALL) {
            write(bytes);
        } else if (surroundings.answers().tryAcquire(size)) {
            try {
                write(bytes);
            } finally {
                surroundings.answers().release(size);
            }
        } else {
            write(encode(TOO_MANY_ANSWERS, isLast));
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        within(
                limits.requestTime(),
                () -> {
                    socket.write(bytes);
                    return true;
                });
    }

    // --- streams --------------------------------------------------------------------------------

    private void stream(Response response, Response.Streamed streamed) throws IOException {
        if (!surroundings.streams().tryAcquire()) {
            send(
                    Response.error(
                            503,
                            "there are %d streams already; close one".formatted(limits.streams())),
                    true);
            return;
        }
        Future<?> heartbeat =
                surroundings
                        .timer()
                        .scheduleAtFixedRate(
                                () -> Thread.ofVirtual().start(this::comment),
                                HttpLimits.HEARTBEAT.toMillis(),
                                HttpLimits.HEARTBEAT.toMillis(),
                                TimeUnit.MILLISECONDS);
        try {
            writePart(head(response, streamed.contentType(), -1, true));
            Thread writer = Thread.currentThread();
            Thread.ofVirtual().name("http-stream-end").start(() -> awaitEnd(writer));
            streamed.stream().write(bytes -> writePart(ByteBuffer.wrap(bytes)));
        } catch (InterruptedException ended) {
            LOG.debug("a stream of the HTTP API has ended", ended);
        } catch (RuntimeException bug) {
            LOG.error("a stream of the HTTP API failed", bug);
        } finally {
            heartbeat.cancel(false);
            surroundings.streams().release();
        }
    }

    private void writePart(ByteBuffer bytes) throws IOException {
        writing.lock();
        try {
            write(bytes);
        } finally {
            writing.unlock();
        }
    }

    /** Shows the client, and whoever is in between, that the stream goes on. */
    private void comment() {
        if (!writing.tryLock()) {
            return; // something is being sent
        }
        try {
            write(ByteBuffer.wrap(COMMENT));
        } catch (IOException gone) { // which ends the stream
            close();
        } finally {
            writing.unlock();
        }
    }

    /** Waits until one side closes, and then has the stream end. */
    private void awaitEnd(Thread writer) {
        ByteBuffer ignored = ByteBuffer.allocate(512);
        try {
            while (socket.read(ignored.clear()) >= 0) { // a client has nothing to say here
                ignored.clear();
            }
        } catch (IOException gone) {
            LOG.debug("the client of a stream has gone", gone);
        }
        close();
        writer.interrupt();
    }

    // --- the wire -------------------------------------------------------------------------------

    /** A response as it stands on the wire; its body is not streamed. */
    static ByteBuffer encode(Response response, boolean isLast) {
        byte[] body = body(response);
        ByteBuffer head = head(response, response.body().contentType(), body.length, isLast);
        return ByteBuffer.allocate(head.remaining() + body.length).put(head).put(body).flip();
    }

    private static byte[] body(Response response) {
        return switch (response.body()) {
            case Response.JsonObject(Map<String, ?> content) -> Json.write(content);
            case Response.Bytes(String _, byte[] bytes) -> bytes;
            case Response.Streamed _ -> throw new IllegalArgumentException("a stream");
        };
    }

    /** The answer to HEAD: it says how long the body would be, unless that would be a stream. */
    private static ByteBuffer headAlone(Response response, boolean isLast) {
        boolean isStreamed = response.body() instanceof Response.Streamed;
        int length = isStreamed ? -1 : body(response).length;
        return head(response, response.body().contentType(), length, isLast);
    }

    /**
     * The head of a response.
     *
     * @param length bytes of the body, or -1 if it ends with the connection
     */
    private static ByteBuffer head(
            Response response, String contentType, int length, boolean isLast) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put(
                "Date",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        headers.put("Content-Type", contentType);
        headers.put("Cache-Control", "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.putAll(response.headers());
        if (length >= 0) {
            headers.put("Content-Length", Integer.toString(length));
        }
        if (isLast) {
            headers.put("Connection", "close");
        }
        StringBuilder head = new StringBuilder();
        head.append("HTTP/1.1 %d %s\r\n".formatted(response.status(), response.phrase()));
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        return ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A socket that is closed with unread bytes in it may take the last response with it. */
    private boolean hangUp() throws IOException {
        socket.endOutput();
        ByteBuffer rest = ByteBuffer.allocate(8_192);
        int read = 0;
        for (int part = 0; part >= 0 && read < LEFT_OVER; part = socket.read(rest.clear())) {
            read += part;
        }
        return true;
    }

    /** Closes it, also while its thread reads or writes. */
    @Override
    public void close() {
        try {
            socket.close();
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
        Future<?> end =
                surroundings.timer().schedule(this::close, time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return step.run();
        } finally {
            end.cancel(false);
        }
    }
}
