package io.godwit.server.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.godwit.admin.dashboard.Dashboard;
import io.godwit.admin.http.Json;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.Instance.ListenerState;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard with an HTTP API that answers what a test says, also what no broker would hold
 * still for.
 */
final class CannedApi implements AutoCloseable {

    private static final String PREFIX = "/api/v1/";

    /** A request that was answered. */
    record Asked(
            String method, String path, String query, Map<String, String> headers, String body) {

        @Override
        public String toString() {
            return "%s %s%s %s"
                    .formatted(method, path, query.isEmpty() ? "" : "?" + query, body)
                    .strip();
        }
    }

    /** An answer with its status. */
    record Answer(int status, Map<String, ?> content) {}

    /** A stream of events: what is sent at once, and what is sent each second from then on. */
    record Events(List<String> first, Function<Integer, String> next) {}

    private final HttpServer server;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Function<Asked, Answer>> answers = new ConcurrentHashMap<>();
    private final Map<String, Events> streams = new ConcurrentHashMap<>();
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final List<HttpExchange> open = new CopyOnWriteArrayList<>();
    private final Dashboard dashboard;
    private volatile List<String> credentials = List.of();

    CannedApi(int... webSockets) throws IOException {
        this(0, webSockets);
    }

    private CannedApi(int port, int[] webSockets) throws IOException {
        dashboard =
                new Dashboard(
                        () -> Arrays.stream(webSockets).mapToObj(CannedApi::listener).toList());
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::file);
        server.createContext(PREFIX, this::api);
        server.start();
    }

    /** The same as another one that is closed, at its place. */
    static CannedApi at(int port) throws IOException {
        return new CannedApi(port, new int[0]);
    }

    private static ListenerState listener(int port) {
        return new ListenerState("ws", "ws", "127.0.0.1", port, 0, "/mqtt");
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    int port() {
        return server.getAddress().getPort();
    }

    /**
     * Answers {@code "GET clients"}, or {@code "GET clients/"} for all paths below, in this way.
     */
    CannedApi answer(String request, Function<Asked, Answer> answer) {
        answers.put(request, answer);
        return this;
    }

    CannedApi answer(String request, Map<String, ?> content) {
        return answer(request, _ -> new Answer(200, content));
    }

    CannedApi stream(String path, List<String> first, Function<Integer, String> next) {
        streams.put(path, new Events(first, next));
        return this;
    }

    /** From now on one of these has to be in the header Authorization. */
    void requireLogin(String... authorizations) {
        credentials = List.of(authorizations);
    }

    /** The requests other than GET, in order, and forgets them. */
    List<Asked> changes() {
        List<Asked> changes = asked.stream().filter(it -> !it.method().equals("GET")).toList();
        asked.clear();
        return changes;
    }

    /** The GET requests of this path. */
    List<Asked> askedFor(String path) {
        return asked.stream()
                .filter(it -> it.method().equals("GET") && it.path().equals(path))
                .toList();
    }

    /** An event as it stands in a stream. */
    static String event(String name, Map<String, ?> data) {
        return "event: %s\ndata: %s\n\n".formatted(name, new String(Json.write(data), UTF_8));
    }

    private void file(HttpExchange exchange) throws IOException {
        Asked request = read(exchange);
        Response response =
                dashboard.handle(
                        new Request(
                                request.method(), request.path(), request.headers(), new byte[0]));
        response.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        if (response.body() instanceof Response.Bytes(String type, byte[] bytes)) {
            send(exchange, response.status(), type, bytes);
        } else {
            send(exchange, response.status(), "application/json", new byte[0]);
        }
    }

    private void api(HttpExchange exchange) throws IOException {
        Asked request = read(exchange);
        String path = request.path().substring(PREFIX.length());
        asked.add(
                new Asked(
                        request.method(),
                        path,
                        request.query(),
                        request.headers(),
                        request.body()));
        if (!credentials.isEmpty()
                && !credentials.contains(request.headers().getOrDefault("authorization", ""))) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"Godwit\"");
            answer(exchange, new Answer(401, Map.of("error", "log in")));
            return;
        }
        Events events = streams.get(path);
        if (events != null) {
            stream(exchange, events);
            return;
        }
        Function<Asked, Answer> answer = find(request.method() + " " + path);
        if (answer == null) {
            answer(exchange, new Answer(404, Map.of("error", "no such path: " + path)));
        } else {
            answer(exchange, answer.apply(request));
        }
    }

    private @Nullable Function<Asked, Answer> find(String request) {
        Function<Asked, Answer> exact = answers.get(request);
        int slash = request.lastIndexOf('/');
        return exact != null || slash < 0 ? exact : answers.get(request.substring(0, slash + 1));
    }

    private void stream(HttpExchange exchange, Events events) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        open.add(exchange);
        for (String event : events.first()) {
            out.write(event.getBytes(UTF_8));
        }
        out.flush();
        int[] turn = {0};
        ScheduledFuture<?> _ =
                timer.scheduleAtFixedRate(
                        () -> {
                            try {
                                out.write(events.next().apply(turn[0]++).getBytes(UTF_8));
                                out.flush();
                            } catch (IOException gone) {
                                open.remove(exchange);
                                exchange.close();
                                throw new IllegalStateException("the client has gone", gone);
                            }
                        },
                        1,
                        1,
                        TimeUnit.SECONDS);
    }

    private static Asked read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        String query = exchange.getRequestURI().getRawQuery();
        return new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                query == null ? "" : query,
                headers,
                new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        send(exchange, answer.status(), "application/json", Json.write(answer.content()));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        open.forEach(HttpExchange::close);
        server.stop(0);
    }
}
