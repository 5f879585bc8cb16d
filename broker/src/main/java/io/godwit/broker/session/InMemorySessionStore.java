package io.godwit.broker.session;

import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.SessionLog;
import io.godwit.broker.spi.SessionStore;
import io.godwit.codec.SubscriptionRequest;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.Will;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Keeps queues in memory. Everything else that a session would want kept lives in {@link Session}
 * itself, as long as the process does: nothing has to be written, and a change is stored as soon as
 * it is made.
 */
public final class InMemorySessionStore implements SessionStore {

    @Override
    public SessionLog open(String clientId, boolean keep) {
        return new InMemoryLog();
    }

    @Override
    public void whenStored(Runnable action) {
        action.run();
    }

    @Override
    public void close() {}

    private static final class InMemoryLog implements SessionLog {

        private static final int INITIAL = 16;

        private @Nullable ArrayDeque<Delivery> queue;

        @Override
        public void append(Delivery delivery) {
            if (queue == null) {
                queue = new ArrayDeque<>(INITIAL);
            }
            queue.addLast(delivery);
        }

        @Override
        public @Nullable Delivery peek() {
            return queue == null ? null : queue.peekFirst();
        }

        @Override
        public @Nullable Delivery poll() {
            if (queue == null) {
                return null;
            }
            Delivery head = queue.pollFirst();
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
        public void deleted() {
            queue = null;
        }

        @Override
        public void connected(long expiryInterval, @Nullable Will will) {}

        @Override
        public void disconnected(long expiryInterval) {}

        @Override
        public void willGone() {}

        @Override
        public void subscribed(SubscriptionRequest request, int subscriptionId) {}

        @Override
        public void unsubscribed(TopicFilter filter) {}

        @Override
        public void sent(Delivery delivery, int packetId) {}

        @Override
        public void received(int packetId) {}

        @Override
        public void completed(int packetId) {}

        @Override
        public void accepted(int packetId) {}

        @Override
        public void released(int packetId) {}
    }
}
