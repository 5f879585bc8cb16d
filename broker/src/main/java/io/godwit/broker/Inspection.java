package io.godwit.broker;

import io.godwit.broker.connection.ShardBroker;
import io.godwit.broker.session.Session;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a test looks into a running broker and moves it on, beside what clients can do. Safe from any
 * thread.
 */
public final class Inspection {

    private final Broker broker;

    Inspection(Broker broker) {
        this.broker = broker;
    }

    /**
     * A session as it is at the moment.
     *
     * @param isConnected whether its client has a connection and was told so
     * @param filters what it subscribes to, shared subscriptions with their {@code $share/NAME/}
     * @param queued how many messages wait in its queue
     */
    public record SessionView(
            String clientId, boolean isConnected, List<String> filters, int queued) {

        /** Copies the list. */
        public SessionView {
            filters = List.copyOf(filters);
        }
    }

    /** All sessions, in no order. */
    public CompletableFuture<List<SessionView>> sessions() {
        List<SessionView> found = Collections.synchronizedList(new ArrayList<>());
        return broker.onEachShard(
                        here -> here.sessions().all().forEach(session -> found.add(view(session))))
                .thenApply(_ -> List.copyOf(found));
    }

    private static SessionView view(Session session) {
        return new SessionView(
                session.clientId(),
                session.isConnected(),
                session.subscriptions().stream().map(it -> it.filter().toString()).toList(),
                session.queued());
    }

    /** The message that is retained for a topic and has not expired, or null. */
    public @Nullable Message retained(TopicName topic) {
        Message message = broker.retained().get(topic);
        return message == null || message.isExpired(broker.firstShard().wallMillis())
                ? null
                : message;
    }

    /**
     * Shows somebody each message that the broker accepts from now on, {@code $SYS} included;
     * retained messages that a new subscription gets are not shown again.
     *
     * @param watcher called on the loops of the publishers; must neither block nor throw
     */
    public void watch(Consumer<? super Message> watcher) {
        broker.router().watch(watcher);
    }

    /**
     * Publishes a message, whatever the rules say about its publisher.
     *
     * @return done when the sessions that are to get it have it
     */
    public CompletableFuture<Void> publish(Message message) {
        CompletableFuture<Void> routed = new CompletableFuture<>();
        Shard first = broker.firstShard();
        first.control(() -> {
            try {
                broker.router().publish(message, first);
            } catch (RuntimeException fault) {
                routed.completeExceptionally(fault);
                throw fault;
            }
            first.atEndOfTurn(() -> routed.complete(null)); // when other shards have their part
        });
        return routed.thenCompose(_ -> settled());
    }

    /**
     * When the next will is due or the next session ends, in milliseconds of the monotonic clock;
     * {@link Long#MAX_VALUE} if nothing is.
     */
    public CompletableFuture<Long> nextDue() {
        AtomicLong next = new AtomicLong(Long.MAX_VALUE);
        return broker.onEachShard(
                        here -> next.accumulateAndGet(here.sessions().nextDue(), Math::min))
                .thenApply(_ -> next.get());
    }

    /**
     * Does what is due by the clocks now, instead of at the next ticks of the shards.
     *
     * @return done when it was done, and what it sent to other shards has arrived there
     */
    public CompletableFuture<Void> runDue() {
        return broker.onEachShard(Inspection::tick).thenCompose(_ -> settled());
    }

    private static void tick(ShardBroker here) {
        here.shard().tick();
    }

    /** What shards have sent each other has arrived, and what they sent on because of it. */
    private CompletableFuture<Void> settled() {
        return broker.onEachShard(_ -> {}).thenCompose(_ -> broker.onEachShard(_ -> {}));
    }
}
