package io.godwit.client;

/** What ends when it is closed. */
@FunctionalInterface
public interface Registration extends AutoCloseable {

    /** Ends it; a second time does nothing. */
    @Override
    void close();
}
