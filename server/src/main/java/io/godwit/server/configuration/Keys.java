package io.godwit.server.configuration;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.QueueFull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** All known keys: the one place that names them, their ranges and what they set. */
final class Keys {

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

    private static final Kind<QueueFull> QUEUE_FULL =
            Kind.words(
                    Map.of(
                            "reject-newest", QueueFull.REJECT_NEWEST,
                            "drop-oldest", QueueFull.DROP_OLDEST,
                            "refuse-publisher", QueueFull.REFUSE_PUBLISHER),
                    Set.of());

    /** The keys outside the listeners. */
    static final List<Key<Draft, ?>> ALL = all();

    /** The keys of a listener, which stand under {@code listeners.<name>}. */
    static final List<Key<Draft.Listener, ?>> LISTENER =
            List.of(
                    new Key<>(
                            "type",
                            Kind.words(
                                    Map.of("tcp", "tcp"),
                                    Set.of("tls", "websocket", "unix", "mqtt-sn")),
                            "the listener's name, if that is a type",
                            (it, type) -> it.type = type),
                    new Key<>("bind", Kind.host(), "0.0.0.0", (it, bind) -> it.bind = bind),
                    new Key<>("port", Kind.integer(0, 65_535), "1883", (it, p) -> it.port = p));

    /** Keys and blocks that later versions have. */
    static final List<String> NOT_YET =
            List.of("admin", "authorization", "authentication.jwt", "authentication.password-file");

    /** Keys of a listener that later versions have. */
    static final List<String> LISTENER_NOT_YET =
            List.of(
                    "allowed-origins",
                    "certificate",
                    "client-ca",
                    "client-certificate",
                    "key",
                    "mode",
                    "path");

    private Keys() {}

    private static List<Key<Draft, ?>> all() {
        List<Key<Draft, ?>> keys = new ArrayList<>();
        keys.add(key("data-dir", Kind.path(), "data", (it, path) -> it.dataDir = path));
        keys.add(
                key(
                        "event-loops",
                        Kind.integer(1, 1_024),
                        "half of the cores",
                        (it, count) -> it.eventLoops = count));
        keys.add(
                key(
                        "sys-interval",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "10 s",
                        (it, time) -> it.limits.sysInterval(time)));
        keys.add(
                key(
                        "authentication.anonymous",
                        Kind.truth(),
                        "false",
                        (it, anonymous) -> it.anonymous = anonymous));
        addPersistence(keys);
        addLimits(keys);
        addSessionLimits(keys);
        keys.add(
                key(
                        "retained.messages",
                        Kind.integer(0, 1_000_000_000),
                        "1000000",
                        (it, count) -> it.limits.retainedMessages(count)));
        keys.add(
                key(
                        "retained.bytes",
                        Kind.share(0, MOST_BYTES),
                        "1 GB",
                        (it, share) -> it.limits.retainedBytes(share.of(it.heap))));
        return List.copyOf(keys);
    }

    private static void addPersistence(List<Key<Draft, ?>> keys) {
        keys.add(
                key(
                        "persistence.mode",
                        MODE,
                        Persistence.MODES.getFirst().word(),
                        (it, mode) -> it.persistence = it.persistence.withMode(mode)));
        keys.add(
                key(
                        "persistence.durability",
                        DURABILITY,
                        "process",
                        (it, word) -> it.persistence = it.persistence.withDurability(word)));
        keys.add(
                key(
                        "persistence.minimum-free-space",
                        Kind.size(0, MOST_BYTES),
                        "128 MB",
                        (it, size) -> it.persistence = it.persistence.withMinimumFreeSpace(size)));
        keys.add(
                key(
                        "persistence.restart-grace",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "30 s",
                        (it, time) -> it.persistence = it.persistence.withRestartGrace(time)));
    }

