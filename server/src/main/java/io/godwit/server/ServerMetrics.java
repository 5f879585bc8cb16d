package io.godwit.server;

import io.godwit.broker.Broker;
import io.godwit.broker.Counts;
import io.godwit.broker.control.Books;
import io.godwit.broker.control.BrokerMetrics;
import io.godwit.broker.durable.DurableStore;
import io.godwit.broker.durable.StoreCounts;
import io.godwit.broker.shard.Time;
import io.godwit.gateway.sn.SnCounter;
import io.godwit.gateway.sn.SnListener;
import io.godwit.transport.Incident;
import io.godwit.transport.ServedCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server counts and measures: its broker, its store and its listeners. */
final class ServerMetrics implements BrokerMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(ServerMetrics.class);

    /**
     * How long the loops have for their books; whoever asks for metrics does so in an emergency.
     */
    private static final long PATIENCE_SECONDS = 1;

    private final Counts counts;
    private final @Nullable DurableStore store;
    private final Listeners listeners;
    private final Gateways gateways;
    private final Time time;
    private final long startedAt;

    /**
     * Those of a server that starts now.
     *
     * @param store null if everything is in memory
     */
    ServerMetrics(
            Broker broker,
            @Nullable DurableStore store,
            Listeners listeners,
            Gateways gateways,
            Time time) {
        this.counts = broker.counts();
        this.store = store;
        this.listeners = listeners;
        this.gateways = gateways;
        this.time = time;
        this.startedAt = time.monotonicMillis();
    }

    @Override
    public Stats stats() {
        Map<String, Long> gauges = counts.gauges();
        Runtime runtime = Runtime.getRuntime();
        gauges.put("heapUsed", runtime.totalMemory() - runtime.freeMemory());
        return new Stats(
                Instant.ofEpochMilli(time.wallMillis()),
                Duration.ofMillis(time.monotonicMillis() - startedAt),
                counts.counters(),
                gauges);
    }

    @Override
    public Measures measures() {
        return new Measures(
                Version.current(),
                stats(),
                books(),
                counts.packets(),
                counts.publishes(),
                counts.lags(),
                store == null ? null : store(store),
                listeners(),
                gateways());
    }

    private Books books() {
        try {
            return counts.books().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.debug("a loop did not tell its books in time", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return counts.booksNow();
    }

    private static Store store(DurableStore store) {
        StoreCounts done = store.counts();
        return new Store(
                done.sizes(),
                done.durations(),
                done.failures(),
                done.damaged(),
                store.usedBytes(),
                store.freeBytes(),
                !store.isRefusing());
    }

    private List<Gateway> gateways() {
        return gateways.open().values().stream().map(ServerMetrics::gateway).toList();
    }

    private static Gateway gateway(SnListener listener) {
        Map<String, Long> incidents = new HashMap<>();
        for (SnCounter each : SnCounter.values()) {
            if (each != SnCounter.DATAGRAMS_RECEIVED && each != SnCounter.DATAGRAMS_SENT) {
                incidents.put(each.name().toLowerCase(Locale.ROOT), listener.count(each));
            }
        }
        return new Gateway(
                listener.settings().name(),
                listener.count(SnCounter.DATAGRAMS_RECEIVED),
                listener.count(SnCounter.DATAGRAMS_SENT),
                incidents,
                expiries(Gateways.certificate(listener).stream().toList()));
    }

    private List<Listener> listeners() {
        return listeners.open().values().stream().map(ServerMetrics::listener).toList();
    }

    private static Listener listener(io.godwit.transport.Listener listener) {
        Map<String, Long> incidents = new HashMap<>();
        for (Map.Entry<Incident, Long> each : listener.incidents().entrySet()) {
            incidents.put(each.getKey().name().toLowerCase(Locale.ROOT), each.getValue());
        }
        return new Listener(
                listener.name(),
                listener.handshakes(),
                incidents,
                expiries(listener.certificates()));
    }

    private static Map<String, Instant> expiries(List<ServedCertificate> certificates) {
        Map<String, Instant> expiries = new HashMap<>();
        for (ServedCertificate each : certificates) {
            // of two with one subject the one that expires first is worth knowing
            expiries.merge(each.subject(), each.validUntil(), (a, b) -> a.isBefore(b) ? a : b);
        }
        return expiries;
    }
}
