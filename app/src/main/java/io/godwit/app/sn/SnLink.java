package io.godwit.app.sn;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The way to a gateway: datagrams, each of which may be lost. For one thread. */
interface SnLink extends AutoCloseable {

    /**
     * Sends a datagram.
     *
     * @throws IOException if the system refuses it, or knows that nobody is there
     */
    void send(byte[] datagram) throws IOException;

    /**
     * Waits for a datagram.
     *
     * @param millis how long at most, 1 or more
     * @return what has come, or null if nothing has
     * @throws IOException if the system knows that nobody is there
     */
    byte @Nullable [] receive(int millis) throws IOException;

    /** What a person is told beside that no answer came; may be empty. */
    String hint();

    /** The gateway's host and port, for a person. */
    @Override
    String toString();

    @Override
    void close();
}
