package io.godwit.bench;

import io.godwit.broker.shard.EventLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A loop on the thread of the benchmark: what it is given waits until {@link #runAll}. */
final class InlineLoop implements EventLoop {

    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();

    @Override
    public void execute(Runnable action) {
        actions.add(action);
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    /** Runs what waits, and what that gives it, to the end of the turn. */
    void runAll() {
        for (@Nullable Runnable next = actions.poll(); next != null; next = actions.poll()) {
            next.run();
        }
    }
}
