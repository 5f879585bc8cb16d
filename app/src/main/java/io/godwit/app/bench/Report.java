package io.godwit.app.bench;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run has come to. Histograms are in microseconds.
 *
 * @param connectTime from the first connection that was begun until all were made or had failed
 * @param time from when all were connected until the last message was sent or, where nothing is
 *     sent, until the end
 * @param unconnected connections that could not be made
 * @param unsubscribed subscriptions that the server has refused
 * @param disconnects connections that were open and broke
 * @param planned messages that the schedule had; {@link Long#MAX_VALUE} without one
 * @param acknowledged by the server, at QoS 0 handed to the system
 * @param refused by the server, or dropped on this side
 * @param expected how many are to arrive, of those that were acknowledged; -1 where nobody knows
 * @param lost of those; where nobody knows, the gaps between those that came
 * @param foreign messages that this program, or this run, has not sent
 * @param ahead messages whose time lies ahead
 * @param droppedHere messages of QoS 0 that came and that this program was too slow for
 * @param isChecked whether what came was looked at for what is missing, twice there or out of order
 * @param failures what went wrong, in words, and how often
 */
public record Report(
        Load load,
        Duration connectTime,
        Duration time,
        long connected,
        long unconnected,
        long unsubscribed,
        long disconnects,
        long reconnects,
        long planned,
        long sent,
        long acknowledged,
        long refused,
        long received,
        long receivedBytes,
        long expected,
        long lost,
        long duplicates,
        long outOfOrder,
        long foreign,
        long ahead,
        long droppedHere,
        boolean isChecked,
        Histogram connecting,
        Histogram acknowledging,
        Histogram delivering,
        Map<String, Long> failures) {

    /** Where {@link #expected} is not known. */
    static final long UNKNOWN = -1;

    /** Messages that are neither acknowledged nor refused. */
    public long unacknowledged() {
        return sent - acknowledged - refused;
    }

    /** Messages that the schedule had and that were not sent in time. */
    public long unsent() {
        return planned == Long.MAX_VALUE ? 0 : Math.max(0, planned - sent);
    }

    /** Whether the number of messages that was asked for was sent or has come. */
    private boolean hasCount() {
        boolean isAsked = load.count() != Long.MAX_VALUE && planned != Long.MAX_VALUE;
        return switch (load.kind()) {
            case CONN -> true;
            case SUB -> load.count() == Long.MAX_VALUE || received >= load.count();
            case PUB, PAIR -> !isAsked || unsent() == 0;
        };
    }

    /** Duplicates that the QoS does not allow (§4.3). */
    private long wrongDuplicates() {
        return load.qos() == 1 ? 0 : duplicates;
    }

    /** Whether all went as it should: nothing failed, broke, was lost, came twice or late. */
    public boolean isClean() {
        return unconnected == 0
                && unsubscribed == 0
                && disconnects == 0
                && refused == 0
                && unacknowledged() == 0
                && lost == 0
                && outOfOrder == 0
                && droppedHere == 0
                && wrongDuplicates() == 0
                && hasCount();
    }
}
