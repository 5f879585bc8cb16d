package io.godwit.broker.spi;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.Shard;
import java.nio.ByteBuffer;

/**
 * The socket side of a Network Connection, implemented by a transport. Every method is called on
 * the loop that the wire is on; none blocks.
 *
 * <p>What is to be sent is written into buffers that the wire lends: {@link #allocate}, write,
 * {@link #commit}; nothing reaches the socket before {@link #flush}.
 */
public interface Wire {

    /** Unsent bytes above which {@link Receiver#writable} is not called. */
    long LOW_MARK = 64 << 10;

    /**
     * A direct big-endian buffer to write into, from its position on. It is valid until the next
     * {@link #commit}; at most one is out at a time.
     *
     * @param minimum the bytes that must fit, 1 or more; the buffer may be larger
     */
    ByteBuffer allocate(int minimum);

    /**
     * Takes back what {@link #allocate} lent.
     *
     * @param bytes how many of it were written, from the position that it was lent with; 0 or more
     */
    void commit(int bytes);

    /**
     * Puts a payload behind what was committed. Used for large payloads, which all subscribers of a
     * message share instead of copying.
     *
     * @param payload never changed afterwards; the same array means the same bytes
     */
    void share(byte[] payload);

    /** Hands all that was committed to the socket, as far as the socket takes it. */
    void flush();

    /**
     * Bytes committed that the socket has not yet taken, with some 100 bytes for each buffer that
     * waits.
     */
    long unsent();

    /**
     * Stops reading from the socket. What was read before, and not consumed, stays with the wire
     * until {@link #resumeReading}.
     */
    void pauseReading();

    /**
     * Reads again, first giving what an earlier read left over. Nothing is given within this call.
     */
    void resumeReading();

    /**
     * Moves to the loop of another shard, then runs an action there. The caller has paused reading,
     * lent no buffer and has nothing {@link #unsent}. The action never runs within this call, also
     * when both shards share the loop. If the wire closes meanwhile the action does not run, and
     * {@link Receiver#closed} is called on one of the two loops.
     */
    void moveTo(Shard shard, Runnable arrived);

    /**
     * Sends what was committed, within a bounded time, then closes. Nothing more is given to the
     * {@link Receiver} but {@link Receiver#closed}.
     */
    void close();

    /** Closes at the end of the turn; nothing more is sent, and nothing more is given. */
    default void abort() {
        close();
    }

    /** The peer as a person writes it, such as {@code 127.0.0.1:50312}. */
    String peer();

    /** Where the connection comes from; made anew for each call. */
    Origin origin();
}
