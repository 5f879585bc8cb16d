package io.godwit.broker.simulation;

import io.godwit.broker.shard.EventLoop;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A loop without a thread: its actions wait until {@link #runOne} is called. */
final class SimulatedLoop implements EventLoop {

    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable action) {
        actions.add(action);
    }

    @Override
    public boolean inLoop() {
        return running;
    }

    boolean isIdle() {
        return actions.isEmpty();
    }

    void runOne() {
        @Nullable Runnable action = actions.poll();
        if (action != null) {
            running = true;
            try {
                action.run();
            } finally {
                running = false;
            }
        }
    }
}
