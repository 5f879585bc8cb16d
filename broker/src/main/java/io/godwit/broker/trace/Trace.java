package io.godwit.broker.trace;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A trace that runs. Shards put packets in, one reader takes them out; what it is too slow for is
 * dropped and counted, so that nobody waits for it. Safe for every thread.
 */
public final class Trace implements AutoCloseable {

    /** Packets that may wait for the reader. */
    static final int WAITING = 4096;

    /** Bytes of such packets from which on no other is taken. */
    static final long WAITING_BYTES = 4_000_000;

    /** Bytes of a packet's payload that a trace keeps; of a longer one, the beginning. */
    public static final int PAYLOAD = 4096;

    private final Tracing tracing;
    private final TraceFilter filter;
    private final BlockingQueue<TracedPacket> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final LongAdder dropped = new LongAdder();

    Trace(Tracing tracing, TraceFilter filter) {
        this.tracing = tracing;
        this.filter = filter;
    }

    void note(TracedPacket packet) {
        if (!filter.wants(packet.clientId(), packet.packet())) {
            return;
        }
        int size = packet.size();
        if (waitingBytes.addAndGet(size) - size >= WAITING_BYTES || !waiting.offer(packet)) {
            waitingBytes.addAndGet(-size);
            dropped.increment();
        }
    }

    /**
     * The next packet.
     *
     * @return null if none came in that time
     */
    public @Nullable TracedPacket next(Duration within) throws InterruptedException {
        TracedPacket packet = waiting.poll(within.toMillis(), TimeUnit.MILLISECONDS);
        if (packet != null) {
            waitingBytes.addAndGet(-packet.size());
        }
        return packet;
    }

    /** Packets that were dropped since this was last asked. */
    public long takeDropped() {
        return dropped.sumThenReset();
    }

    /** Ends it; what waits can still be taken. */
    @Override
    public void close() {
        tracing.end(this);
    }
}
