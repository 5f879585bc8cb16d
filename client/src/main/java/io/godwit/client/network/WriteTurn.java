package io.godwit.client.network;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is to write to a link. A reader that owes the other side an answer never waits for
 * a writer, who may wait until the other side is read from: a thread of its own writes that.
 */
final class WriteTurn {

    /** How long a last word may take that the other side need not hear. */
    private static final Duration LAST_WORD = Duration.ofMillis(500);

    private final Link below;
    private final NetworkThreads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean owed = new AtomicBoolean();

    /** Something to be written. */
    interface Writing {
        void run() throws IOException;
    }

    /** For what is written to a link. */
    WriteTurn(Link below, NetworkThreads threads) {
        this.below = below;
        this.threads = threads;
    }

    /** Writes when it is the caller's turn. */
    void write(Writing writing) throws IOException {
        lock.lock();
        try {
            writing.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes soon, on another thread, and closes the link if it can't. While such a writing has not
     * begun, it stands for others as well: it has to write all that is owed.
     */
    void owe(Writing writing) {
        if (owed.compareAndSet(false, true)) {
            threads.start("answer", () -> answer(writing));
        }
    }

    private void answer(Writing writing) {
        try {
            write(() -> {
                owed.set(false);
                writing.run();
            });
        } catch (IOException _) {
            below.close(); // the reader learns of it
        }
    }

    /** Writes before the link is closed, if nobody else is writing and it can be done at once. */
    void lastly(Writing writing) {
        Thread writer = threads.start("close", () -> lastWord(writing));
        try {
            writer.join(LAST_WORD);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void lastWord(Writing writing) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            writing.run();
        } catch (IOException _) {
            // the other side is gone already
        } finally {
            lock.unlock();
        }
    }
}
