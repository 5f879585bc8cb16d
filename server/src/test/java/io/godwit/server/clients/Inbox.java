package io.godwit.server.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client received, in order. The library's threads put in; the test takes out. */
final class Inbox {

    /** After so long something that was due is held to be lost: far beyond what a test takes. */
    static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Loss> lost = new CompletableFuture<>();

    void arrived(Message message) {
        messages.add(message);
    }

    /**
     * The connection ended without our doing.
     *
     * @param reasonCode that of a DISCONNECT, or 0
     * @param reasonString that of a DISCONNECT, or empty
     */
    record Loss(int reasonCode, String reasonString) {

        /** Without a DISCONNECT. */
        static final Loss SILENT = new Loss(0, "");
    }

    void lost(Loss loss) {
        lost.complete(loss);
    }

    /** Waits for the next message. */
    Message next() throws InterruptedException {
        Message message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError(
                    "No message came within "
                            + PATIENCE_SECONDS
                            + " s; the connection is "
                            + (lost.isDone() ? "lost: " + lost.join() : "open"));
        }
        return message;
    }

    /** Waits for messages up to and with the one of this payload, which the list leaves out. */
    List<Message> until(String payload) throws InterruptedException {
        var before = new ArrayList<Message>();
        for (Message message = next(); !message.payload().equals(payload); message = next()) {
            before.add(message);
        }
        return before;
    }

    /** Waits until the server or the network ended the connection. */
    Loss awaitLoss() throws Exception {
        return lost.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
