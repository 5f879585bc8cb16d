package io.godwit.access.authentication.jwt;

import io.godwit.access.authentication.http.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JWK Set at a URL. It is fetched now and again, and when a token names a key that is not known;
 * when that fails the keys stay as they were.
 */
public final class JwksUrl implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(JwksUrl.class);
    private static final int LARGEST = 256 << 10;
    private static final int OK = 200;

    private final URI url;
    private final String name;
    private final HttpRequest request;
    private final long pauseMillis;
    private final InstantSource clock;
    private final TokenKeys others;
    private final HttpCalls calls;
    private final ScheduledExecutorService scheduler;

    private volatile TokenKeys keys;
    private volatile byte[] fetched;
    private @Nullable CompletableFuture<TokenKeys> underWay;
    private long begunAt;
    private boolean hasBegun;

    /**
     * When and how it is fetched.
     *
     * @param timeout how long a fetch may take
     * @param refresh how often it is fetched
     * @param pause how long after a fetch an unknown key leads to the next one at the earliest
     * @param caFile certificates in PEM that the server's certificate has to come from, or null for
     *     those that the JDK trusts
     */
    public record Fetching(
            Duration timeout, Duration refresh, Duration pause, @Nullable Path caFile) {}

    /**
     * Begins to fetch it.
     *
     * @param others keys that count as well
     * @param before the one in whose place it comes, or null; what that has fetched from the same
     *     URL counts until the first fetch has succeeded
     * @throws IOException if the CA file can't be used
     */
    public JwksUrl(
            URI url,
            Fetching fetching,
            TokenKeys others,
            @Nullable KeySource before,
            InstantSource clock)
            throws IOException {
        this.url = url;
        // the query may hold a key to the service
        this.name = url.getScheme() + "://" + url.getAuthority() + url.getPath();
        this.request =
                HttpRequest.newBuilder(url).header("Accept", "application/json").GET().build();
        this.pauseMillis = fetching.pause().toMillis();
        this.clock = clock;
        this.others = others;
        this.fetched =
                before instanceof JwksUrl one && one.url.equals(url) ? one.fetched : new byte[0];
        this.keys = fetched.length == 0 ? others : keysIn(fetched);
        this.calls = new HttpCalls(fetching.timeout(), LARGEST, fetching.caFile());
        this.scheduler =
                Executors.newSingleThreadScheduledExecutor(action -> {
                    Thread thread = new Thread(action, "godwit-jwks");
                    thread.setDaemon(true);
                    return thread;
                });
        long refresh = fetching.refresh().toMillis();
        fetch();
        scheduler.scheduleWithFixedDelay(this::fetch, refresh, refresh, TimeUnit.MILLISECONDS);
    }

    @Override
    public TokenKeys keys() {
        return keys;
    }

    @Override
    public CompletableFuture<TokenKeys> renewed() {
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            long since = clock.millis() - begunAt;
            boolean wasPut = since < 0; // the clock was put back
            if (hasBegun && since < pauseMillis && !wasPut) {
                return CompletableFuture.completedFuture(keys);
            }
        }
        return fetch();
    }

    /** Fetches it, unless that is under way. */
    private CompletableFuture<TokenKeys> fetch() {
        CompletableFuture<TokenKeys> fetch = new CompletableFuture<>();
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            underWay = fetch;
            hasBegun = true;
            begunAt = clock.millis();
        }
        calls.send(request)
                .handle((response, failure) -> {
                    try {
                        take(response, failure);
                    } catch (IOException | RuntimeException unusable) {
                        LOG.warn(
                                "{}: no keys for tokens could be fetched: {}; {}",
                                name,
                                inWords(unusable),
                                keys.isEmpty()
                                        ? "tokens can't be verified until it works"
                                        : "the keys stay as they were");
                    }
                    synchronized (this) {
                        underWay = null;
                    }
                    return fetch.complete(keys);
                });
        return fetch;
    }

    private void take(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure)
            throws IOException {
        if (response == null) {
            throw new IOException(failure);
        }
        if (response.statusCode() != OK) {
            throw new IOException("the server answers with status " + response.statusCode());
        }
        synchronized (this) {
            // The same set stays the same object: tokens that were verified with it stay so.
            if (!Arrays.equals(fetched, response.body())) {
                keys = keysIn(response.body());
                fetched = response.body();
                LOG.info("{}: new keys for tokens", name);
            }
        }
    }

    private TokenKeys keysIn(byte[] json) throws IOException {
        return TokenKeys.ofJwks(new String(json, StandardCharsets.UTF_8), false).and(others);
    }

    private static String inWords(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof TimeoutException)) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        calls.close();
    }
}
