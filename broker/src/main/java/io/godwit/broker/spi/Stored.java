package io.godwit.broker.spi;

import org.jspecify.annotations.Nullable;

/** Is told when changes are stored. */
@FunctionalInterface
public interface Stored {

    /**
     * They are stored, or they could not be.
     *
     * @param failure null if they are stored
     */
    void done(@Nullable StoreFailure failure);
}
