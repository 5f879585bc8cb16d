package io.godwit.transport.websocket;

import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The connection behind a WebSocket, on a shard whose time a test lets pass. */
final class TestStream implements ByteStream {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private long now;
    private Shard shard = newShard();
    boolean brokenOff;

    Shard newShard() {
        EventLoop loop =
                new EventLoop() {
                    @Override
                    public void execute(Runnable action) {
                        tasks.add(action);
                    }

                    @Override
                    public boolean inLoop() {
                        return true;
                    }
                };
        Time time =
                new Time() {
                    @Override
                    public long monotonicMillis() {
                        return now;
                    }

                    @Override
                    public long wallMillis() {
                        return now;
                    }
                };
        return new Shard(0, loop, time, new Random(0));
    }

    void moveTo(Shard other) {
        shard = other;
    }

    /** Lets time pass on the shard that it is on and on another one. */
    void pass(long millis, Shard... others) {
        now += millis;
        shard.tick();
        for (Shard each : others) {
            each.tick();
        }
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    @Override
    public Shard shard() {
        return shard;
    }

    @Override
    public String peer() {
        return "the test";
    }

    @Override
    public @Nullable InetAddress peerAddress() {
        return null;
    }

    @Override
    public boolean isOnLoopback() {
        return false;
    }

    @Override
    public void opened(Map<String, String> query, @Nullable InetAddress client) {}

    @Override
    public void breakOff(boolean inHandshake, String why) {
        brokenOff = true;
    }
}
