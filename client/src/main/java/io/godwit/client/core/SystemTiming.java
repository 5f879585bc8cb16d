package io.godwit.client.core;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The machine's time, and one thread for the tasks of all clients. */
final class SystemTiming implements Timing {

    static final SystemTiming INSTANCE = new SystemTiming();

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("godwit-client-time").factory());

    private final LongSupplier clock;
    private final LongSupplier nanos;

    /** The clock's time when this began, and {@link #nanos} then. */
    private final long beginMillis;

    private final long beginNanos;

    private SystemTiming() {
        this(System::currentTimeMillis, System::nanoTime);
    }

    SystemTiming(LongSupplier clock, LongSupplier nanos) {
        executor.setRemoveOnCancelPolicy(true);
        this.clock = clock;
        this.nanos = nanos;
        beginMillis = clock.getAsLong();
        beginNanos = nanos.getAsLong();
    }

    @Override
    public long nanos() {
        return nanos.getAsLong();
    }

    @Override
    public long clock() {
        return clock.getAsLong();
    }

    /**
     * By the clock as it was when this began: one that is set meanwhile, as that of a device that
     * learns the time once it has a network, would end the time of messages that wait.
     */
    @Override
    public long millis() {
        return beginMillis + TimeUnit.NANOSECONDS.toMillis(nanos() - beginNanos);
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
