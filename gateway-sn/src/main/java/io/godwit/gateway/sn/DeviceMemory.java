package io.godwit.gateway.sn;

import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.SnMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of clients that are gone and may come back to their sessions: topic identifiers,
 * with a journal beyond this process as well, and wills. Of too many, those that went first are
 * forgotten. On the gateway's loop only.
 */
final class DeviceMemory {

    /** Of one client. */
    record Remembered(DeviceTopics topics, DeviceWill will) {}

    private final SnSettings settings;
    private final RandomGenerator random;
    private final @Nullable TopicJournal journal;
    private final Runnable forgotten;
    private final SequencedMap<String, Remembered> gone = new LinkedHashMap<>();

    /**
     * What the journal knows, or nothing.
     *
     * @param forgotten told of each client that is forgotten for others
     */
    DeviceMemory(
            SnSettings settings,
            RandomGenerator random,
            @Nullable TopicJournal journal,
            Runnable forgotten) {
        this.settings = settings;
        this.random = random;
        this.journal = journal;
        this.forgotten = forgotten;
        if (journal != null) {
            journal.recovered().byClient().forEach(this::restore);
        }
    }

    private void restore(String clientId, Map<Integer, TopicName> topics) {
        DeviceTopics restored = newTopics(clientId, true);
        topics.forEach(restored::restore);
        remember(clientId, new Remembered(restored, DeviceWill.NONE));
    }

    private DeviceTopics newTopics(String clientId, boolean kept) {
        TopicJournal to = kept ? journal : null;
        return new DeviceTopics(
                settings.topicIds(),
                random.nextInt(1, 65_535),
                to == null ? (_, _) -> {} : (id, topic) -> to.given(clientId, id, topic));
    }

    /** What is known of a client that connects; a clean session begins without all of it (§6.3). */
    Remembered recall(SnMessage.Connect connect) {
        String clientId = connect.clientId();
        Remembered kept = gone.remove(clientId);
        if (kept != null && !connect.cleanSession()) {
            return kept;
        }
        if (kept != null && journal != null) {
            journal.forget(clientId);
        }
        return new Remembered(newTopics(clientId, !connect.cleanSession()), DeviceWill.NONE);
    }

    /** A client is gone, and may come back. */
    void remember(String clientId, Remembered known) {
        gone.put(clientId, known);
        if (gone.size() > settings.remembered()) {
            forgotten.run();
            String first = gone.pollFirstEntry().getKey();
            if (journal != null) {
                journal.forget(first);
            }
        }
    }

    /** Does something once the identifiers that were given so far are kept. */
    void whenTopicsKept(Runnable then) {
        if (journal == null) {
            then.run();
        } else {
            journal.whenWritten(then);
        }
    }
}
