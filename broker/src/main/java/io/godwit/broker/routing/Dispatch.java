package io.godwit.broker.routing;

import io.godwit.broker.session.Subscriber;
import io.godwit.broker.session.Subscription;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The messages that one turn of a shard has for another: collected on the one, handed over once,
 * and delivered on the other.
 */
final class Dispatch implements Shard.Batch {

    /** What a place in the batch and its message cost beside the payload. */
    private static final int PLACE = 200;

    private Message[] messages = new Message[8];

    /** Who gets the message at the same place: all of an array, or a member of a shared one. */
    private Object[] targets = new Object[8];

    private final Consumer<RuntimeException> failed;
    private int size;
    private long bytes;
    private boolean passedOn;

    /**
     * An empty batch.
     *
     * @param failed is told what a delivery has thrown; on the receiving shard's loop
     */
    Dispatch(Consumer<RuntimeException> failed) {
        this.failed = failed;
    }

    /** Adds a message for all these subscribers. */
    void add(Message message, Subscriber[] subscribers) {
        addTarget(message, subscribers);
    }

    /**
     * Adds a message for a member that a shared subscription chose.
     *
     * @param comesFromMailbox whether the message was not published on this shard
     */
    void addForMember(Message message, Subscription member, boolean comesFromMailbox) {
        addTarget(message, member);
        passedOn |= comesFromMailbox;
    }

    /** Whether there is a message in it that was not published on the shard that collected it. */
    boolean isPassedOn() {
        return passedOn;
    }

    private void addTarget(Message message, Object target) {
        Publication storing = message.storing();
        int sessions = target instanceof Subscriber[] all ? all.length : 1;
        if (storing != null && !storing.expectMore(sessions)) {
            throw new IllegalStateException("the message is stored already: " + message);
        }
        if (size == messages.length) {
            messages = Arrays.copyOf(messages, size * 2);
            targets = Arrays.copyOf(targets, size * 2);
        }
        messages[size] = message;
        targets[size] = target;
        size++;
        bytes += PLACE + message.payload().length;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void deliver() {
        for (int i = 0; i < size; i++) {
            Message message = messages[i];
            try {
                deliver(message, targets[i]);
            } catch (RuntimeException fault) { // the others in the batch get theirs
                failed.accept(fault);
            } finally {
                Publication storing = message.storing();
                if (storing != null) {
                    storing.added();
                }
            }
        }
    }

    private static void deliver(Message message, Object target) {
        if (target instanceof Subscription member) {
            member.deliverShared(message);
            return;
        }
        Subscriber[] all = (Subscriber[]) target;
        Subscriber.deliver(message, all, all[0].home().counters());
    }
}
