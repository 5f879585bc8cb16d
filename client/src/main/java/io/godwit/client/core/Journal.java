package io.godwit.client.core;

import io.godwit.client.store.SessionStore;
import io.godwit.client.store.SessionStore.Kept;
import io.godwit.client.store.SessionStore.Recovered;
import io.godwit.client.store.SessionStore.Stage;
import java.io.IOException;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The store of a client's session. One that has failed once is not trusted any
 * more: from then on {@link #flush} fails, so that nothing is sent that it should remember. Under
 * the lock.
 */
final class Journal {

    private static final System.Logger LOG = System.getLogger(Journal.class.getName());

    private final SessionStore store;
    private @Nullable IOException trouble;
    private boolean dirty;

    Journal(SessionStore store) {
        this.store = store;
    }

    Recovered recovered() {
        return store.recovered();
    }

    void append(Outgoing message) throws IOException {
        if (message.stored) {
            return;
        }
        if (trouble != null) {
            throw new IOException(trouble.getMessage(), trouble);
        }
        store.append(
                new Kept(
                        message.sequence,
                        message.message(),
                        message.stage,
                        message.packetId,
                        message.publishedAt()));
        message.stored = true;
        dirty = true;
    }

    void advance(Outgoing message) {
        if (message.stored) {
            write(it -> it.advance(message.sequence, message.stage, message.packetId));
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
        if (trouble != null) {
            throw new IOException(trouble.getMessage(), trouble);
        }
        if (dirty) {
            try {
                store.flush();
            } catch (IOException e) {
                failed(e);
                throw e;
            }
            dirty = false;
        }
    }

    /** Of what no packet waits for; a failure is kept in mind. */
    void flushQuietly() {
        try {
            flush();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the store of the session was not written", e);
        }
    }

    void close() {
        try {
            store.close();
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the store of the session was not closed as it should be", e);
        }
    }

    private void write(Change change) {
        if (trouble == null) {
            try {
                change.to(store);
                dirty = true;
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    private void failed(IOException e) {
        if (trouble == null) {
            LOG.log(
                    Level.ERROR,
                    "the store of the session cannot be written; nothing more is sent that it has"
                            + " to remember",
                    e);
        }
        trouble = e;
    }

    @FunctionalInterface
    private interface Change {
        void to(SessionStore store) throws IOException;
    }
}
