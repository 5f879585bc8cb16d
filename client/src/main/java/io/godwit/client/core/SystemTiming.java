package io.godwit.client.core;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's time, and one thread for the tasks of all clients. */
final class SystemTiming implements Timing {

    static final SystemTiming INSTANCE = new SystemTiming();

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("godwit-client-time").factory());

    private SystemTiming() {
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public Alarm after(Duration wait, Runnable task) {
        ScheduledFuture<?> scheduled =
                executor.schedule(() -> run(task), nanosOf(wait), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** A wait in nanoseconds; of very long ones, some hundred years. */
    static long nanosOf(Duration wait) {
        return wait.compareTo(Duration.ofDays(10_000)) > 0 ? Long.MAX_VALUE / 2 : wait.toNanos();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            Log.CLIENT.log(Level.ERROR, "a timer of an MQTT client failed", e);
        }
    }
}
