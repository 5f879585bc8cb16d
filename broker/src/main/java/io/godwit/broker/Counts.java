package io.godwit.broker;

import io.godwit.broker.control.Books;
import io.godwit.broker.control.BrokerMetrics.Packets;
import io.godwit.broker.control.BrokerMetrics.Publishes;
import io.godwit.broker.control.Histogram;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Counters;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Traffic;
import io.godwit.codec.PacketType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What a broker counts and measures, summed over its shards. Safe from any thread. */
public final class Counts {

    private static final double MILLIS = 1_000;

    private final Broker broker;

    Counts(Broker broker) {
        this.broker = broker;
    }

    /** What became of the copies of messages, as each shard tells it on its loop. */
    public CompletableFuture<Books> books() {
        AtomicReference<Books> sum = new AtomicReference<>(BookKeeping.EMPTY);
        return broker.onEachShard(
                        here -> {
                            Counters counters = here.shard().counters();
                            counters.sent().settle();
                            sum.accumulateAndGet(BookKeeping.of(counters), Books::plus);
                        })
                .thenApply(_ -> sum.get());
    }

    /**
     * The same at once, while the loops go on: out by what happens at that moment, and exact when
     * they rest.
     */
    public Books booksNow() {
        return broker.shards().stream()
                .map(shard -> BookKeeping.of(shard.counters()))
                .reduce(BookKeeping.EMPTY, Books::plus);
    }

    /**
     * Each {@link Counter} by its name in small letters; {@code loop_ticks}, the ticks of all event
     * loops, and {@code loop_lag_milliseconds}, by how much these came late together.
     */
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            all.put(name(counter), broker.count(counter));
        }
        long ticks = 0;
        double late = 0;
        for (Histogram lag : lags()) {
            ticks += lag.counts().stream().mapToLong(Long::longValue).sum();
            late += lag.sum();
        }
        all.put("loop_ticks", ticks);
        all.put("loop_lag_milliseconds", Math.round(late * MILLIS));
        return all;
    }

    /** What there is now, by name; sizes in bytes. */
    public Map<String, Long> gauges() {
        Books books = booksNow();
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("connections", (long) broker.connections());
        all.put("sessions", difference(Counter.SESSIONS_CREATED, Counter.SESSIONS_ENDED));
        all.put(
                "subscriptions",
                difference(Counter.SUBSCRIPTIONS_ADDED, Counter.SUBSCRIPTIONS_REMOVED));
        all.put("sharedSubscriptions", (long) broker.router().sharedSubscriptions());
        all.put("retained", broker.retained().count());
        all.put("retainedBytes", broker.retained().bytes());
        all.put("queued", books.queued());
        all.put("queuedBytes", difference(Counter.BYTES_QUEUED, Counter.BYTES_UNQUEUED));
        all.put("inFlight", books.inFlight());
        all.put("bans", (long) broker.protection().bans().size());
        all.put("memoryUsed", broker.memoryUsed());
        all.put("memoryLimit", broker.budget().maximum());
        return all;
    }

    private long difference(Counter in, Counter out) {
        return broker.count(in) - broker.count(out);
    }

    /** Packets by direction and type. */
    public List<Packets> packets() {
        List<Packets> all = new ArrayList<>();
        for (PacketType type : PacketType.values()) {
            all.add(packets("received", type, Counters::received));
            all.add(packets("sent", type, Counters::sent));
        }
        return all;
    }

    private Packets packets(String direction, PacketType type, Function<Counters, Traffic> of) {
        long packets = 0;
        long bytes = 0;
        for (Shard shard : broker.shards()) {
            Traffic traffic = of.apply(shard.counters());
            packets += traffic.packets(type);
            bytes += traffic.bytes(type);
        }
        return new Packets(direction, name(type), packets, bytes);
    }

    /** PUBLISH packets by direction and QoS. */
    public List<Publishes> publishes() {
        List<Publishes> all = new ArrayList<>();
        for (int qos = 0; qos <= 2; qos++) {
            all.add(publishes("received", qos, Counters::received));
            all.add(publishes("sent", qos, Counters::sent));
        }
        return all;
    }

    private Publishes publishes(String direction, int qos, Function<Counters, Traffic> of) {
        long packets = 0;
        for (Shard shard : broker.shards()) {
            packets += of.apply(shard.counters()).publish(qos);
        }
        return new Publishes(direction, qos, packets);
    }

    /** By how many seconds the ticks of each shard came late. */
    public List<Histogram> lags() {
        return broker.shards().stream().map(shard -> shard.lag().histogram(MILLIS)).toList();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
