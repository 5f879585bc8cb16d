package io.godwit.junit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a broker has accepted, the latest {@link TestBroker#KEPT_MESSAGES} of them and
 * no more than {@link TestBroker#KEPT_BYTES}. Safe from any thread.
 */
final class MessageLog {

    /** A message, and how many were before it. */
    record Entry(long number, RecordedMessage message) {}

    private final int mostMessages;
    private final long mostBytes;
    private final Deque<Entry> kept = new ArrayDeque<>();
    private long bytes;
    private long next;

    MessageLog(int mostMessages, long mostBytes) {
        this.mostMessages = mostMessages;
        this.mostBytes = mostBytes;
    }

    /** One more; the oldest are forgotten for it, if there are too many. */
    synchronized void add(RecordedMessage message) {
        kept.addLast(new Entry(next++, message));
        bytes += message.payload().length;
        while (kept.size() > mostMessages || bytes > mostBytes && kept.size() > 1) {
            bytes -= kept.removeFirst().message().payload().length;
        }
        notifyAll();
    }

    /** The number that the next one will have. */
    synchronized long next() {
        return next;
    }

    /** How many of those with a number from this one on were forgotten. */
    synchronized long forgotten(long from) {
        return Math.max(0, next - kept.size() - from);
    }

    /** Those with a number from this one on, in the order in which they came. */
    synchronized List<RecordedMessage> since(long from) {
        return kept.stream().filter(entry -> entry.number() >= from).map(Entry::message).toList();
    }

    /**
     * Waits for one that is wanted.
     *
     * @param from the number of the first that may be
     * @param wanted asked once for each, until it says yes
     * @return null if none came in time
     */
    synchronized @Nullable Entry await(long from, Predicate<Entry> wanted, Duration most)
            throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        long seen = from;
        while (true) {
            for (Entry entry : kept) {
                if (entry.number() >= seen && wanted.test(entry)) {
                    return entry;
                }
            }
            seen = Math.max(seen, next);
            long left = end - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            long before = next;
            wait(left / 1_000_000 + 1);
            if (next == before && System.nanoTime() >= end) {
                return null;
            }
        }
    }
}
