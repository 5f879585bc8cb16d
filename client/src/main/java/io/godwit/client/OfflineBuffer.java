package io.godwit.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of messages that are published and not yet acknowledged, with a connection or
 * without.
 *
 * @param messages how many there are at most, 1 or more; what is under way counts
 * @param bytes of their topics, payloads and properties at most
 * @param qos0 what happens to QoS 0 messages while there is no connection
 * @param full what happens to a message of QoS 1 or 2 when there is no room, or of QoS 0 where it
 *     waits
 * @param timeToLive how long a message waits for its first sending at most, by the clock of the
 *     machine: one that is set forward ends it earlier; null without end
 */
public record OfflineBuffer(
        int messages, long bytes, Qos0 qos0, Full full, @Nullable Duration timeToLive) {

    /** 10,000 messages or 64 MB; QoS 0 waits too; what finds no room fails. */
    public static final OfflineBuffer DEFAULT =
            new OfflineBuffer(10_000, 64L << 20, Qos0.KEEP, Full.FAIL, null);

    /** What happens to QoS 0 while there is no connection. */
    public enum Qos0 {
        /** It waits as the others do, and is the first to be dropped for one of QoS 1 or 2. */
        KEEP,
        /** It fails with {@link MessageDropped}. */
        DROP
    }

    /** What happens when there is no room. */
    public enum Full {
        /**
         * The new one's future fails with {@link MessageDropped}. It is the same as dropping the
         * newest.
         */
        FAIL,
        /** The oldest that was not sent yet is dropped: its future fails. */
        DROP_OLDEST,
    }

    public OfflineBuffer {
        if (messages < 1 || bytes < 1) {
            throw new IllegalArgumentException("there is room for 1 message and 1 byte at least");
        }
        if (timeToLive != null && !timeToLive.isPositive()) {
            throw new IllegalArgumentException(
                    "messages live for %s; that has to be positive".formatted(timeToLive));
        }
    }

    /** The same with other bounds. */
    public OfflineBuffer upTo(int mostMessages, long mostBytes) {
        return new OfflineBuffer(mostMessages, mostBytes, qos0, full, timeToLive);
    }

    /** The same with another policy for no room. */
    public OfflineBuffer whenFull(Full policy) {
        return new OfflineBuffer(messages, bytes, qos0, policy, timeToLive);
    }

    /** The same with another policy for QoS 0. */
    public OfflineBuffer withQos0(Qos0 policy) {
        return new OfflineBuffer(messages, bytes, policy, full, timeToLive);
    }

    /** The same with another time to live. */
    public OfflineBuffer livingFor(@Nullable Duration time) {
        return new OfflineBuffer(messages, bytes, qos0, full, time);
    }
}
