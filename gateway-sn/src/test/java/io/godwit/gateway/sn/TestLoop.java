package io.godwit.gateway.sn;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A shard's loop on a thread of its own. */
final class TestLoop implements EventLoop, AutoCloseable {

    private static final long TICK_MILLIS = 20;

    private volatile @Nullable Thread thread;
    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(
                    1,
                    action -> {
                        Thread made = new Thread(action, "test-loop");
                        made.setDaemon(true);
                        thread = made;
                        return made;
                    });

    void attach(Shard shard) {
        executor.scheduleAtFixedRate(shard::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void execute(Runnable action) {
        if (!executor.isShutdown()) {
            executor.execute(action);
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
