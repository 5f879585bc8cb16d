package io.godwit.app.bench;

import io.godwit.app.bench.Sequence.Place;
import io.godwit.client.ReceivedMessage;
import java.util.HashMap;
import java.util.Map;

/** What one subscriber gets. Safe from every thread. */
final class Deliveries {

    /** Publishers that are followed; messages of others are only counted. */
    private static final int MOST_PUBLISHERS = 100_000;

    /** A publisher of some run. */
    private record Source(int run, int publisher) {}

    private final Tally tally;
    private final int run;
    private final boolean isOfOneRun;
    private final boolean isChecked;
    private final Map<Source, Sequence> sequences = new HashMap<>();

    /**
     * Deliveries of all runs, or of one.
     *
     * @param isChecked whether what is missing and what is out of order is looked for
     */
    Deliveries(Tally tally, int run, boolean isOfOneRun, boolean isChecked) {
        this.tally = tally;
        this.run = run;
        this.isOfOneRun = isOfOneRun;
        this.isChecked = isChecked;
    }

    /** Takes a message. */
    void take(ReceivedMessage message) {
        long now = Stamp.now();
        byte[] payload = message.payload();
        Stamp stamp = Stamp.of(payload);
        if (stamp == null || isOfOneRun && stamp.run() != run) {
            tally.foreign.increment();
            if (isOfOneRun) {
                return;
            }
        }
        tally.received.increment();
        tally.receivedBytes.add(payload.length);
        if (stamp == null || message.retain()) { // one that was retained says nothing of today
            return;
        }
        long nanos = now - stamp.time();
        if (nanos < 0) {
            tally.ahead.increment();
        } else {
            tally.delivering.record(nanos);
        }
        if (isChecked) {
            check(stamp);
        }
    }

    private synchronized void check(Stamp stamp) {
        Source source = new Source(stamp.run(), stamp.publisher());
        Sequence sequence = sequences.get(source);
        if (sequence == null) {
            if (sequences.size() == MOST_PUBLISHERS) {
                return;
            }
            sequence = new Sequence(isOfOneRun ? 0 : stamp.sequence());
            sequences.put(source, sequence);
        }
        Place place = sequence.take(stamp.sequence());
        if (place == Place.LATE) {
            tally.outOfOrder.increment();
        } else if (place == Place.DUPLICATE) {
            tally.duplicates.increment();
        }
    }

    /** How many different messages of a publisher of this run came. */
    synchronized long count(int publisher) {
        Sequence sequence = sequences.get(new Source(run, publisher));
        return sequence == null ? 0 : sequence.count();
    }

    /** How many are missing between those that came. */
    synchronized long gaps() {
        long gaps = 0;
        for (Sequence sequence : sequences.values()) {
            gaps += sequence.gaps();
        }
        return gaps;
    }
}
