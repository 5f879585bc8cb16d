package io.godwit.server.configuration;

import io.godwit.access.authentication.http.HookSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** The keys of {@code authentication.http}. */
final class HttpHookKeys {

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
                    Set.of(),
                    false,
                    text -> Optional.of(text).filter(HookSettings::isHeader));

    private HttpHookKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                key("url", Kind.optional(Kind.url()), "none", (it, url) -> it.url = url),
                key(
                        "authorization",
                        Kind.optional(HEADER),
                        "none",
                        (it, text) -> it.authorization = text),
                key("ca", Kind.optional(Kind.path()), "none", (it, file) -> it.caFile = file),
                key(
                        "timeout",
                        Kind.time(Duration.ofMillis(100), Duration.ofMinutes(1)),
                        "5 s",
                        (it, time) -> it.timeout = time),
                key(
                        "concurrency",
                        Kind.integer(1, 1_000),
                        "50",
                        (it, count) -> it.concurrency = count),
                key("waiting", Kind.integer(0, 100_000), "1000", (it, n) -> it.waiting = n),
                key("failures", Kind.integer(1, 1_000), "5", (it, n) -> it.failures = n),
                key(
                        "pause",
                        Kind.time(Duration.ofSeconds(1), Duration.ofHours(1)),
                        "10 s",
                        (it, time) -> it.pause = time),
                key("cache", Kind.integer(0, 1_000_000), "10000", (it, count) -> it.cache = count),
                key(
                        "cache-time",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "5 m",
                        (it, time) -> it.cacheTime = time));
    }

    private static <T> Key<Draft, T> key(
            String name, Kind<T> kind, String standard, BiConsumer<Said, T> setter) {
        return new Key<>(
                "authentication.http." + name,
                kind,
                standard,
                (it, value) -> setter.accept(it.authentication.http, value));
    }
}
