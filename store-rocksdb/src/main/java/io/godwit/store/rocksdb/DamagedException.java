package io.godwit.store.rocksdb;

import java.io.IOException;

/** A part of a file is not what was written there. */
final class DamagedException extends IOException {

    private static final long serialVersionUID = 1;

    DamagedException(String message) {
        super(message);
    }
}
