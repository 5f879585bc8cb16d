package io.godwit.access.authentication.http;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** So many at a time, and so many that wait, first come first served. Safe for every thread. */
final class Turns {

    private final int atOnce;
    private final int waiting;
    private final Executor executor;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private int running;

    /**
     * @param executor runs those that had to wait
     */
    Turns(int atOnce, int waiting, Executor executor) {
        this.atOnce = atOnce;
        this.waiting = waiting;
        this.executor = executor;
    }

    /**
     * Runs an action when it is its turn, at once if there is room; {@link #done} must follow.
     *
     * @return whether there is room for it, or for it to wait
     */
    boolean take(Runnable action) {
        synchronized (this) {
            if (running >= atOnce) {
                return queue.size() < waiting && queue.add(action);
            }
            running++;
        }
        action.run();
        return true;
    }

    /** An action is at its end. */
    void done() {
        @Nullable Runnable next;
        synchronized (this) {
            next = queue.poll();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            executor.execute(next);
        }
    }
}
