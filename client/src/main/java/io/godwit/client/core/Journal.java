package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.client.store.SessionStore;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Recovered;
import io.godwit.client.store.SessionStore.Stage;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;

/**
 * The store of a client's session. What it could not write is tried again before anything else is
 * written, and until it is there {@link #flush} fails, so that nothing is sent that the store
 * should remember. Under the lock.
 */
final class Journal {

    private final SessionStore store;
    private final Timing timing;

    /**
     * Changes that the store has not taken yet, in their order: of messages that it has and of
     * Packet Identifiers, whose number is bounded, since there is no connection while it takes
     * none.
     */
    private final ArrayDeque<Change> owed = new ArrayDeque<>();

    private boolean dirty;
    private boolean isFailing;

    Journal(SessionStore store, Timing timing) {
        this.store = store;
        this.timing = timing;
    }

    /** What an earlier process has left, by the time of this one. */
    Recovered recovered() {
        Recovered found = store.recovered();
        long set = clockWasSet();
        return new Recovered(
                found.outgoing().stream().map(kept -> at(kept, kept.publishedAt() - set)).toList(),
                found.incoming());
    }

    private static Kept at(Kept kept, long publishedAt) {
        return new Kept(
                kept.sequence(), kept.message(), kept.stage(), kept.packetId(), publishedAt);
    }

    /**
     * By how many milliseconds the clock was set since this process began: the store has its time,
     * which is the only one that processes share.
     */
    private long clockWasSet() {
        return timing.clock() - timing.millis();
    }

    void append(Outgoing message) throws IOException {
        if (message.stored) {
            return;
        }
        if (isFailing) {
            flush(); // else it would be said to be kept, and is not
        }
        store.append(
                new Kept(
                        message.sequence,
                        message.message(),
                        message.stage,
                        message.packetId,
                        message.publishedAt() + clockWasSet()));
        message.stored = true;
        dirty = true;
    }

    void advance(Outgoing message) {
        if (message.stored) {
            long sequence = message.sequence;
            Stage stage = message.stage;
            int packetId = message.packetId;
            write(it -> it.advance(sequence, stage, packetId));
        }
    }

    void remove(Outgoing message) {
        if (message.stored) {
            message.stored = false;
            write(it -> it.remove(message.sequence));
        }
    }

    void took(int packetId) {
        write(it -> it.took(packetId));
    }

    void released(int packetId) {
        write(it -> it.released(packetId));
    }

    void sessionLost() {
        write(SessionStore::sessionLost);
    }

    /** Before anything is sent that promises what was written. */
    void flush() throws IOException {
        try {
            settle();
            if (dirty) {
                store.flush();
                dirty = false;
            }
        } catch (IOException e) {
            failed(e);
            throw e;
        }
        if (isFailing) {
            isFailing = false;
            Log.CLIENT.log(Level.INFO, "the store of the session can be written again");
        }
    }

    /** Of what no packet waits for; a failure is kept in mind. */
    void flushQuietly() {
        try {
            flush();
        } catch (IOException e) {
            Log.CLIENT.log(Level.DEBUG, "the store of the session was not written", e);
        }
    }

    /**
     * Tries again what could not be written.
     *
     * @throws ConnectionLost if it still cannot be: a connection would be of no use
     */
    void check() {
        if (isFailing) {
            try {
                flush();
            } catch (IOException e) {
                throw new ConnectionLost(
                        "none is made while the store of the session cannot be written: "
                                + e.getMessage(),
                        e);
            }
        }
    }

    void close() {
        try {
            try {
                settle();
            } finally {
                store.close();
            }
        } catch (IOException e) {
            Log.CLIENT.log(
                    Level.ERROR, "the store of the session was not closed as it should be", e);
        }
    }

    private void write(Change change) {
        owed.add(change);
        try {
            settle();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void settle() throws IOException {
        for (Change next = owed.peek(); next != null; next = owed.peek()) {
            next.to(store);
            owed.remove();
            dirty = true;
        }
    }

    private void failed(IOException e) {
        if (!isFailing) {
            isFailing = true;
            Log.CLIENT.log(
                    Level.ERROR,
                    "the store of the session cannot be written; until it can nothing is sent that"
                            + " it has to remember",
                    e);
        }
    }

    @FunctionalInterface
    private interface Change {
        void to(SessionStore store) throws IOException;
    }
}
