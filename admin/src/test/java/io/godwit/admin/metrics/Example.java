package io.godwit.admin.metrics;

import io.godwit.broker.control.Books;
import io.godwit.broker.control.BrokerMetrics.Gateway;
import io.godwit.broker.control.BrokerMetrics.Listener;
import io.godwit.broker.control.BrokerMetrics.Measures;
import io.godwit.broker.control.BrokerMetrics.Packets;
import io.godwit.broker.control.BrokerMetrics.Publishes;
import io.godwit.broker.control.BrokerMetrics.Stats;
import io.godwit.broker.control.BrokerMetrics.Store;
import io.godwit.broker.control.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a broker could measure: all that there may be, with small different numbers. */
final class Example {

    static final String SUBJECT = "CN=\"a\\b\"\n";

    private static final Histogram HISTOGRAM =
            new Histogram(List.of(0.5, 1.0), List.of(1L, 2L, 4L), 9.5);

    private Example() {}

    /** Those of a broker with a store and a listener with TLS. */
    static Measures measures() {
        return new Measures(
                "1.2.3",
                stats(),
                new Books(20, 2, 3, 4, 10, 5, 6, Map.of("queue_full", 7L, "expired", 0L)),
                List.of(new Packets("received", "publish", 8, 800)),
                List.of(new Publishes("sent", 2, 9)),
                List.of(HISTOGRAM, HISTOGRAM),
                new Store(HISTOGRAM, HISTOGRAM, 11, 12, 13, 14, true),
                List.of(
                        new Listener(
                                "tls",
                                15,
                                Map.of("handshake_failed", 16L, "handshake_timeout", 17L),
                                Map.of(SUBJECT, Instant.ofEpochSecond(2_000_000_000)))),
                List.of(new Gateway("sn", 18, 19, Map.of("malformed", 20L), Map.of())));
    }

    /** The names are those of the broker; its {@code Counts} gives them. */
    private static Stats stats() {
        Map<String, Long> counters = new TreeMap<>();
        Map<String, Long> gauges = new TreeMap<>();
        Stream.of(
                        "authentications_accepted",
                        "authentications_with_bad_credentials",
                        "authentications_not_authorized",
                        "authentications_busy",
                        "authentications_refused_otherwise",
                        "authentications_passed",
                        "authentications_delayed",
                        "authentications_expired",
                        "reauthentications",
                        "reauthentications_failed",
                        "bans_for_failures",
                        "bans_for_flapping",
                        "connections_banned",
                        "connections_over_address_rate",
                        "connections_over_undecided",
                        "connections_over_listener_rate",
                        "connections_over_listener_places",
                        "connections_over_size",
                        "connections_over_memory",
                        "connections_to_foreign_sessions",
                        "connections_opened",
                        "connections_closed",
                        "dropped_not_authorized",
                        "failed_actions",
                        "publish_bytes_received",
                        "publish_bytes_sent",
                        "publish_denied",
                        "publishers_paused",
                        "publishers_disconnected",
                        "retained_refused",
                        "sessions_created",
                        "sessions_ended",
                        "sessions_expired",
                        "sockets_opened",
                        "subscribe_denied",
                        "subscriptions_revoked",
                        "will_denied",
                        "wills_published")
                .forEach(name -> counters.put(name, 100L + counters.size()));
        Stream.of(
                        "bans",
                        "connections",
                        "memoryLimit",
                        "memoryUsed",
                        "queuedBytes",
                        "retained",
                        "retainedBytes",
                        "sessions",
                        "sharedSubscriptions",
                        "subscriptions")
                .forEach(name -> gauges.put(name, 200L + gauges.size()));
        return new Stats(Instant.EPOCH, Duration.ofMillis(1_500), counters, gauges);
    }
}
