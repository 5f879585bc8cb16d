package io.godwit.client.core;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs handlers and listeners one after the other, on a virtual thread that lives while there is
 * something to run; with an executor of the builder's it only hands them over, so that none runs on
 * a thread that holds the lock. Safe from any thread.
 */
final class Callbacks {

    private static final System.Logger LOG = System.getLogger(Callbacks.class.getName());

    private final Executor executor;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    Callbacks(@Nullable Executor given) {
        executor = given != null ? given : Runnable::run;
    }

    /** Runs a task behind those that were given before; what it throws is reported. */
    synchronized void execute(String what, Runnable task) {
        tasks.add(() -> report(what, task));
        if (!running) {
            running = true;
            Thread.ofVirtual().name("godwit-client-callbacks").start(this::drain);
        }
    }

    private static void report(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, what + " has thrown an exception", e);
        }
    }

    private void drain() {
        for (Runnable task = next(); task != null; task = next()) {
            Runnable now = task;
            report("the executor of the callbacks", () -> executor.execute(now));
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = tasks.poll();
        running = task != null;
        return task;
    }
}
