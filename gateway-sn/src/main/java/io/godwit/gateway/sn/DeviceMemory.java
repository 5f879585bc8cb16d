package io.godwit.gateway.sn;

import io.godwit.gateway.sn.codec.SnMessage;
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

    /** What is known of one client, from its CONNECT until it is gone. */
    final class Recalled {

        private final String clientId;
        private final boolean isClean;
        private final @Nullable Remembered before;
        private final Remembered now;
        private boolean accepted;

        private Recalled(SnMessage.Connect connect) {
            clientId = connect.clientId();
            isClean = connect.cleanSession();
            before = gone.remove(clientId);
            now =
                    before != null && !isClean
                            ? before
                            : new Remembered(newTopics(clientId, !isClean), DeviceWill.NONE);
        }

        DeviceTopics topics() {
            return now.topics();
        }

        /** The will that it has without saying so. */
        DeviceWill will() {
            return now.will();
        }

        /** The broker lets the client in, with this will. */
        void accept(DeviceWill will) {
            accepted = true;
            if (isClean && before != null && journal != null) {
                journal.forget(clientId);
            }
            if (!will.equals(now.will())) {
                change(will);
            }
        }

        /** The client has another will, or none any more. */
        void change(DeviceWill will) {
            if (!isClean && journal != null) {
                journal.will(clientId, will);
            }
        }

        /** The client is gone. If it was refused, what was known of its identifier stays so. */
        void end(DeviceWill will) {
            Remembered after =
                    accepted ? (isClean ? null : new Remembered(now.topics(), will)) : before;
            if (after != null) {
                remember(clientId, after);
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

    /** What is known of a client that connects; a clean session begins without all of it (§6.3). */
    Recalled recall(SnMessage.Connect connect) {
        return new Recalled(connect);
    }

    private void remember(String clientId, Remembered known) {
        gone.put(clientId, known);
        if (gone.size() > settings.remembered()) {
            forgotten.run();
            String first = gone.pollFirstEntry().getKey();
            if (journal != null) {
                journal.forget(first);
            }
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
