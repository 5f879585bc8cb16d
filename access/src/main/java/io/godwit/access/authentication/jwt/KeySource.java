package io.godwit.access.authentication.jwt;

import java.util.concurrent.CompletableFuture;

/** Where the keys come from. Safe for every thread. */
public interface KeySource extends AutoCloseable {

    /** The keys as they are now. */
    TokenKeys keys();

    /**
     * Looks for newer keys, since a token names one that is not among them. Completes soon, with
     * the keys as they are then; never fails.
     */
    CompletableFuture<TokenKeys> renewed();

    @Override
    void close();

    /** Keys that stay as they are. */
    static KeySource of(TokenKeys keys) {
        return new KeySource() {
            @Override
            public TokenKeys keys() {
                return keys;
            }

            @Override
            public CompletableFuture<TokenKeys> renewed() {
                return CompletableFuture.completedFuture(keys);
            }

            @Override
            public void close() {}
        };
    }
}
