package io.godwit.client.core;

import io.godwit.client.network.Link;
import io.godwit.client.network.Links;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.ServerAddress;
import io.godwit.client.store.DirectoryStore;
import io.godwit.client.store.SessionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * What a client takes from the world.
 *
 * @param random used by one thread at a time
 */
record Surroundings(Dialer dialer, Stores stores, Timing timing, RandomGenerator random) {

    static final Surroundings REAL =
            new Surroundings(
                    Links::open,
                    (directory, clientId, bytes) ->
                            DirectoryStore.open(
                                    directory, clientId, bytes, DirectoryStore.Durability.PROCESS),
                    SystemTiming.INSTANCE,
                    new Random());

    /** Opens connections. */
    @FunctionalInterface
    interface Dialer {

        /** As {@link Links#open}. */
        Link open(ServerAddress server, NetworkSettings settings) throws IOException;
    }

    /** Opens what keeps a session on disk. */
    @FunctionalInterface
    interface Stores {

        /**
         * The store of a client in a directory.
         *
         * @param bytes of records that it takes
         */
        SessionStore open(Path directory, String clientId, long bytes) throws IOException;
    }
}
