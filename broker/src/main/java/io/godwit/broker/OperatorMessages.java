package io.godwit.broker;

import io.godwit.broker.connection.ShardBroker;
import io.godwit.broker.control.Messages.Passing;
import io.godwit.broker.control.Messages.Published;
import io.godwit.broker.control.Messages.Retained;
import io.godwit.broker.control.Messages.Watch;
import io.godwit.broker.control.Page;
import io.godwit.broker.routing.Router;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Publication;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.Property;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import io.godwit.codec.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The messages of a broker, for an operator; from any thread but a loop's. */
public final class OperatorMessages {

    /**
     * Who publishes what an operator publishes. No client has this identifier, since it holds
     * U+0000; and what the server publishes itself, with none, is not stored.
     */
    public static final String PUBLISHER = "\0operator";

    /** Bytes of payloads from which on a page of retained messages has no further one. */
    private static final long PAGE_BYTES = 1_000_000;

    /** Bytes of a payload that count at most: nobody is shown more of it in a list. */
    private static final int COUNTED = 65_536;

    /** After so many messages another thread of the API gets its turn. */
    private static final int IN_A_ROW = 5_000;

    /** What a turn is charged for publishing, and for removing, one message. */
    private static final int PUBLISH = 50;

    private static final int REMOVE = 10;

    private final Broker broker;

    OperatorMessages(Broker broker) {
        this.broker = broker;
    }

    // --- retained messages ----------------------------------------------------------------------

    /**
     * Retained messages in the order of their topics. Looks at all that the filter matches, and
     * lets others work in between.
     *
     * @param after the topic behind which to begin, or null
     */
    public Page<Retained> retained(TopicFilter filter, int limit, @Nullable TopicName after) {
        long now = broker.firstShard().wallMillis();
        TreeMap<TopicName, Message> first = new TreeMap<>();
        long[] total = {0};
        broker.retained()
                .match(
                        filter,
                        message -> {
                            if (message.isExpired(now)) {
                                return;
                            }
                            total[0]++;
                            if (total[0] % IN_A_ROW == 0) {
                                Thread.yield();
                            }
                            boolean isBehind =
                                    first.size() > limit
                                            && message.topic().compareTo(first.lastKey()) > 0;
                            if (!isBehind
                                    && (after == null || message.topic().compareTo(after) > 0)) {
                                first.put(message.topic(), message);
                                if (first.size() > limit + 1) {
                                    first.pollLastEntry();
                                }
                            }
                        });
        List<Retained> rows = new ArrayList<>();
        long bytes = 0;
        String last = null;
        for (Message message : first.values()) {
            if (rows.size() == limit || bytes > PAGE_BYTES) {
                return new Page<>(rows, last, total[0]);
            }
            bytes += Math.min(message.payload().length, COUNTED);
            last = message.topic().toString();
            rows.add(row(message, now));
        }
        return new Page<>(rows, null, total[0]);
    }

    private static Retained row(Message message, long now) {
        boolean expires = message.expiresAt() != Message.NEVER;
        return new Retained(
                message.topic().toString(),
                message.qos(),
                message.payload(),
                expires ? (message.expiresAt() - now + 999) / 1000 : null,
                message.properties().get(Property.CONTENT_TYPE));
    }

    /**
     * Removes the retained messages that a filter matches.
     *
     * @return how many, once that is stored; or failed with {@link IOException}
     */
    public CompletableFuture<Long> deleteRetained(TopicFilter filter) {
        List<TopicName> topics = new ArrayList<>();
        broker.retained().match(filter, message -> topics.add(message.topic()));
        ShardBroker here = broker.parts().getFirst();
        long[] removed = {0};
        CompletableFuture<Void> stored = new CompletableFuture<>();
        return Slices.of(
                        here.shard(),
                        topics::iterator,
                        topic -> {
                            if (broker.retained().remove(topic)) {
                                here.store().retainedRemoved(topic);
                                removed[0]++;
                            }
                            return REMOVE;
                        })
                .thenCompose(_ -> {
                    here.store().whenStored(failure -> complete(stored, failure));
                    return stored;
                })
                .thenApply(_ -> removed[0]);
    }

    private static void complete(CompletableFuture<Void> stored, @Nullable StoreFailure failure) {
        if (failure == null) {
            stored.complete(null);
        } else {
            stored.completeExceptionally(
                    new IOException(
                            "it is done, and a restart now would undo it: " + failure.why()));
        }
    }

    // --- publishing -----------------------------------------------------------------------------

