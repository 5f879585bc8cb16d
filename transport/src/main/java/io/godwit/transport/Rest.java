package io.godwit.transport;

import io.godwit.broker.spi.Receiver;
import java.nio.ByteBuffer;

/**
 * What a read left over: the start of a packet whose end has not come, or all that came behind a
 * CONNECT. Exists only while there are such bytes. It is never larger than twice what has arrived,
 * whatever length a packet announces.
 */
final class Rest {

    private static final int SMALLEST = 64;

    /** Filled up to its position. */
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /**
     * Takes bytes over.
     *
     * @param expected how many bytes the packet needs from here on; no more of them are taken
     */
    void append(ByteBuffer in, int expected) {
        int count = Math.min(expected, in.remaining());
        makeRoom(count, expected);
        bytes.put(in.slice(in.position(), count));
        in.position(in.position() + count);
    }

    private void makeRoom(int count, int expected) {
        if (bytes.remaining() >= count) {
            return;
        }
        int arrived = Math.addExact(bytes.position(), count);
        long wanted = Math.min((long) bytes.position() + expected, 2L * arrived);
        long capacity = Math.min(Math.max(wanted, SMALLEST), Integer.MAX_VALUE - 8);
        bytes = ByteBuffer.allocate((int) capacity).put(bytes.flip());
    }

    int capacity() {
        return bytes.capacity();
    }

    /** How many more bytes the packet at the start needs at least. */
    int missing(Receiver receiver) {
        return Math.max(1, receiver.missing(bytes.duplicate().flip()));
    }

    /**
     * Gives the bytes to the connection.
     *
     * @return whether all were consumed
     */
    boolean give(Receiver receiver) {
        ByteBuffer given = bytes.duplicate().flip();
        receiver.receive(given);
        if (given.position() > 0) {
            bytes = ByteBuffer.allocate(given.remaining()).put(given);
        }
        return bytes.position() == 0;
    }
}
