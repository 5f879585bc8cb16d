package io.godwit.broker.control;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a running broker counts and measures, for whoever shows or exports it. Safe from any thread
 * but a shard's.
 */
public interface BrokerMetrics {

    /** Instants in UTC, always with three digits behind the second. */
    DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    /**
     * The plain counts.
     *
     * @param time when they were read
     * @param uptime for how long the broker runs
     * @param counters what only grows, since the start, by names such as {@code publish_received}
     * @param gauges what there is now, by names such as {@code connections}; sizes in bytes
     */
    record Stats(
            Instant time, Duration uptime, Map<String, Long> counters, Map<String, Long> gauges) {

        /** Copies the maps. */
        public Stats {
            counters = Map.copyOf(counters);
            gauges = Map.copyOf(gauges);
        }

        /**
         * The same as an object of JSON: the time in ISO 8601 with milliseconds, the uptime in
         * seconds, and the counters and gauges in the order of their names.
         *
         * @param version that of the broker
         */
        public Map<String, Object> object(String version) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("time", MILLISECONDS.format(time));
            object.put("uptime", uptime.toSeconds());
            object.put("version", version);
            object.put("counters", new TreeMap<>(counters));
            object.put("gauges", new TreeMap<>(gauges));
            return object;
        }
    }

    /**
     * Packets of one type in one direction, since the start.
     *
     * @param direction {@code received} or {@code sent}
     * @param type such as {@code publish}
     * @param packets how many
     * @param bytes their sizes together
     */
    record Packets(String direction, String type, long packets, long bytes) {}

    /**
     * PUBLISH packets in one direction at one QoS, since the start.
     *
     * @param direction {@code received} or {@code sent}
     */
    record Publishes(String direction, int qos, long packets) {}

    /**
     * What a durable store has done.
     *
     * @param sizes of the batches that it wrote, in changes
     * @param durations of their writing, in seconds
     * @param failures batches that could not be written
     * @param damaged records that could not be read
     * @param usedBytes what it takes on the disk
     * @param freeBytes what is left there
     * @param accepts whether it takes what has to be stored
     */
    record Store(
            Histogram sizes,
            Histogram durations,
            long failures,
            long damaged,
            long usedBytes,
            long freeBytes,
            boolean accepts) {}

    /**
     * A place where clients connect.
     *
     * @param name as the configuration has it
     * @param handshakes TLS handshakes that were done; 0 without TLS
     * @param incidents what has happened to its sockets, how often, by names such as {@code
     *     handshake_failed}
     * @param expiries when each certificate that it shows expires, by the certificate's subject
     */
    record Listener(
            String name,
            long handshakes,
            Map<String, Long> incidents,
            Map<String, Instant> expiries) {

        /** Copies the maps. */
        public Listener {
            incidents = Map.copyOf(incidents);
            expiries = Map.copyOf(expiries);
        }
    }

    /**
     * A place where clients of MQTT-SN connect.
     *
     * @param name as the configuration has it
     * @param received datagrams
     * @param sent datagrams
     * @param incidents what else has happened, how often, by names such as {@code malformed}
     * @param expiries when each certificate that it shows expires, by the certificate's subject
     */
    record Gateway(
            String name,
            long received,
            long sent,
            Map<String, Long> incidents,
            Map<String, Instant> expiries) {

        /** Copies the maps. */
        public Gateway {
            incidents = Map.copyOf(incidents);
            expiries = Map.copyOf(expiries);
        }
    }

    /**
     * Everything.
     *
     * @param version of the broker, such as {@code 0.1.0}
     * @param lags by how many seconds the ticks of each event loop came late
     * @param store null if everything is in memory
     * @param listeners those of MQTT
     * @param gateways those of MQTT-SN
     */
    record Measures(
            String version,
            Stats stats,
            Books books,
            List<Packets> packets,
            List<Publishes> publishes,
            List<Histogram> lags,
            @Nullable Store store,
            List<Listener> listeners,
            List<Gateway> gateways) {

        /** Copies the lists. */
        public Measures {
            packets = List.copyOf(packets);
            publishes = List.copyOf(publishes);
            lags = List.copyOf(lags);
            listeners = List.copyOf(listeners);
            gateways = List.copyOf(gateways);
        }
    }

    /** The plain counts, at once. */
    Stats stats();

    /**
     * Everything. Waits a moment for each event loop, so that the books are those of a loop between
     * two of its actions; not for one that is stuck.
     */
    Measures measures();
}
