package io.godwit.client.store;

import java.util.List;

/**
 * Keeps nothing: what a client needs while it runs it has in memory anyway, and with the process
 * that ends.
 */
public final class MemoryStore implements SessionStore {

    @Override
    public Recovered recovered() {
        return new Recovered(List.of(), List.of());
    }

    @Override
    public void append(Kept message) {}

    @Override
    public void advance(long sequence, Stage stage, int packetId) {}

    @Override
    public void remove(long sequence) {}

    @Override
    public void took(int packetId) {}

    @Override
    public void released(int packetId) {}

    @Override
    public void sessionLost() {}

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
