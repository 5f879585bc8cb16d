package io.godwit.client.brokers;

import java.io.IOException;

/** A broker that a test starts, on loopback, and that keeps its sessions over a restart. */
interface TestBroker extends AutoCloseable {

    /** The port of its TCP listener, the same after a restart. */
    int port();

    /** Ends it as an operator does, and starts it again with its data. */
    void restart() throws IOException;

    @Override
    void close() throws IOException;
}
