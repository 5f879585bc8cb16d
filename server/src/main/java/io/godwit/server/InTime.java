package io.godwit.server;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the loops say. For every thread but theirs. */
final class InTime {

    /** How long a loop has to answer; one that is stuck, or has stopped, never does. */
    private static final long PATIENCE_SECONDS = 30;

    private InTime() {}

    /**
     * The answer.
     *
     * @throws IOException if there is none in time, or it is a failure; says why
     */
    static <T> T get(CompletableFuture<T> answer) throws IOException {
        return get(answer, PATIENCE_SECONDS);
    }

    /** The same, in so many seconds. */
    static <T> T get(CompletableFuture<T> answer, long seconds) throws IOException {
        try {
            return answer.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IOException known) {
                throw known;
            }
            throw new IOException("a fault in the server, which its log shows", failure);
        } catch (TimeoutException late) {
            throw new IOException(
                    "the broker did not say within %d s; its log may say why".formatted(seconds),
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the broker was asked", interrupted);
        }
    }
}
