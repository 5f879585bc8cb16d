package io.godwit.access.authentication.http;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a service is asked who may connect.
 *
 * @param url where it is, http or https
 * @param authorization what the header Authorization says, or null for none; secret
 * @param caFile certificates in PEM that the service's certificate has to come from, or null for
 *     those that the JDK trusts
 * @param timeout how long a client waits for an answer at most, and how long for its turn
 * @param concurrency how many calls there are at a time, 1 or more
 * @param waiting how many clients wait for their turn; beyond they are told to come later
 * @param failures how many failed calls in a row open the circuit breaker
 * @param pause how long it then stays open
 * @param cached how many positive answers are kept, 0 or more
 * @param cacheTime how long at most, whatever the service says
 */
public record HookSettings(
        URI url,
        @Nullable String authorization,
        @Nullable Path caFile,
        Duration timeout,
        int concurrency,
        int waiting,
        int failures,
        Duration pause,
        int cached,
        Duration cacheTime) {

    /**
     * Checks what would be found out too late, or in words that hold the secret.
     *
     * @throws IllegalArgumentException if the header is not printable ASCII
     */
    public HookSettings {
        if (authorization != null && !isHeader(authorization)) {
            throw new IllegalArgumentException(
                    "the header Authorization takes printable ASCII characters only");
        }
    }

    /** Whether a text can be the value of a header. */
    public static boolean isHeader(String text) {
        return text.matches("[\\x20-\\x7E]+");
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "HookSettings[" + url.getHost() + "]";
    }
}
