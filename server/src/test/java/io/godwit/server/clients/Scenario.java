package io.godwit.server.clients;

import io.godwit.server.clients.ClientLibrary.Feature;
import java.util.Set;

/**
 * Something that a client and the broker do together, with what must come of it.
 *
 * @param needs what the library must offer for it
 */
record Scenario(String name, Set<Feature> needs, Play play) {

    Scenario(String name, Play play) {
        this(name, Set.of(), play);
    }

    /** The steps and checks. */
    interface Play {
        void on(Stage stage) throws Exception;
    }
}
