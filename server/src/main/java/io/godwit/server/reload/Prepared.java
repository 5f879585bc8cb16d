package io.godwit.server.reload;

import java.io.IOException;

/** What is ready to be applied. Used by the thread that made it. */
public interface Prepared extends AutoCloseable {

    /** What applying it would do to clients, as things are. */
    Effect effect();

    /**
     * Does what can still fail, such as opening ports, without letting anybody notice.
     *
     * @throws IOException if it failed; {@link #close} then takes back what it did
     */
    default void begin() throws IOException {}

    /** Puts it in force, and says what that did to clients. Cannot fail; after {@link #begin}. */
    Effect apply();

    /** Ends it: takes back what {@link #begin} did, unless it was applied. */
    @Override
    default void close() {}
}
