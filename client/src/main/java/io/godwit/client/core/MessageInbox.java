package io.godwit.client.core;

import io.godwit.client.BlockingClient;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Registration;
import io.godwit.client.RequestTimedOut;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Messages that wait to be taken. What it holds counts against the bounds of {@link Inbound}, and
 * at QoS 1 and 2 against Receive Maximum.
 */
final class MessageInbox implements BlockingClient.Inbox, Receiver {

    /** None stands behind the last one. */
    private final BlockingQueue<Optional<Delivery>> waiting = new LinkedBlockingQueue<>();

    private volatile Registration registration = () -> {};
    private volatile boolean closed;

    void ends(Registration value) {
        registration = value;
    }

    @Override
    public void take(Delivery delivery) {
        waiting.add(Optional.of(delivery));
        if (closed) {
            discard();
        }
    }

    @Override
    public boolean isManual() {
        return false;
    }

    /** The client is closed. */
    @Override
    public void ended() {
        waiting.add(Optional.empty());
    }

    @Override
    public ReceivedMessage take(Duration most) {
        Optional<Delivery> next;
        try {
            next = waiting.poll(SystemTiming.nanosOf(most), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException)
                    new CancellationException("interrupted while waiting for a message")
                            .initCause(e);
        }
        if (next == null) {
            throw new RequestTimedOut("no message came within " + most, null);
        }
        if (next.isEmpty()) {
            waiting.add(next); // for whoever else waits
            throw closed ? new IllegalStateException("the inbox is closed") : Client.closed();
        }
        Delivery delivery = next.get();
        delivery.finished();
        return delivery.message();
    }

    @Override
    public void close() {
        closed = true;
        registration.close();
        discard();
    }

    private void discard() {
        for (Optional<Delivery> left = waiting.poll(); left != null; left = waiting.poll()) {
            left.ifPresent(Delivery::finished);
        }
        waiting.add(Optional.empty());
    }
}
