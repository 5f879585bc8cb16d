package io.godwit.app.bench;

import io.godwit.codec.Properties;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do.
 *
 * @param topics how many topics or topic filters there are, 1 or more; for connections alone how
 *     many of them
 * @param publishers to each topic
 * @param subscribers of each topic
 * @param topic name or filter of each, with {@link #INDEX} for the number of the topic, from 1 on
 * @param qos 0 to 2, of messages and subscriptions
 * @param retain of the messages
 * @param properties of the messages
 * @param payloadSize bytes of a message; below {@link #STAMP_SIZE} messages are not stamped
 * @param rate messages published in a second, in all; {@link #AS_FAST_AS_IT_GOES} for no schedule
 * @param connectRate connections opened in a second
 * @param count messages in all, to publish or to receive; {@link Long#MAX_VALUE} for no bound
 * @param duration from when all are connected; null for no bound
 * @param inFlight the most messages of a publisher that are not acknowledged, at QoS 0 not handed
 *     to the system
 */
public record Load(
        Kind kind,
        int topics,
        int publishers,
        int subscribers,
        String topic,
        int qos,
        boolean retain,
        Properties properties,
        int payloadSize,
        double rate,
        int connectRate,
        long count,
        @Nullable Duration duration,
        int inFlight) {

    /** Stands for a number in topics, client identifiers and user names. */
    public static final String INDEX = "%i";

    /** Bytes of a payload that there must be, so that messages can be told apart. */
    public static final int STAMP_SIZE = Stamp.SIZE;

    /** Of {@link #rate}: each publisher sends the next when there is room for it. */
    public static final double AS_FAST_AS_IT_GOES = 0;

    /** A text with its number. */
    public static String indexed(String text, int index) {
        return text.replace(INDEX, String.valueOf(index));
    }

    /** Whether messages are due at times of a schedule. */
    boolean isPaced() {
        return rate > AS_FAST_AS_IT_GOES;
    }

    /** Whether messages say who has sent them, and when. */
    public boolean isStamped() {
        return payloadSize >= Stamp.SIZE;
    }

    /**
     * How much later than its end a schedule is given up: the last messages are due just before.
     */
    Duration grace() {
        return isPaced() ? Duration.ofMillis(200) : Duration.ZERO;
    }

    /** How many clients publish. */
    public int allPublishers() {
        return topics * publishers;
    }

    /** How many clients subscribe. */
    public int allSubscribers() {
        return topics * subscribers;
    }

    /** How many clients there are. */
    public int clients() {
        return kind == Kind.CONN ? topics : allPublishers() + allSubscribers();
    }

    /** How many messages the schedule has; {@link Long#MAX_VALUE} if it has none, or no end. */
    long planned() {
        if (!isPaced() || duration == null) {
            return count;
        }
        return Math.min(count, (long) Math.ceil(rate * duration.toNanos() / 1e9));
    }
}
