package io.godwit.server.reload;

import io.godwit.server.configuration.Configuration;
import java.io.IOException;
import java.util.Set;

/** A part of the broker that takes another configuration while it runs. */
public interface Part {

    /** Whether a key is one of this part's. */
    boolean takes(String key);

    /**
     * Reads and builds all that another configuration needs of it, and changes nothing. Called by
     * one thread at a time, never on an event loop.
     *
     * @param from what is in force
     * @param to what shall be
     * @param keys those of this part that differ, in themselves or in the files that they name
     * @throws IOException if that can't be; its message has a line for each thing that is wrong
     */
    Prepared prepare(Configuration from, Configuration to, Set<String> keys) throws IOException;
}
