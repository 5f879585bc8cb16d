package io.godwit.broker.control;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of copies, since the process started. A copy is an Application Message for one
 * session, or for one shared subscription, which gives it to one of its members; sending it again
 * makes no other. Each begins once and ends once, so that {@link #residual} is 0 whenever nothing
 * is on its way between two shards.
 *
 * @param routed began because a message was published that a subscription matched
 * @param wills the same for messages that are wills
 * @param retained began because a subscription was owed a retained message
 * @param recovered began because an earlier process had left them
 * @param completed ended with their client: at QoS 0 they were sent, above acknowledged to the end
 * @param inFlight sent, and not acknowledged to the end
 * @param queued waiting to be sent
 * @param dropped ended without their client, by the reason
 */
public record Books(
        long routed,
        long wills,
        long retained,
        long recovered,
        long completed,
        long inFlight,
        long queued,
        Map<String, Long> dropped) {

    /** Copies the map. */
    public Books {
        dropped = Map.copyOf(dropped);
    }

    /** The copies that began. */
    public long begun() {
        return routed + wills + retained + recovered;
    }

    /** The copies that were dropped, for whatever reason. */
    public long allDropped() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The copies that began and are nowhere: at rest 0, otherwise there is a defect. */
    public long residual() {
        return begun() - completed - inFlight - queued - allDropped();
    }

    /** These and those of another shard together. */
    public Books plus(Books other) {
        Map<String, Long> sum = new LinkedHashMap<>(dropped);
        other.dropped.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
        return new Books(
                routed + other.routed,
                wills + other.wills,
                retained + other.retained,
                recovered + other.recovered,
                completed + other.completed,
                inFlight + other.inFlight,
                queued + other.queued,
                sum);
    }
}
