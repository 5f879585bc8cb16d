package io.godwit.server.configuration;

import io.godwit.access.authentication.http.HookSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of {@code authentication.http}. */
final class HttpHookKeys {

    private static final KeyBlock<Said> HTTP =
            new KeyBlock<>("authentication.http.", it -> it.authentication.http);

    /** What they say. For one thread. */
    static final class Said {
        private Optional<URI> url = Optional.empty();
        private Optional<String> authorization = Optional.empty();
        private Optional<Path> caFile = Optional.empty();
        private Duration timeout = Duration.ofSeconds(5);
        private int concurrency = 50;
        private int waiting = 1_000;
        private int failures = 5;
        private Duration pause = Duration.ofSeconds(10);
        private int cache = 10_000;
        private Duration cacheTime = Duration.ofMinutes(5);

        /** The settings; empty if there is no URL. */
        Optional<HookSettings> finish(Path workingDirectory) {
            return url.map(it ->
                    new HookSettings(
                            it,
                            authorization.orElse(null),
                            caFile.map(workingDirectory::resolve).orElse(null),
                            timeout,
                            concurrency,
                            waiting,
                            failures,
                            pause,
                            cache,
                            cacheTime));
        }
    }

    private static final Kind<String> HEADER =
            new Kind<>(
                    "what the header Authorization says",
                    "printable ASCII",
                    false,
                    text -> Optional.of(text).filter(HookSettings::isHeader));

    private HttpHookKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                HTTP.key("url", Kind.optional(Kind.url()), "none", (it, url) -> it.url = url),
                HTTP.key(
                        "authorization",
                        Kind.optional(HEADER),
                        "none",
                        (it, text) -> it.authorization = text),
                HTTP.key("ca", Kind.optional(Kind.path()), "none", (it, file) -> it.caFile = file),
                HTTP.key(
                        "timeout",
                        Kind.time(Duration.ofMillis(100), Duration.ofMinutes(1)),
                        "5 s",
                        (it, time) -> it.timeout = time),
                HTTP.key(
                        "concurrency",
                        Kind.integer(1, 1_000),
                        "50",
                        (it, count) -> it.concurrency = count),
                HTTP.key("waiting", Kind.integer(0, 100_000), "1000", (it, n) -> it.waiting = n),
                HTTP.key("failures", Kind.integer(1, 1_000), "5", (it, n) -> it.failures = n),
                HTTP.key(
                        "pause",
                        Kind.time(Duration.ofSeconds(1), Duration.ofHours(1)),
                        "10 s",
                        (it, time) -> it.pause = time),
                HTTP.key(
                        "cache",
                        Kind.integer(0, 1_000_000),
                        "10000",
                        (it, count) -> it.cache = count),
                HTTP.key(
                        "cache-time",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "5 m",
                        (it, time) -> it.cacheTime = time));
    }
}
