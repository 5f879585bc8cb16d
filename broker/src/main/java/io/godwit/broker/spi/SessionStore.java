package io.godwit.broker.spi;

/** Keeps what outlives a connection. Safe from any thread. */
public interface SessionStore extends AutoCloseable {

    /**
     * The log of a new session.
     *
     * @param keep false for a session that ends with its connection: nothing is stored for it
     */
    SessionLog open(String clientId, boolean keep);

    /**
     * Runs an action on the calling thread's shard once every change that this thread has told so
     * far is stored; at once where nothing is left to wait for.
     */
    void whenStored(Runnable action);

    /** Stores what is left and closes. */
    @Override
    void close();
}
