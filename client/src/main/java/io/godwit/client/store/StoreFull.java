package io.godwit.client.store;

import java.io.IOException;
import java.nio.file.Path;

/** There is no room for one more message in a {@link DirectoryStore}; those that it has are safe. */
public final class StoreFull extends IOException {

    private static final long serialVersionUID = 1;

    /** For a store of that many bytes. */
    public StoreFull(Path directory, long bytes) {
        super(
                "%s: the store is full: the messages that are not acknowledged have %,d bytes; connect to have them sent, or give the store more room"
                        .formatted(directory, bytes));
    }
}
