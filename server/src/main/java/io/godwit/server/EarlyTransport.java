package io.godwit.server;

import io.godwit.server.configuration.Configuration;
import io.godwit.transport.NettyTransport;
import io.godwit.transport.SocketKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The loops of a server, made by a thread of their own while the server reads its files and opens
 * its store: most of what a start takes is to load classes, which two cores do sooner than one.
 * Safe from any thread.
 */
final class EarlyTransport {

    /** Sockets that may be open beside the connections: those that have not sent CONNECT yet. */
    private static final int UNDECIDED_SOCKETS = 2_000;

    private static final Executor BESIDE = Thread.ofPlatform().daemon().name("godwit-start")::start;

    private final CompletableFuture<NettyTransport> made;

    private EarlyTransport(CompletableFuture<NettyTransport> made) {
        this.made = made;
    }

    /**
     * Begins to load what loops are made of, before it is known how many there are to be. If that
     * fails, {@link #get} says so.
     */
    static void load() {
        CompletableFuture.runAsync(SocketKind::load, BESIDE);
    }

    /** Begins to make them. */
    static EarlyTransport begin(Configuration configuration) {
        int sockets = configuration.limits().connections() + UNDECIDED_SOCKETS;
        return new EarlyTransport(
                CompletableFuture.supplyAsync(
                        () ->
                                new NettyTransport(
                                        configuration.eventLoops(), sockets, SocketKind.best()),
                        BESIDE));
    }

    /**
     * What was made; waits until it is.
     *
     * @throws IOException if it can't be made; says why
     */
    NettyTransport get() throws IOException {
        try {
            return made.join();
        } catch (CompletionException failure) {
            throw new IOException("the event loops can't be started", failure.getCause());
        }
    }

    /** Ends the loops of a start that failed, if they were made; does nothing the second time. */
    void stop(Duration within) {
        made.thenAccept(transport -> transport.stop(within));
    }
}
