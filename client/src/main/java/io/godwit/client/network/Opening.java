package io.godwit.client.network;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, with one deadline over all of it: when that has passed, the socket is
 * closed, so that whoever waits for it is woken. One thread opens; the deadline has one of its own.
 */
final class Opening implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofDays(1);

    private final Duration timeout;
    private final NetworkThreads threads;
    private final long deadline;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String doing = "beginning";

    // guarded by this
    private boolean expired;
    private @Nullable Link socket;

    private Opening(Duration timeout, NetworkThreads threads) {
        this.timeout = timeout;
        this.threads = threads;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Begins an attempt, which has that long. */
    static Opening within(Duration timeout, NetworkThreads threads) {
        Opening opening = new Opening(timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout, threads);
        opening.start("deadline", opening::watch);
        return opening;
    }

    /** Runs a part of it on a thread of its own. */
    void start(String name, Runnable part) {
        threads.start(name, part);
    }

    private void watch() {
        try {
            if (!ended.await(left(), TimeUnit.NANOSECONDS)) {
                expire();
            }
        } catch (InterruptedException _) {
            // nobody interrupts it
        }
    }

    private synchronized void expire() {
        expired = true;
        if (socket != null) {
            socket.close();
        }
    }

    /** Nanoseconds until the deadline; 0 or less when it has passed. */
    long left() {
        return deadline - System.nanoTime();
    }

    /** Says what comes next, in words such as {@code agreeing on TLS}. */
    void begins(String what) {
        doing = what;
    }

    /** Takes the socket, which is closed with this attempt unless it succeeds. */
    <L extends Link> L owns(L link) throws IOException {
        synchronized (this) {
            socket = link;
            if (!expired) {
                return link;
            }
        }
        throw timedOut();
    }

    /** The end of time, for those who wait for something else than the socket. */
    IOException timedOut() {
        synchronized (this) {
            expired = true;
        }
        return new SocketTimeoutException("the time is over");
    }

    /** The attempt has succeeded: the socket is its caller's. */
    void succeeds() throws IOException {
        synchronized (this) {
            if (!expired) {
                socket = null;
                return;
            }
        }
        throw timedOut();
    }

    @Override
    public void close() {
        ended.countDown();
        synchronized (this) {
            if (socket != null) {
                socket.close();
            }
        }
    }

    /** A failure of this attempt, with what it was about. */
    synchronized IOException explained(ServerAddress server, IOException failure) {
        if (expired) {
            IOException late =
                    new SocketTimeoutException(
                            "%s: no connection within %s; the time ended while %s"
                                    .formatted(server, words(timeout), doing));
            late.initCause(failure);
            return late;
        }
        if (failure instanceof InterruptedIOException || Thread.currentThread().isInterrupted()) {
            IOException interrupted =
                    new InterruptedIOException(server + ": interrupted while " + doing);
            interrupted.initCause(failure);
            return interrupted;
        }
        if (failure instanceof LinkProblem) {
            return new IOException(server + ": " + failure.getMessage(), failure);
        }
        String what = failure.getMessage();
        return new IOException(
                "%s: it failed while %s: %s"
                        .formatted(server, doing, what == null ? failure.getClass() : what),
                failure);
    }

    private static String words(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
