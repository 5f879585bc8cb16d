package io.godwit.server.configuration;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The keys of {@code persistence}. */
final class PersistenceKeys {

    private static final KeyBlock<Draft> PERSISTENCE = new KeyBlock<>("persistence.", it -> it);

    private static final long MOST_BYTES = 1_000_000_000_000_000L;

    private static final Kind<Persistence.Mode> MODE =
            Kind.words(
                    Arrays.stream(Persistence.Mode.values())
                            .collect(toMap(Persistence.Mode::word, it -> it)));

    private static final Kind<Persistence.Durability> DURABILITY =
            Kind.words(
                    Map.of(
                            "process", Persistence.Durability.PROCESS,
                            "power", Persistence.Durability.POWER));

    private PersistenceKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                PERSISTENCE.key(
                        "mode",
                        MODE,
                        Persistence.Mode.DURABLE.word(),
                        (it, mode) -> it.persistence = it.persistence.withMode(mode)),
                PERSISTENCE.key(
                        "durability",
                        DURABILITY,
                        "process",
                        (it, word) -> it.persistence = it.persistence.withDurability(word)),
                PERSISTENCE.key(
                        "minimum-free-space",
                        Kind.size(0, MOST_BYTES),
                        "128 MB",
                        (it, size) -> it.persistence = it.persistence.withMinimumFreeSpace(size)),
                PERSISTENCE.key(
                        "restart-grace",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "30 s",
                        (it, time) -> it.persistence = it.persistence.withRestartGrace(time)));
    }
}
