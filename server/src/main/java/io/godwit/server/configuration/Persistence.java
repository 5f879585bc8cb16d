package io.godwit.server.configuration;

import java.time.Duration;
import java.util.Locale;

/**
 * Where sessions, queues and retained messages are kept; configured under {@code persistence}.
 *
 * @param mode the kind of store
 * @param durability what the durable store survives; without meaning in memory
 * @param minimumFreeSpace bytes that the disk must have left for the durable store to take new
 *     messages; 0 or more
 * @param restartGrace how long, at least, a session or a will whose time ran out while the broker
 *     was down is kept after its start; not negative
 */
public record Persistence(
        Mode mode, Durability durability, long minimumFreeSpace, Duration restartGrace) {

    /** The kinds of store. */
    public enum Mode {
        /** On disk: what was acknowledged outlives the broker. */
        DURABLE,
        /** The heap: what it holds is lost when the broker stops. */
        MEMORY;

        /** The word for it in a configuration. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the durable store survives. */
    public enum Durability {
        /** The end of the process, however it ends. */
        PROCESS,
        /** A loss of power as well: each batch is forced to the disk. */
        POWER;

        /** The word for it in a configuration. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The built-in defaults. */
    public static Persistence defaults() {
        return new Persistence(
                Mode.DURABLE, Durability.PROCESS, 128_000_000, Duration.ofSeconds(30));
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the space or the time is negative
     */
    public Persistence {
        if (minimumFreeSpace < 0 || restartGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "negative: %d bytes, %s".formatted(minimumFreeSpace, restartGrace));
        }
    }

    Persistence withMode(Mode other) {
        return new Persistence(other, durability, minimumFreeSpace, restartGrace);
    }

    Persistence withDurability(Durability other) {
        return new Persistence(mode, other, minimumFreeSpace, restartGrace);
    }

    Persistence withMinimumFreeSpace(long bytes) {
        return new Persistence(mode, durability, bytes, restartGrace);
    }

    Persistence withRestartGrace(Duration time) {
        return new Persistence(mode, durability, minimumFreeSpace, time);
    }
}
