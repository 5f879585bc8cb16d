package io.godwit.server.configuration;

import io.godwit.broker.limits.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The keys of {@code listeners.<name>.limits}: each is called as the key of {@code limits} that it
 * holds instead of, and takes the same.
 */
final class ListenerLimitKeys {

    private ListenerLimitKeys() {}

    static List<Key<Draft.Listener, ?>> keys() {
        return List.of(
                key(
                        "packet-size",
                        Kind.size(64, 268_435_460),
                        (it, size) -> it.packetSize = Optional.of(size.intValue())),
                key(
                        "topic-alias-maximum",
                        Kind.integer(0, 65_535),
                        (it, count) -> it.topicAliasMaximum = Optional.of(count)),
                key(
                        "topic-aliases-assigned",
                        Kind.integer(0, 65_535),
                        (it, count) -> it.topicAliasesAssigned = Optional.of(count)),
                key(
                        "keep-alive-maximum",
                        Kind.seconds(65_535),
                        (it, time) -> it.keepAliveMaximum = Optional.of(time.intValue())),
                key(
                        "maximum-qos",
                        Kind.integer(0, 2),
                        (it, qos) -> it.maximumQos = Optional.of(qos)),
                key(
                        "retain-available",
                        Kind.truth(),
                        (it, available) -> it.retainAvailable = Optional.of(available)),
                key(
                        "session.in-flight",
                        Kind.integer(1, 65_535),
                        (it, count) -> it.inFlight = Optional.of(count)),
                key(
                        "session.receive-maximum",
                        Kind.integer(1, 65_535),
                        (it, count) -> it.receiveMaximum = Optional.of(count)),
                key(
                        "session.subscriptions",
                        Kind.integer(0, 10_000_000),
                        (it, count) -> it.subscriptions = Optional.of(count)),
                key(
                        "session.maximum-expiry",
                        Kind.secondsOr("never", Limits.NEVER, Limits.NEVER - 1),
                        (it, seconds) -> it.maximumExpiry = Optional.of(seconds)),
                key(
                        "client.messages-per-second",
                        Kind.integer(0, 10_000_000),
                        (it, count) -> it.messagesPerSecond = Optional.of(count)),
                key(
                        "client.bytes-per-second",
                        Kind.size(0, 1_000_000_000_000L),
                        (it, size) -> it.bytesPerSecond = Optional.of(size)),
                key(
                        "client.burst",
                        Kind.time(Duration.ofMillis(100), Duration.ofHours(1)),
                        (it, time) -> it.burst = Optional.of(time)),
                key(
                        "client.exceeded",
                        Kind.words(Map.of("pause", false, "disconnect", true), Set.of()),
                        (it, disconnects) -> it.disconnects = Optional.of(disconnects)));
    }

    private static <T> Key<Draft.Listener, T> key(
            String name, Kind<T> kind, BiConsumer<ListenerLimitsDraft, T> setter) {
        return new Key<>(
                "limits." + name,
                kind,
                "as limits." + name,
                (it, value) -> setter.accept(it.limits, value));
    }
}
