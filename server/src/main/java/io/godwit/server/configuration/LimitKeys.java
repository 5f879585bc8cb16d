package io.godwit.server.configuration;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.LimitsBuilder;
import io.godwit.broker.limits.QueueFull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The keys of {@code limits}. */
final class LimitKeys {

    private static final KeyBlock<LimitsBuilder> LIMITS =
            new KeyBlock<>("limits.", it -> it.limits);

    static final long MOST_BYTES = 1_000_000_000_000_000L;

    private static final Kind<QueueFull> QUEUE_FULL =
            Kind.words(
                    Map.of(
                            "reject-newest", QueueFull.REJECT_NEWEST,
                            "drop-oldest", QueueFull.DROP_OLDEST,
                            "refuse-publisher", QueueFull.REFUSE_PUBLISHER));

    // what the keys of listeners take as well, which are called the same (ListenerLimitKeys)
    static final Kind<Long> PACKET_SIZE = Kind.size(64, 268_435_460);
    static final Kind<Duration> CONNECT_TIMEOUT =
            Kind.time(Duration.ofMillis(1), Duration.ofHours(1));
    static final Kind<Integer> TOPIC_ALIASES = Kind.integer(0, 65_535);
    static final Kind<Long> KEEP_ALIVE = Kind.seconds(65_535);
    static final Kind<Integer> QOS = Kind.integer(0, 2);
    static final Kind<Integer> FLOWS = Kind.integer(1, 65_535);
    static final Kind<Integer> SUBSCRIPTIONS = Kind.integer(0, 10_000_000);
    static final Kind<Long> EXPIRY = Kind.secondsOr("never", Limits.NEVER, Limits.NEVER - 1);

    private LimitKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                limit("connections", 1, 10_000_000, "20000", (it, n) -> it.connections(n)),
                LIMITS.key(
                        "packet-size",
                        PACKET_SIZE,
                        "2 MB",
                        (it, size) -> it.packetSize(size.intValue())),
                LIMITS.key(
                        "connect-size",
                        PACKET_SIZE,
                        "256 kB",
                        (it, size) -> it.connectSize(size.intValue())),
                limit("connect-rate", 0, 1_000_000, "5000", (it, n) -> it.connectRate(n)),
                LIMITS.key(
                        "connect-timeout",
                        CONNECT_TIMEOUT,
                        "10 s",
                        (it, time) -> it.connectTimeout(time)),
                limit("topic-levels", 1, 65_536, "128", (it, n) -> it.topicLevels(n)),
                LIMITS.key(
                        "topic-length",
                        Kind.size(1, 65_535),
                        "4 KiB",
                        (it, size) -> it.topicLength(size.intValue())),
                new Key<>(
                        "limits.memory",
                        Kind.share(1_000, MOST_BYTES),
                        "50%",
                        (it, share) -> it.limits.memory(share.of(it.heap))),
                LIMITS.key(
                        "queue-full",
                        QUEUE_FULL,
                        "reject-newest",
                        (it, outcome) -> it.queueFull(outcome)),
                LIMITS.key(
                        "topic-alias-maximum",
                        TOPIC_ALIASES,
                        "32",
                        (it, n) -> it.topicAliasMaximum(n)),
                LIMITS.key(
                        "topic-aliases-assigned",
                        TOPIC_ALIASES,
                        "32",
                        (it, n) -> it.topicAliasesAssigned(n)),
                LIMITS.key(
                        "keep-alive-maximum",
                        KEEP_ALIVE,
                        "0 s",
                        (it, seconds) -> it.keepAliveMaximum(seconds.intValue())),
                LIMITS.key("maximum-qos", QOS, "2", (it, qos) -> it.maximumQos(qos)),
                LIMITS.key(
                        "retain-available",
                        Kind.truth(),
                        "true",
                        (it, available) -> it.retainAvailable(available)));
    }

    static List<Key<Draft, ?>> sessionKeys() {
        return List.of(
                limit(
                        "session.queued-messages",
                        0,
                        100_000_000,
                        "100000",
                        (it, n) -> it.queuedMessages(n)),
                LIMITS.key(
                        "session.queued-bytes",
                        Kind.size(0, MOST_BYTES),
                        "64 MB",
                        (it, size) -> it.queuedBytes(size)),
                LIMITS.key("session.in-flight", FLOWS, "20", (it, n) -> it.inFlight(n)),
                LIMITS.key(
                        "session.receive-maximum", FLOWS, "1000", (it, n) -> it.receiveMaximum(n)),
                LIMITS.key(
                        "session.subscriptions",
                        SUBSCRIPTIONS,
                        "10000",
                        (it, n) -> it.subscriptions(n)),
                LIMITS.key(
                        "session.outbox-bytes",
                        Kind.size(64, 1_000_000_000),
                        "256 kB",
                        (it, size) -> it.outboxBytes(size.intValue())),
                LIMITS.key(
                        "session.maximum-expiry",
                        EXPIRY,
                        "never",
                        (it, seconds) -> it.maximumSessionExpiry(seconds)));
    }

    private static Key<Draft, Integer> limit(
            String name,
            int least,
            int most,
            String standard,
            BiConsumer<LimitsBuilder, Integer> setter) {
        return LIMITS.key(name, Kind.integer(least, most), standard, setter);
    }
}