    /**
     * Publishes messages in their order, whatever the rules say.
     *
     * @return what became of them once they are delivered, and stored where they have to be; or
     *     failed with {@link IOException}
     */
    public CompletableFuture<Published> publish(List<Message> messages) {
        long recipients = 0;
        for (Message message : messages) {
            recipients += broker.router().countRecipients(message.topic());
        }
        long counted = recipients;
        Shard first = broker.firstShard();
        List<CompletableFuture<Void>> storing = new ArrayList<>();
        return Slices.of(
                        first,
                        messages::iterator,
                        message -> {
                            if (storing.isEmpty()
                                    || !storing.getLast().isCompletedExceptionally()) {
                                storing.add(publish(message, first));
                            }
                            return PUBLISH;
                        })
                .thenCompose(
                        _ -> CompletableFuture.allOf(storing.toArray(CompletableFuture[]::new)))
                .thenCompose(_ -> broker.onEachShard(_ -> {})) // so that nobody gets ahead of them
                .thenApply(_ -> new Published(messages.size(), counted));
    }

    private CompletableFuture<Void> publish(Message message, Shard first) {
        Router router = broker.router();
        if (message.qos() > 0 && router.refuses(message, first)) {
            return failed(message, "a queue is full, and limits.queue-full refuses publishers");
        }
        StoreFailure refusal = router.prepare(message, first, false);
        if (refusal != null && message.qos() > 0) {
            return failed(message, refusal.why());
        }
        Publication storing = message.storing();
        Router.Outcome outcome;
        try {
            outcome = router.route(message, first, null, true);
        } finally {
            if (storing != null) {
                storing.added();
            }
        }
        if (outcome == Router.Outcome.REFUSED_RETAINED) {
            return failed(message, "retained.messages or retained.bytes is reached");
        }
        CompletableFuture<Void> stored = new CompletableFuture<>();
        if (storing == null) {
            stored.complete(null);
        } else {
            storing.whenStored(
                    first,
                    failure -> {
                        if (failure == null) {
                            stored.complete(null);
                        } else {
                            stored.completeExceptionally(
                                    new IOException(why(message, failure.why())));
                        }
                    });
        }
        return stored;
    }

    private static CompletableFuture<Void> failed(Message message, String why) {
        return CompletableFuture.failedFuture(new IOException(why(message, why)));
    }

    private static String why(Message message, String why) {
        return "the message on %s was not accepted: %s; those behind it were not published"
                .formatted(Utf8.quote(message.topic().bytes()), why);
    }

    // --- the store ------------------------------------------------------------------------------

    /** Why what has to be stored can't be at the moment, in words; empty if it can. */
    public CompletableFuture<Optional<String>> storeFailure() {
        AtomicReference<Optional<String>> why = new AtomicReference<>(Optional.empty());
        return broker.onHomeOf(
                        PUBLISHER,
                        here ->
                                why.set(
                                        Optional.ofNullable(here.store().refusal())
                                                .map(StoreFailure::why)))
                .thenApply(_ -> why.get());
    }

    // --- watching -------------------------------------------------------------------------------

    /** A message as a watcher sees it. */
    private record Seen(Message message) implements Passing {

        @Override
        public String topic() {
            return message.topic().toString();
        }

        @Override
        public byte[] payload() {
            return message.payload();
        }

        @Override
        public int qos() {
            return message.qos();
        }

        @Override
        public boolean retain() {
            return message.retain();
        }
    }

    /**
     * Shows somebody the messages that any of some filters match.
     *
     * @param retained is given what is retained, before this returns
     * @param passing is given what is published from now on, on the publishers' loops
     */
    public Watch watch(
            List<TopicFilter> filters,
            Consumer<? super Passing> retained,
            Consumer<? super Passing> passing) {
        Consumer<Message> watcher =
                message -> {
                    if (isMatched(message.topic(), filters, filters.size())) {
                        passing.accept(new Seen(message));
                    }
                };
        broker.router().watch(watcher);
        try {
            long now = broker.firstShard().wallMillis();
            for (int i = 0; i < filters.size(); i++) {
                int before = i;
                broker.retained()
                        .match(
                                filters.get(i),
                                message -> {
                                    if (!message.isExpired(now)
                                            && !isMatched(message.topic(), filters, before)) {
                                        retained.accept(new Seen(message));
                                    }
                                });
            }
        } catch (RuntimeException stopped) {
            broker.router().unwatch(watcher);
            throw stopped;
        }
        return () -> broker.router().unwatch(watcher);
    }

    /** Whether one of the first filters matches. */
    private static boolean isMatched(TopicName topic, List<TopicFilter> filters, int first) {
        for (int i = 0; i < first; i++) {
            if (filters.get(i).matches(topic)) {
                return true;
            }
        }
        return false;
    }
}
