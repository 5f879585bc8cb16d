package io.godwit.junit;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one test sees of the messages of a broker: those that came since it began. Safe from any
 * thread.
 */
final class MessageView {

    /** As many messages are told when another one was awaited. */
    private static final int TOLD = 20;

    private final MessageLog log;
    private final Set<Long> taken = ConcurrentHashMap.newKeySet();
    private volatile long from;

    MessageView(MessageLog log) {
        this.log = log;
        this.from = log.next();
    }

    /** Sees only what comes from now on. */
    void beginAnew() {
        from = log.next();
        taken.clear();
    }

    /** Those that match, in the order in which they came. */
    List<RecordedMessage> all(Filter wanted) {
        return log.since(from).stream().filter(message -> wanted.matches(message.topic())).toList();
    }

    /**
     * Waits for the next one that matches, each of them once.
     *
     * @return null if none came in time
     */
    @Nullable RecordedMessage await(Filter wanted, Duration patience) throws InterruptedException {
        MessageLog.Entry found =
                log.await(
                        from,
                        entry ->
                                wanted.matches(entry.message().topic())
                                        && taken.add(entry.number()),
                        patience);
        return found == null ? null : found.message();
    }

    /** What came, in words, one in a line. */
    String whatCame() {
        List<RecordedMessage> came = log.since(from);
        if (came.isEmpty()) {
            return "nothing came since the test began";
        }
        int untold = Math.max(0, came.size() - TOLD);
        StringBuilder text = new StringBuilder("since the test began came, the latest last:");
        came.stream().skip(untold).forEach(message -> text.append("\n  ").append(message));
        long more = log.forgotten(from) + untold;
        return text.append(more == 0 ? "" : "\n  and before these %d more".formatted(more))
                .toString();
    }
}
