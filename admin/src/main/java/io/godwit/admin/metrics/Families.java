package io.godwit.admin.metrics;

import static io.godwit.admin.metrics.Family.counter;
import static io.godwit.admin.metrics.Family.counters;
import static io.godwit.admin.metrics.Family.gauge;
import static io.godwit.admin.metrics.Family.gauges;
import static io.godwit.admin.metrics.Family.histogram;
import static io.godwit.admin.metrics.Family.histograms;
import static io.godwit.admin.metrics.Family.info;

import io.godwit.admin.metrics.Family.Sample;
import io.godwit.broker.control.Books;
import io.godwit.broker.control.BrokerMetrics.Gateway;
import io.godwit.broker.control.BrokerMetrics.Listener;
import io.godwit.broker.control.BrokerMetrics.Measures;
import io.godwit.broker.control.BrokerMetrics.Store;
import io.godwit.broker.control.Histogram;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** All metrics of a broker. {@code docs/metrics.md} is their reference, which a test holds. */
final class Families {

    private static final double MILLIS = 1_000;

    private static final String LISTENER = "listener";

    /** What has become of TLS handshakes, by the incidents that their listeners count. */
    private static final Map<String, String> HANDSHAKES =
            Map.of("handshake_failed", "failed", "handshake_timeout", "timeout");

    private Families() {}

    /** All of them. */
    static List<Family> all() {
        List<Family> all = new ArrayList<>();
        all.addAll(process());
        all.addAll(clients());
        all.addAll(traffic());
        all.addAll(copies());
        all.addAll(access());
        all.addAll(store());
        all.addAll(listeners());
        all.addAll(gateways());
        return List.copyOf(all);
    }

    // --- where values come from -----------------------------------------------------------------

    private static double count(Measures measures, String name) {
        return value(measures.stats().counters(), name);
    }

    private static ToDoubleFunction<Measures> count(String name) {
        return measures -> count(measures, name);
    }

    private static ToDoubleFunction<Measures> gaugeOf(String name) {
        return measures -> value(measures.stats().gauges(), name);
    }

