package io.godwit.broker.session;

import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.SessionLog;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Will;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a queue in memory. Everything else that a session would want kept lives in {@link Session}
 * itself, as long as the process does: nothing has to be written.
 */
public final class InMemoryLog implements SessionLog {

    private static final int INITIAL = 16;

    private @Nullable ArrayDeque<Delivery> queue;
    private long bytes;

    @Override
    public boolean isKept() {
        return false;
    }

    @Override
    public void append(Delivery delivery) {
        if (queue == null) {
            queue = new ArrayDeque<>(INITIAL);
        }
        queue.addLast(delivery);
        bytes += delivery.message().size();
    }

    @Override
    public @Nullable Delivery peek() {
        return queue == null ? null : queue.peekFirst();
    }

    @Override
    public @Nullable Delivery head() {
        return peek();
    }

    @Override
    public Delivery poll() {
        if (queue == null) {
            throw new IllegalStateException("the queue is empty");
        }
        Delivery head = queue.removeFirst();
        bytes -= head.message().size();
        if (queue.isEmpty()) {
            queue = null; // an array that grew is not kept for an idle session
        }
        return head;
    }

    @Override
    public int queued() {
        return queue == null ? 0 : queue.size();
    }

    @Override
    public long queuedBytes() {
        return bytes;
    }

    @Override
    public void deleted() {
        queue = null;
        bytes = 0;
    }

    @Override
    public void resume(Consumer<List<Flow>> then) {
        then.accept(List.of());
    }

    @Override
    public void ownedBy(@Nullable SessionOwner newOwner) {}

    @Override
    public void connected(long expiryInterval, @Nullable Will will) {}

    @Override
    public void disconnected(long expiryInterval) {}

    @Override
    public void willGone() {}

    @Override
    public void willPublished(Message message) {}

    @Override
    public void subscribed(SubscriptionRequest request, int subscriptionId) {}

    @Override
    public void unsubscribed(TopicFilter filter) {}

    @Override
    public void sent(Delivery delivery, int packetId) {}

    @Override
    public void dropped(Delivery delivery) {}

    @Override
    public void handedOver(Delivery delivery, Message message) {}

    @Override
    public void received(int packetId) {}

    @Override
    public void completed(int packetId) {}

    @Override
    public void accepted(int packetId, Message message) {}

    @Override
    public void released(int packetId) {}
}
