package io.godwit.gateway.sn;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of clients that are gone and may come back to their sessions: topic identifiers and
 * wills, with a journal beyond this process as well. Of too many, those that went first are
 * forgotten. On the gateway's loop only.
 */
final class DeviceMemory {

    /** Of one client. */
    private record Remembered(DeviceTopics topics, DeviceWill will) {}

    /** What is known of one client, from when it was let in until it is gone. */
    final class Recalled {

        private final String clientId;
        private final DeviceTopics topics;
        private final boolean isInJournal;

        private Recalled(String clientId, DeviceTopics topics, boolean isInJournal) {
            this.clientId = clientId;
            this.topics = topics;
            this.isInJournal = isInJournal;
        }

        DeviceTopics topics() {
            return topics;
        }

        /** The client has another will, or none any more. */
        void change(DeviceWill will) {
            if (isInJournal && journal != null) {
                journal.will(clientId, will);
            }
        }

        /**
         * The client is gone.
         *
         * @param comesBack whether its session is kept
         */
        void end(DeviceWill will, boolean comesBack) {
            if (clientId.isEmpty()) {
                return; // it was not let in
            }
            if (comesBack) {
                remember(clientId, new Remembered(topics, will));
            } else if (isInJournal) {
                forget(clientId);
            }
        }
    }

    private final SnSettings settings;
    private final RandomGenerator random;
    private final @Nullable DeviceJournal journal;
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
            @Nullable DeviceJournal journal,
            Runnable forgotten) {
        this.settings = settings;
        this.random = random;
        this.journal = journal;
        this.forgotten = forgotten;
        if (journal != null) {
            journal.recovered().byClient().forEach(this::restore);
        }
    }

    private void restore(String clientId, DeviceJournal.Kept kept) {
        DeviceTopics restored = newTopics(clientId, true);
        kept.topics().forEach(restored::restore);
        remember(clientId, new Remembered(restored, kept.will()));
    }

    private DeviceTopics newTopics(String clientId, boolean kept) {
        DeviceJournal to = kept ? journal : null;
        return new DeviceTopics(
                settings.topicIds(),
                random.nextInt(1, 65_535),
                to == null ? (_, _) -> {} : (id, topic) -> to.given(clientId, id, topic));
    }

    /** For a client that is not let in yet: nothing, and nothing is kept of it. */
    Recalled nothing() {
        return new Recalled("", DeviceTopics.none(), false);
    }

    /**
     * What is known of a client that is let in, with its will.
     *
     * @param clean whether it begins without all of it (§6.3)
     * @param kept whether its session is to outlive its connection
     */
    Recalled recall(String clientId, boolean clean, boolean kept, DeviceWill will) {
        Remembered before = gone.remove(clientId);
        if (before != null && clean) {
            forget(clientId);
        }
        Remembered known =
                before != null && !clean
                        ? before
                        : new Remembered(newTopics(clientId, kept), DeviceWill.NONE);
        Recalled recalled = new Recalled(clientId, known.topics(), kept || !clean);
        if (!will.equals(known.will())) {
            recalled.change(will);
        }
        return recalled;
    }

    /** The will of a client that is gone. */
    DeviceWill will(String clientId) {
        Remembered known = gone.get(clientId);
        return known == null ? DeviceWill.NONE : known.will();
    }

    /** What the journal has of a client means nothing any more. */
    private void forget(String clientId) {
        if (journal != null) {
            journal.forget(clientId);
        }
    }

    private void remember(String clientId, Remembered known) {
        gone.put(clientId, known);
        if (gone.size() > settings.remembered()) {
            forgotten.run();
            forget(gone.pollFirstEntry().getKey());
        }
    }

    /** Does something once the identifiers and wills that were told so far are kept. */
    void whenTopicsKept(Runnable then) {
        if (journal == null) {
            then.run();
        } else {
            journal.whenWritten(then);
        }
    }
}
