package io.godwit.access.authentication;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Threads for the verification of passwords, which takes long and much memory: so many at a time,
 * and a bounded number that waits, each for a bounded time. Safe for every thread.
 */
final class Verifications implements AutoCloseable {

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ThreadPoolExecutor threads;
    private final int waiting;
    private final Duration wait;
    private final LongSupplier clock;

    /**
     * Starts no thread before there is work.
     *
     * @param atATime 1 or more
     * @param waiting how many may wait; 1 or more
     * @param wait how long one may wait
     * @param clock nanoseconds
     */
    Verifications(int atATime, int waiting, Duration wait, LongSupplier clock) {
        this.waiting = waiting;
        this.wait = wait;
        this.clock = clock;
        this.threads =
                new ThreadPoolExecutor(
                        atATime,
                        atATime,
                        IDLE.toSeconds(),
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(waiting),
                        Thread.ofPlatform().daemon().name("godwit-passwords-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Has work done on one of the threads.
     *
     * @param busy called instead, with the reason, if too many wait (at once), or once it has
     *     waited too long
     */
    void submit(Runnable work, Consumer<String> busy) {
        long since = clock.getAsLong();
        try {
            threads.execute(() -> {
                if (clock.getAsLong() - since > wait.toNanos()) {
                    busy.accept(
                            "it has waited longer than authentication.password-wait (%d ms)"
                                    .formatted(wait.toMillis()));
                } else {
                    work.run();
                }
            });
        } catch (RejectedExecutionException full) {
            busy.accept(
                    threads.isShutdown()
                            ? "the password file is being replaced"
                            : "as many as authentication.password-waiting allows (%d) wait"
                                    .formatted(waiting));
        }
    }

    /** Takes nothing more; what waits is done. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
