package io.godwit.server.configuration;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The keys of {@code persistence}. */
final class PersistenceKeys {

    private static final long MOST_BYTES = 1_000_000_000_000_000L;

    private static final Kind<Persistence.Mode> MODE =
            Kind.words(
                    Persistence.MODES.stream().collect(toMap(Persistence.Mode::word, it -> it)),
                    EnumSet.complementOf(EnumSet.copyOf(Persistence.MODES)).stream()
                            .map(Persistence.Mode::word)
                            .collect(toSet()));

    private static final Kind<Persistence.Durability> DURABILITY =
            Kind.words(
                    Map.of(
                            "process", Persistence.Durability.PROCESS,
                            "power", Persistence.Durability.POWER),
                    Set.of());

    private PersistenceKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                key(
                        "persistence.mode",
                        MODE,
                        Persistence.MODES.getFirst().word(),
                        (it, mode) -> it.persistence = it.persistence.withMode(mode)),
                key(
                        "persistence.durability",
                        DURABILITY,
                        "process",
                        (it, word) -> it.persistence = it.persistence.withDurability(word)),
                key(
                        "persistence.minimum-free-space",
                        Kind.size(0, MOST_BYTES),
                        "128 MB",
                        (it, size) -> it.persistence = it.persistence.withMinimumFreeSpace(size)),
                key(
                        "persistence.restart-grace",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "30 s",
                        (it, time) -> it.persistence = it.persistence.withRestartGrace(time)));
    }

    private static <T> Key<Draft, T> key(
            String path, Kind<T> kind, String standard, BiConsumer<Draft, T> setter) {
        return new Key<>(path, kind, standard, setter);
    }
}
