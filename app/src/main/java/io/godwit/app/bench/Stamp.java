package io.godwit.app.bench;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a message begins with, so that who takes it knows what is missing and how long it was on its
 * way.
 *
 * @param run tells runs apart that use the same topics
 * @param publisher the number of the publisher in its run, from 0
 * @param sequence the number of the message among its publisher's, from 0
 * @param time nanoseconds since 1970, by the publisher's clock
 */
record Stamp(int run, int publisher, long sequence, long time) {

    /** Bytes of a stamp. */
    static final int SIZE = 28;

    private static final int MAGIC = 0x67776231;

    /**
     * What {@code System.nanoTime} lacks to be the time since 1970. Times of one process differ by
     * what has really passed, whatever happens to the clock.
     */
    private static final long EPOCH = epoch();

    private static long epoch() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
    }

    /** Nanoseconds since 1970. */
    static long now() {
        return EPOCH + System.nanoTime();
    }

    /** A time of {@code System.nanoTime} in nanoseconds since 1970. */
    static long at(long nanoTime) {
        return EPOCH + nanoTime;
    }

    /** Writes it to where a payload begins that has room for it. */
    void write(byte[] payload) {
        ByteBuffer.wrap(payload)
                .putInt(MAGIC)
                .putInt(run)
                .putInt(publisher)
                .putLong(sequence)
                .putLong(time);
    }

    /** The stamp of a payload; null if it has none. */
    static @Nullable Stamp of(byte[] payload) {
        if (payload.length < SIZE) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        return bytes.getInt() == MAGIC
                ? new Stamp(bytes.getInt(), bytes.getInt(), bytes.getLong(), bytes.getLong())
                : null;
    }
}
