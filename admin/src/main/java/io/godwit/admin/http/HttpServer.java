package io.godwit.admin.http;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP on a socket, each connection on a virtual thread of its own, until it is closed. Safe
 * for every thread.
 */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel socket;
    private final Function<SocketChannel, @Nullable Caller> admission;
    private final Supplier<@Nullable SSLContext> tls;
    private final HttpLimits limits;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name("http-timer").factory());
    private final HttpConnection.Surroundings surroundings;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

    private HttpServer(
            ServerSocketChannel socket,
            Function<SocketChannel, @Nullable Caller> admission,
            Supplier<@Nullable SSLContext> tls,
            Handler handler,
            HttpLimits limits) {
        this.socket = socket;
        this.admission = admission;
        this.tls = tls;
        this.limits = limits;
        this.surroundings =
                new HttpConnection.Surroundings(
                        handler,
                        limits,
                        timer,
                        new Semaphore(limits.streams()),
                        new Semaphore(limits.bodies()),
                        new Semaphore(limits.answers()),
                        new AtomicLong());
        this.timer.setRemoveOnCancelPolicy(true);
        // What a connection still asks of it then is of no use: all of them are closed.
        this.timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Starts to serve.
     *
     * @param socket bound already; closed with the server
     * @param admission who is at the other end, as far as that can be told before a request; null
     *     for one that is closed without a word
     * @param tls asked for each connection; gives null to serve without TLS
     */
    public static HttpServer start(
            ServerSocketChannel socket,
            Function<SocketChannel, @Nullable Caller> admission,
            Supplier<@Nullable SSLContext> tls,
            Handler handler,
            HttpLimits limits) {
        HttpServer server = new HttpServer(socket, admission, tls, handler, limits);
        Thread.ofVirtual().name("http-accept").start(server::acceptAll);
        return server;
    }

    /** Stops: closes the socket and all connections, also those with a request under way. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("a socket of the HTTP API could not be closed", e);
        }
        connections.forEach(HttpConnection::close);
        timer.shutdownNow();
    }

    private void acceptAll() {
        while (true) {
            try {
                serve(socket.accept());
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException | RuntimeException e) { // too many open files, which may pass
                LOG.warn("the HTTP API could not take a connection", e);
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        Caller caller = admission.apply(channel);
        if (caller == null) {
            channel.close();
            return;
        }
        HttpConnection connection = new HttpConnection(socketOf(channel), caller, surroundings);
        if (connections.size() >= limits.connections() && !makeRoom()) {
            connection.refuse(
                    Response.error(
                            503,
                            "all %d connections are at work; try again later"
                                    .formatted(limits.connections())));
        } else {
            connections.add(connection);
            Thread.ofVirtual().name("http-connection").start(() -> run(connection));
            if (!socket.isOpen()) { // closed since, and this one was not among those it closed
                connection.close();
            }
        }
    }

    private record Waiting(HttpConnection connection, long since) {}

    /**
     * Closes the connection that has waited longest for its client, of those of the place that has
     * most of them: whoever opens many in order to keep others out loses them. False if none waits.
     */
    private boolean makeRoom() {
        Map<String, List<Waiting>> waiting = new HashMap<>();
        for (HttpConnection connection : connections) {
            long since = connection.waiting();
            if (since != HttpConnection.AT_WORK) {
                waiting.computeIfAbsent(connection.place(), _ -> new ArrayList<>())
                        .add(new Waiting(connection, since));
            }
        }
        if (waiting.isEmpty()) {
            return false;
        }
        HttpConnection longest =
                Collections.min(
                                Collections.max(
                                        waiting.values(), Comparator.comparingInt(List::size)),
                                Comparator.comparingLong(Waiting::since))
                        .connection();
        connections.remove(longest);
        longest.close();
        return true;
    }

    private HttpSocket socketOf(SocketChannel channel) throws IOException {
        SSLContext context = tls.get();
        if (context == null) {
            return HttpSocket.plain(channel);
        }
        try {
            return HttpSocket.encrypted(channel, context);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private void run(HttpConnection connection) {
        try {
            connection.run();
        } finally {
            connections.remove(connection);
        }
    }
}
