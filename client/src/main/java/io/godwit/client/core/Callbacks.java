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

    /**
     * A callback.
     *
     * @param refused run instead if the executor does not take it
     */
    private record Task(String what, Runnable callback, Runnable refused) implements Runnable {

        @Override
        public void run() {
            try {
                callback.run();
            } catch (RuntimeException | Error e) {
                Log.CLIENT.log(Level.ERROR, what + " has thrown an exception", e);
            }
        }
    }

    private final Executor executor;
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private boolean running;

    /** Whether the executor has not taken the last one; the thread's that hands over. */
    private boolean refuses;

    Callbacks(@Nullable Executor given) {
        executor = given != null ? given : Runnable::run;
    }

    /** Runs a task behind those that were given before; what it throws is reported. */
    void execute(String what, Runnable task) {
        execute(what, task, () -> {});
    }

    /**
     * The same.
     *
     * @param refused run instead if the executor does not take the task, as after its end
     */
    synchronized void execute(String what, Runnable task, Runnable refused) {
        tasks.add(new Task(what, task, refused));
        if (!running) {
            running = true;
            Thread.ofVirtual().name("godwit-client-callbacks").start(this::drain);
        }
    }

    private void drain() {
        for (Task task = next(); task != null; task = next()) {
            try {
                executor.execute(task);
                refuses = false;
            } catch (RuntimeException | Error e) {
                if (!refuses) {
                    Log.CLIENT.log(
                            Level.ERROR,
                            "the executor of the callbacks does not take %s; what follows is not said"
                                    .formatted(task.what),
                            e);
                }
                refuses = true;
                task.refused.run();
            }
        }
    }

    private synchronized @Nullable Task next() {
        Task task = tasks.poll();
        running = task != null;
        return task;
    }
}
