package io.godwit.server.configuration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The keys of what protects the broker, wherever they stand. */
final class ProtectionKeys {

    private static final KeyBlock<ProtectionDraft> PROTECTION =
            new KeyBlock<>("", it -> it.protection);

    static final Key<Draft.Listener, Integer> CONNECTIONS =
            new Key<>(
                    "max-connections",
                    Kind.integer(0, 10_000_000),
                    "0",
                    (it, count) -> it.limits.connections = count);

    static final Key<Draft.Listener, Integer> CONNECT_RATE =
            new Key<>(
                    "connect-rate",
                    Kind.integer(0, 1_000_000),
                    "0",
                    (it, rate) -> it.limits.connectRate = rate);

    // what the keys of listeners take as well, which are called the same (ListenerLimitKeys)
    static final Kind<Integer> MESSAGES_PER_SECOND = Kind.integer(0, 10_000_000);
    static final Kind<Long> BYTES_PER_SECOND = Kind.size(0, 1_000_000_000_000L);
    static final Kind<Duration> BURST = Kind.time(Duration.ofMillis(100), Duration.ofHours(1));
    static final Kind<Boolean> EXCEEDED = Kind.words(Map.of("pause", false, "disconnect", true));

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private ProtectionKeys() {}

    static List<Key<Draft, ?>> keys() {
        return Stream.of(ofConnections(), ofClients(), ofBruteForce(), ofFlapping())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Key<Draft, ?>> ofConnections() {
        return List.of(
                PROTECTION.key(
                        "authentication.bind-sessions",
                        Kind.truth(),
                        "true",
                        (it, binds) -> it.bindsSessions = binds),
                PROTECTION.key(
                        "limits.connect-rate-per-address",
                        Kind.integer(0, 1_000_000),
                        "0",
                        (it, rate) -> it.connectionsPerAddress = rate),
                PROTECTION.key(
                        "limits.undecided-per-address",
                        Kind.integer(0, 1_000_000),
                        "1000",
                        (it, count) -> it.undecidedPerAddress = count));
    }

    private static List<Key<Draft, ?>> ofClients() {
        return List.of(
                PROTECTION.key(
                        "limits.client.messages-per-second",
                        MESSAGES_PER_SECOND,
                        "0",
                        (it, count) -> it.messagesPerSecond = count),
                PROTECTION.key(
                        "limits.client.bytes-per-second",
                        BYTES_PER_SECOND,
                        "0",
                        (it, size) -> it.bytesPerSecond = size),
                PROTECTION.key("limits.client.burst", BURST, "1 s", (it, time) -> it.burst = time),
                PROTECTION.key(
                        "limits.client.exceeded",
                        EXCEEDED,
                        "pause",
                        (it, disconnects) -> it.disconnects = disconnects));
    }

    private static List<Key<Draft, ?>> ofBruteForce() {
        return List.of(
                PROTECTION.key(
                        "protection.brute-force.failures",
                        Kind.integer(0, 1_000_000),
                        "10",
                        (it, count) -> it.failures = count),
                PROTECTION.key(
                        "protection.brute-force.address-failures",
                        Kind.integer(0, 1_000_000),
                        "100",
                        (it, count) -> it.addressFailures = count),
                PROTECTION.key(
                        "protection.brute-force.within",
                        Kind.time(SECOND, DAY),
                        "1 m",
                        (it, time) -> it.failuresWithin = time),
                PROTECTION.key(
                        "protection.brute-force.ban",
                        Kind.time(Duration.ZERO, DAY),
                        "5 m",
                        (it, time) -> it.failuresBan = time),
                PROTECTION.key(
                        "protection.brute-force.longest-delay",
                        Kind.time(Duration.ZERO, Duration.ofMinutes(1)),
                        "5 s",
                        (it, time) -> it.longestDelay = time));
    }

    private static List<Key<Draft, ?>> ofFlapping() {
        return List.of(
                PROTECTION.key(
                        "protection.flapping.enabled",
                        Kind.truth(),
                        "false",
                        (it, enabled) -> it.flapping = enabled),
                PROTECTION.key(
                        "protection.flapping.connects",
                        Kind.integer(1, 1_000_000),
                        "15",
                        (it, count) -> it.connects = count),
                PROTECTION.key(
                        "protection.flapping.within",
                        Kind.time(SECOND, DAY),
                        "1 m",
                        (it, time) -> it.connectsWithin = time),
                PROTECTION.key(
                        "protection.flapping.ban",
                        Kind.time(SECOND, DAY),
                        "5 m",
                        (it, time) -> it.flappingBan = time));
    }
}
