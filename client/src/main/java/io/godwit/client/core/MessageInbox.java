package io.godwit.client.core;

import io.godwit.client.BlockingClient;
import io.godwit.client.ReceivedMessage;
import io.godwit.client.Registration;
import io.godwit.client.RequestTimedOut;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Messages that wait to be taken. What it holds counts against the bounds of {@link Inbound}, and at
 * QoS 1 and 2 against Receive Maximum.
 */
final class MessageInbox implements BlockingClient.Inbox, Receiver {

    private final BlockingQueue<Delivery> waiting = new LinkedBlockingQueue<>();
    private volatile Registration registration = () -> {};
    private volatile boolean closed;

    void ends(Registration value) {
        registration = value;
    }

    @Override
    public void take(Delivery delivery) {
        waiting.add(delivery);
        if (closed) {
            discard();
        }
    }

    @Override
    public boolean isManual() {
        return false;
    }

    @Override
    public ReceivedMessage take(Duration most) {
        Delivery delivery;
        try {
            delivery = waiting.poll(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException)
                    new CancellationException("interrupted while waiting for a message")
                            .initCause(e);
        }
        if (delivery == null) {
            throw new RequestTimedOut("no message came within " + most, null);
        }
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
        for (Delivery left = waiting.poll(); left != null; left = waiting.poll()) {
            left.finished();
        }
    }
}
