package io.godwit.broker;

import io.godwit.broker.spi.StoreFailure;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Whether the end of a session that somebody asked for is in the store. */
final class EndStored {

    private EndStored() {}

    /** Completes what waits for it. */
    static void tell(CompletableFuture<Void> stored, @Nullable StoreFailure failure) {
        if (failure == null) {
            stored.complete(null);
        } else {
            stored.completeExceptionally(
                    new IOException(
                            "the session has ended, and a restart now would bring it back: "
                                    + failure.why()));
        }
    }
}
