package io.godwit.client.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Completes futures, off the lock and in order, on a thread of its own. What depends on a future may
 * wait for another one: a thread that does not come back in {@link #PATIENCE} keeps its task, and
 * another takes the rest. Safe from any thread.
 */
final class Completions {

    private static final Duration PATIENCE = Duration.ofMillis(5);

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private Turn turn = new Turn();
    private boolean running;
    private boolean watched;

    <T> void complete(CompletableFuture<T> future, T value) {
        execute(() -> future.complete(value));
    }

    /** Completes one that only says that something is done. */
    @SuppressWarnings("NullAway") // a Void is null
    void done(CompletableFuture<Void> future) {
        execute(() -> future.complete(null));
    }

    void fail(CompletableFuture<?> future, Throwable cause) {
        execute(() -> future.completeExceptionally(cause));
    }

    private synchronized void execute(Runnable task) {
        tasks.add(task);
        if (!running) {
            start();
        } else {
            watch();
        }
    }

    private void start() {
        running = true;
        turn = new Turn();
        Thread.ofVirtual().name("godwit-client-futures").start(turn);
    }

    /** Looks after a while whether the thread has got further. */
    private void watch() {
        if (!watched) {
            watched = true;
            Turn seen = turn;
            long done = turn.done;
            SystemTiming.INSTANCE.after(PATIENCE, () -> look(seen, done));
        }
    }

    private synchronized void look(Turn seen, long done) {
        watched = false;
        if (!running || tasks.isEmpty()) {
            return;
        }
        if (turn == seen && turn.done == done) {
            start();
        }
        if (!tasks.isEmpty()) {
            watch();
        }
    }

    private synchronized @Nullable Runnable next(Turn asking) {
        Runnable task = turn == asking ? tasks.poll() : null;
        if (task == null) {
            running = running && turn != asking;
            return null;
        }
        asking.done++;
        return task;
    }

    private final class Turn implements Runnable {
        private long done;

        @Override
        public void run() {
            for (Runnable task = next(this); task != null; task = next(this)) {
                task.run();
            }
        }
    }
}
