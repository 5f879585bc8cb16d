package io.godwit.client.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of a {@link DirectoryStore} is not what was written. Nothing in the directory has been
 * changed.
 */
public final class StoreDamaged extends IOException {

    private static final long serialVersionUID = 1;

    /** With the place, and what is wrong there. */
    public StoreDamaged(Path file, long offset, String what) {
        super(
                "%s: damaged at offset %d: %s. Restore the directory from a copy; or give up what it holds by moving it away; or keep what was written before that place, by cutting the file there (truncate -s %d %s) and removing the files with higher numbers"
                        .formatted(file, offset, what, offset, file));
    }
}
