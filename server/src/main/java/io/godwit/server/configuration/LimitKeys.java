package io.godwit.server.configuration;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.QueueFull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The keys of {@code limits}. */
final class LimitKeys {

    static final long MOST_BYTES = 1_000_000_000_000_000L;

    private static final Kind<QueueFull> QUEUE_FULL =
            Kind.words(
                    Map.of(
                            "reject-newest", QueueFull.REJECT_NEWEST,
                            "drop-oldest", QueueFull.DROP_OLDEST,
                            "refuse-publisher", QueueFull.REFUSE_PUBLISHER),
                    Set.of());

    private LimitKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                limit("connections", 1, 10_000_000, "20000", (it, n) -> it.limits.connections(n)),
                key(
                        "limits.packet-size",
                        Kind.size(64, 268_435_460),
                        "2 MB",
                        (it, size) -> it.limits.packetSize(size.intValue())),
                limit("connect-rate", 0, 1_000_000, "5000", (it, n) -> it.limits.connectRate(n)),
                key(
                        "limits.connect-timeout",
                        Kind.time(Duration.ofMillis(1), Duration.ofHours(1)),
                        "10 s",
                        (it, time) -> it.limits.connectTimeout(time)),
                limit("topic-levels", 1, 65_536, "128", (it, n) -> it.limits.topicLevels(n)),
                key(
                        "limits.topic-length",
                        Kind.size(1, 65_535),
                        "4 KiB",
                        (it, size) -> it.limits.topicLength(size.intValue())),
                key(
                        "limits.memory",
                        Kind.share(1_000, MOST_BYTES),
                        "50%",
                        (it, share) -> it.limits.memory(share.of(it.heap))),
                key(
                        "limits.queue-full",
                        QUEUE_FULL,
                        "reject-newest",
                        (it, outcome) -> it.limits.queueFull(outcome)),
                limit(
                        "topic-alias-maximum",
                        0,
                        65_535,
                        "32",
                        (it, n) -> it.limits.topicAliasMaximum(n)),
                limit(
                        "topic-aliases-assigned",
                        0,
                        65_535,
                        "32",
                        (it, n) -> it.limits.topicAliasesAssigned(n)),
                key(
                        "limits.keep-alive-maximum",
                        Kind.seconds(65_535),
                        "0 s",
                        (it, seconds) -> it.limits.keepAliveMaximum(seconds.intValue())),
                limit("maximum-qos", 0, 2, "2", (it, qos) -> it.limits.maximumQos(qos)),
                key(
                        "limits.retain-available",
                        Kind.truth(),
                        "true",
                        (it, available) -> it.limits.retainAvailable(available)));
    }

    static List<Key<Draft, ?>> sessionKeys() {
        return List.of(
                limit(
                        "session.queued-messages",
                        0,
                        100_000_000,
                        "100000",
                        (it, n) -> it.limits.queuedMessages(n)),
                key(
                        "limits.session.queued-bytes",
                        Kind.size(0, MOST_BYTES),
                        "64 MB",
                        (it, size) -> it.limits.queuedBytes(size)),
                limit("session.in-flight", 1, 65_535, "20", (it, n) -> it.limits.inFlight(n)),
                limit(
                        "session.receive-maximum",
                        1,
                        65_535,
                        "1000",
                        (it, n) -> it.limits.receiveMaximum(n)),
                limit(
                        "session.subscriptions",
                        0,
                        10_000_000,
                        "10000",
                        (it, n) -> it.limits.subscriptions(n)),
                key(
                        "limits.session.outbox-bytes",
                        Kind.size(64, 1_000_000_000),
                        "256 kB",
                        (it, size) -> it.limits.outboxBytes(size.intValue())),
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
}