    private static void addLimits(List<Key<Draft, ?>> keys) {
        keys.add(limit("connections", 1, 10_000_000, "20000", (it, n) -> it.limits.connections(n)));
        keys.add(
                key(
                        "limits.packet-size",
                        Kind.size(64, 268_435_460),
                        "2 MB",
                        (it, size) -> it.limits.packetSize(size.intValue())));
        keys.add(limit("connect-rate", 0, 1_000_000, "5000", (it, n) -> it.limits.connectRate(n)));
        keys.add(
                key(
                        "limits.connect-timeout",
                        Kind.time(Duration.ofMillis(1), Duration.ofHours(1)),
                        "10 s",
                        (it, time) -> it.limits.connectTimeout(time)));
        keys.add(limit("topic-levels", 1, 65_536, "128", (it, n) -> it.limits.topicLevels(n)));
        keys.add(
                key(
                        "limits.topic-length",
                        Kind.size(1, 65_535),
                        "4 KiB",
                        (it, size) -> it.limits.topicLength(size.intValue())));
        keys.add(
                key(
                        "limits.memory",
                        Kind.share(1_000, MOST_BYTES),
                        "50%",
                        (it, share) -> it.limits.memory(share.of(it.heap))));
        keys.add(
                key(
                        "limits.queue-full",
                        QUEUE_FULL,
                        "reject-newest",
                        (it, outcome) -> it.limits.queueFull(outcome)));
        keys.add(
                limit(
                        "topic-alias-maximum",
                        0,
                        65_535,
                        "32",
                        (it, n) -> it.limits.topicAliasMaximum(n)));
        keys.add(
                limit(
                        "topic-aliases-assigned",
                        0,
                        65_535,
                        "32",
                        (it, n) -> it.limits.topicAliasesAssigned(n)));
        keys.add(
                key(
                        "limits.keep-alive-maximum",
                        Kind.seconds(65_535),
                        "0 s",
                        (it, seconds) -> it.limits.keepAliveMaximum(seconds.intValue())));
    }

    private static void addSessionLimits(List<Key<Draft, ?>> keys) {
        keys.add(
                limit(
                        "session.queued-messages",
                        0,
                        100_000_000,
                        "100000",
                        (it, n) -> it.limits.queuedMessages(n)));
        keys.add(
                key(
                        "limits.session.queued-bytes",
                        Kind.size(0, MOST_BYTES),
                        "64 MB",
                        (it, size) -> it.limits.queuedBytes(size)));
        keys.add(limit("session.in-flight", 1, 65_535, "20", (it, n) -> it.limits.inFlight(n)));
        keys.add(
                limit(
                        "session.receive-maximum",
                        1,
                        65_535,
                        "1000",
                        (it, n) -> it.limits.receiveMaximum(n)));
        keys.add(
                limit(
                        "session.subscriptions",
                        0,
                        10_000_000,
                        "10000",
                        (it, n) -> it.limits.subscriptions(n)));
        keys.add(
                key(
                        "limits.session.outbox-bytes",
                        Kind.size(64, 1_000_000_000),
                        "256 kB",
                        (it, size) -> it.limits.outboxBytes(size.intValue())));
        keys.add(
                key(
                        "limits.session.maximum-expiry",
                        Kind.secondsOr("never", Limits.NEVER, Limits.NEVER - 1),
                        "never",
                        (it, seconds) -> it.limits.maximumSessionExpiry(seconds)));
    }

    private static <T> Key<Draft, T> key(
            String path, Kind<T> kind, String standard, BiConsumer<Draft, T> setter) {
        return new Key<>(path, kind, standard, setter);
    }

    private static Key<Draft, Integer> limit(
            String name, int least, int most, String standard, BiConsumer<Draft, Integer> setter) {
        return key("limits." + name, Kind.integer(least, most), standard, setter);
    }

    /** The key outside the listeners with this path. */
    static Optional<Key<Draft, ?>> find(String path) {
        return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
    }

    /** The key of a listener with this name. */
    static Optional<Key<Draft.Listener, ?>> findOfListener(String name) {
        return LISTENER.stream().filter(key -> key.path().equals(name)).findFirst();
    }

    /** Whether known keys stand below this path. */
    static boolean isBlock(String path) {
        return path.equals("listeners")
                || paths(List.of()).anyMatch(known -> known.startsWith(path + "."));
    }

    /** All known paths, those of later versions last; the listeners' keys for these names. */
    static Stream<String> paths(Collection<String> listenerNames) {
        return Stream.of(
                        ALL.stream().map(Key::path),
                        ofListeners(listenerNames, LISTENER.stream().map(Key::path).toList()),
                        NOT_YET.stream(),
                        ofListeners(listenerNames, LISTENER_NOT_YET))
                .flatMap(paths -> paths);
    }

    private static Stream<String> ofListeners(Collection<String> names, List<String> keys) {
        return names.stream()
                .flatMap(name -> keys.stream().map(key -> "listeners." + name + "." + key));
    }
}