    /** A name that is not there is a defect here, and must not pass for a 0. */
    private static double value(Map<String, Long> values, String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the broker does not count " + name);
        }
        return value;
    }

    /** Counts by the value of one label; pairs of that value and the name of the count. */
    private static Function<Measures, List<Sample>> byLabel(String label, String... pairs) {
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            names.put(pairs[i], pairs[i + 1]);
        }
        return measures ->
                names.entrySet().stream()
                        .map(each ->
                                Sample.of(label, each.getKey(), count(measures, each.getValue())))
                        .toList();
    }

    private static Function<Measures, List<Sample>> ofStore(ToDoubleFunction<Store> value) {
        return measures ->
                measures.store() instanceof Store store
                        ? List.of(new Sample(Labels.EMPTY, value.applyAsDouble(store)))
                        : List.of();
    }

    private static Function<Measures, List<Histogram>> histogramOfStore(
            Function<Store, Histogram> of) {
        return measures ->
                measures.store() instanceof Store store ? List.of(of.apply(store)) : List.of();
    }

    // --- the metrics ----------------------------------------------------------------------------

    private static List<Family> process() {
        return List.of(
                info(
                        "godwit_build_info",
                        "1, with the version of the broker",
                        measures -> Labels.of("version", measures.version())),
                gauge(
                        "godwit_uptime_seconds",
                        "For how long the broker runs",
                        measures -> measures.stats().uptime().toMillis() / MILLIS),
                histograms(
                        "godwit_loop_lag_seconds",
                        "By how much the ticks of an event loop, ten a second, came late",
                        "loop",
                        Measures::lags),
                counter(
                        "godwit_failed_actions_total",
                        "Actions of a loop that failed: each is a defect, and its stack is in the"
                                + " log",
                        count("failed_actions")),
                gauge(
                        "godwit_memory_used_bytes",
                        "What is held for clients, as limits.memory counts it",
                        gaugeOf("memoryUsed")),
                gauge("godwit_memory_limit_bytes", "limits.memory", gaugeOf("memoryLimit")));
    }

    private static List<Family> clients() {
        return List.of(
                gauge("godwit_connections", "Clients that are connected", gaugeOf("connections")),
                counter(
                        "godwit_sockets_opened_total",
                        "Sockets that were accepted, with or without CONNECT",
                        count("sockets_opened")),
                counter(
                        "godwit_connections_opened_total",
                        "Connections that were accepted with CONNACK",
                        count("connections_opened")),
                counter(
                        "godwit_connections_closed_total",
                        "Connections that have ended",
                        count("connections_closed")),
                counters(
                        "godwit_connections_refused_total",
                        "Sockets and CONNECTs that were turned away to protect the broker",
                        byLabel(
                                "reason",
                                "banned",
                                "connections_banned",
                                "address_rate",
                                "connections_over_address_rate",
                                "undecided",
                                "connections_over_undecided",
                                "listener_rate",
                                "connections_over_listener_rate",
                                "listener_places",
                                "connections_over_listener_places",
                                "size",
                                "connections_over_size",
                                "memory",
                                "connections_over_memory",
                                "foreign_session",
                                "connections_to_foreign_sessions")),
                gauge("godwit_sessions", "Sessions, connected or not", gaugeOf("sessions")),
                counter(
                        "godwit_sessions_created_total",
                        "Sessions that came into being, or were taken up at the start",
                        count("sessions_created")),
                counter(
                        "godwit_sessions_ended_total",
                        "Sessions that have ended",
                        count("sessions_ended")),
                counter(
                        "godwit_sessions_expired_total",
                        "Those of them whose Session Expiry Interval had passed",
                        count("sessions_expired")),
                gauge(
                        "godwit_subscriptions",
                        "Subscriptions of all sessions",
                        gaugeOf("subscriptions")),
                gauge(
                        "godwit_shared_subscriptions",
                        "Shared subscriptions, each counted once",
                        gaugeOf("sharedSubscriptions")));
    }

    private static List<Family> traffic() {
        return List.of(
                counters(
                        "godwit_packets_total",
                        "MQTT packets by direction and type",
                        measures ->
                                measures.packets().stream()
                                        .map(it ->
                                                new Sample(
                                                        Labels.of(
                                                                "direction", it.direction(),
                                                                "type", it.type()),
                                                        it.packets()))
                                        .toList()),
                counters(
                        "godwit_packet_bytes_total",
                        "The bytes of these packets",
                        measures ->
                                measures.packets().stream()
                                        .map(it ->
                                                new Sample(
                                                        Labels.of(
                                                                "direction", it.direction(),
                                                                "type", it.type()),
                                                        it.bytes()))
                                        .toList()),
                counters(
                        "godwit_publishes_total",
                        "PUBLISH packets by direction and QoS, those sent again included",
                        measures ->
                                measures.publishes().stream()
                                        .map(it ->
                                                new Sample(
                                                        Labels.of(
                                                                "direction", it.direction(),
                                                                "qos", Integer.toString(it.qos())),
                                                        it.packets()))
                                        .toList()),
                counters(
                        "godwit_payload_bytes_total",
                        "The payloads of PUBLISH packets",
                        byLabel(
                                "direction",
                                "received",
                                "publish_bytes_received",
                                "sent",
                                "publish_bytes_sent")),
                gauge("godwit_retained_messages", "Retained messages", gaugeOf("retained")),
                gauge("godwit_retained_bytes", "Their size", gaugeOf("retainedBytes")),
                counter(
                        "godwit_retained_refused_total",
                        "Messages that were not retained because of retained.messages or"
                                + " retained.bytes",
                        count("retained_refused")),
                counter(
                        "godwit_wills_published_total",
                        "Wills that were published",
                        count("wills_published")),
                counter(
                        "godwit_publishers_paused_total",
                        "How often a client was not read because it published too much",
                        count("publishers_paused")),
                counter(
                        "godwit_publishers_disconnected_total",
                        "Clients that were disconnected because they published too much",
                        count("publishers_disconnected")));
    }

    private static List<Family> copies() {
        return List.of(
                counters(
                        "godwit_copies_begun_total",
                        "Copies of messages, each for one session, by where they come from",
                        measures -> begun(measures.books())),
                counter(
                        "godwit_copies_completed_total",
                        "Copies that were sent, above QoS 0 acknowledged to the end",
                        measures -> measures.books().completed()),
                counters(
                        "godwit_copies_dropped_total",
                        "Copies that ended without their client",
                        measures ->
                                measures.books().dropped().entrySet().stream()
                                        .sorted(Map.Entry.comparingByKey())
                                        .map(it -> Sample.of("reason", it.getKey(), it.getValue()))
                                        .toList()),
                gauge(
                        "godwit_copies_in_flight",
                        "Copies that were sent and are not acknowledged to the end",
                        measures -> measures.books().inFlight()),
                gauge(
                        "godwit_copies_queued",
                        "Copies that wait to be sent",
                        measures -> measures.books().queued()),
                gauge(
                        "godwit_queued_bytes",
                        "The size of the messages that wait, a message in two queues counted twice",
                        gaugeOf("queuedBytes")),
                gauge(
                        "godwit_books_residual",
                        "Copies that began and are nowhere: 0 at rest",
                        measures -> measures.books().residual()));
    }

    private static List<Sample> begun(Books books) {
        return List.of(
                Sample.of("origin", "routed", books.routed()),
                Sample.of("origin", "will", books.wills()),
                Sample.of("origin", "retained", books.retained()),
                Sample.of("origin", "recovered", books.recovered()));
    }

    private static List<Family> access() {
        return List.of(
                counters(
                        "godwit_authentications_total",
                        "Authentications by their outcome",
                        byLabel(
                                "outcome",
                                "accepted",
                                "authentications_accepted",
                                "bad_credentials",
                                "authentications_with_bad_credentials",
                                "not_authorized",
                                "authentications_not_authorized",
                                "busy",
                                "authentications_busy",
                                "refused",
                                "authentications_refused_otherwise",
                                "unknown",
                                "authentications_passed")),
                counter(
                        "godwit_authentications_delayed_total",
                        "Refusals that waited",
                        count("authentications_delayed")),
                counter(
                        "godwit_authentications_expired_total",
                        "Connections that ended because their authentication had expired",
                        count("authentications_expired")),
                counters(
                        "godwit_reauthentications_total",
                        "Authentications within a connection by their outcome",
                        byLabel(
                                "outcome",
                                "accepted",
                                "reauthentications",
                                "failed",
                                "reauthentications_failed")),
                counters(
                        "godwit_authorization_denied_total",
                        "What the rules refused",
                        byLabel(
                                "act",
                                "publish",
                                "publish_denied",
                                "subscribe",
                                "subscribe_denied",
                                "receive",
                                "dropped_not_authorized",
                                "will",
                                "will_denied")),
                counter(
                        "godwit_subscriptions_revoked_total",
                        "Subscriptions that changed rules took back",
                        count("subscriptions_revoked")),
                gauge("godwit_bans", "Bans in force", gaugeOf("bans")),
                counters(
                        "godwit_bans_made_total",
                        "Bans that the broker made by itself",
                        byLabel(
                                "reason",
                                "failures",
                                "bans_for_failures",
                                "flapping",
                                "bans_for_flapping")));
    }

    private static List<Family> store() {
        return List.of(
                histogram(
                        "godwit_store_batch_changes",
                        "How many changes the batches had that the store wrote",
                        histogramOfStore(Store::sizes)),
                histogram(
                        "godwit_store_batch_duration_seconds",
                        "How long the writing of a batch took",
                        histogramOfStore(Store::durations)),
                counters(
                        "godwit_store_batches_failed_total",
                        "Batches that could not be written",
                        ofStore(Store::failures)),
                counters(
                        "godwit_store_damaged_records_total",
                        "Records that could not be read and are in quarantine",
                        ofStore(Store::damaged)),
                gauges(
                        "godwit_store_used_bytes",
                        "What the store takes on the disk",
                        ofStore(Store::usedBytes)),
                gauges(
                        "godwit_store_free_bytes",
                        "What is left on its disk",
                        ofStore(Store::freeBytes)),
                gauges(
                        "godwit_store_accepts",
                        "1 while the store takes what has to be stored, 0 while that is refused",
                        ofStore(store -> store.accepts() ? 1 : 0)));
    }

    private static List<Family> listeners() {
        return List.of(
                counters(
                        "godwit_tls_handshakes_total",
                        "TLS handshakes by their outcome",
                        measures ->
                                measures.listeners().stream()
                                        .flatMap(it -> handshakes(it).stream())
                                        .toList()),
                counters(
                        "godwit_listener_incidents_total",
                        "What has happened to sockets before they were connections",
                        measures ->
                                measures.listeners().stream()
                                        .flatMap(
                                                it -> incidents(it.name(), it.incidents()).stream())
                                        .toList()),
                gauges(
                        "godwit_certificate_expiry_timestamp_seconds",
                        "When a certificate of a listener expires, in seconds since 1970",
                        measures ->
                                Stream.concat(
                                                measures.listeners().stream()
                                                        .map(it ->
                                                                expiries(it.name(), it.expiries())),
                                                measures.gateways().stream()
                                                        .map(it ->
                                                                expiries(it.name(), it.expiries())))
                                        .flatMap(List::stream)
                                        .toList()));
    }

    private static List<Family> gateways() {
        return List.of(
                counters(
                        "godwit_sn_datagrams_total",
                        "Datagrams of MQTT-SN by direction",
                        measures ->
                                measures.gateways().stream()
                                        .flatMap(it ->
                                                Stream.of(
                                                        ofGateway(it, "received", it.received()),
                                                        ofGateway(it, "sent", it.sent())))
                                        .toList()),
                counters(
                        "godwit_sn_incidents_total",
                        "What has happened to clients of MQTT-SN and their datagrams",
                        measures ->
                                measures.gateways().stream()
                                        .flatMap(
                                                it -> incidents(it.name(), it.incidents()).stream())
                                        .toList()));
    }

    private static Sample ofGateway(Gateway gateway, String direction, long datagrams) {
        return new Sample(Labels.of(LISTENER, gateway.name(), "direction", direction), datagrams);
    }

    private static List<Sample> handshakes(Listener listener) {
        List<Sample> samples = new ArrayList<>();
        samples.add(
                new Sample(
                        Labels.of(LISTENER, listener.name(), "outcome", "done"),
                        listener.handshakes()));
        HANDSHAKES.forEach((incident, outcome) ->
                samples.add(
                        new Sample(
                                Labels.of(LISTENER, listener.name(), "outcome", outcome),
                                value(listener.incidents(), incident))));
        return samples;
    }

    private static List<Sample> incidents(String listener, Map<String, Long> incidents) {
        return incidents.entrySet().stream()
                .map(it ->
                        new Sample(
                                Labels.of(LISTENER, listener, "incident", it.getKey()),
                                it.getValue()))
                .toList();
    }

    private static List<Sample> expiries(String listener, Map<String, Instant> expiries) {
        return expiries.entrySet().stream()
                .map(it ->
                        new Sample(
                                Labels.of(LISTENER, listener, "subject", it.getKey()),
                                it.getValue().getEpochSecond()))
                .toList();
    }
}
