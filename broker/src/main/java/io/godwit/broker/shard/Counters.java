package io.godwit.broker.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The counts of one shard. Its loop adds; any thread may read, and sees a recent value. */
public final class Counters {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[Counter.values().length];
    private final Traffic received = new Traffic();
    private final Traffic sent = new Traffic();

    /** Adds to a count that is not a sum of {@link Traffic}; on the shard's loop only. */
    public void add(Counter counter, long amount) {
        int at = counter.ordinal();
        ELEMENT.setOpaque(values, at, values[at] + amount);
    }

    /** Adds one to a count; on the shard's loop only. */
    public void increment(Counter counter) {
        add(counter, 1);
    }

    /**
     * Counts messages that begin to wait in a queue; on the shard's loop only.
     *
     * @param bytes the sum of their sizes
     */
    public void queued(long messages, long bytes) {
        add(Counter.MESSAGES_QUEUED, messages);
        add(Counter.BYTES_QUEUED, bytes);
    }

    /** Counts messages that no longer wait; on the shard's loop only. */
    public void unqueued(long messages, long bytes) {
        add(Counter.MESSAGES_UNQUEUED, messages);
        add(Counter.BYTES_UNQUEUED, bytes);
    }

    /** The packets that came, each counted on the loop on which it was read. */
    public Traffic received() {
        return received;
    }

    /** The packets that were sent. */
    public Traffic sent() {
        return sent;
    }

    /** The count so far; from any thread. */
    public long get(Counter counter) {
        return switch (counter) {
            case PACKETS_RECEIVED -> received.packets();
            case PACKETS_SENT -> sent.packets();
            case BYTES_RECEIVED -> received.bytes();
            case BYTES_SENT -> sent.bytes();
            case PUBLISH_RECEIVED ->
                    received.publish(0) + received.publish(1) + received.publish(2);
            case PUBLISH_SENT -> sent.publish(0) + sent.publish(1) + sent.publish(2);
            case PUBLISH_BYTES_RECEIVED -> received.payloads();
            case PUBLISH_BYTES_SENT -> sent.payloads();
            default -> (long) ELEMENT.getOpaque(values, counter.ordinal());
        };
    }
}
