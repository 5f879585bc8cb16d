package io.godwit.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The index under several threads: writers do a fixed number of changes, readers match as long. */
class SubscriptionIndexThreadsTest {

    private static final int READERS = 2;
    private static final int WRITERS = 2;

    private final SubscriptionIndex<Subscriber> index = new SubscriptionIndex<>(99);

    /** Equal to itself alone. */
    private static final class Subscriber {
        private final String filter;
        private final boolean stays;

        Subscriber(String filter, boolean stays) {
            this.filter = filter;
            this.stays = stays;
        }
    }

    @Test
    void readersFindEverySubscriberThatStaysExactlyOnce() throws Exception {
        RandomTopics topics = new RandomTopics(new Random(11), 6);
        Map<String, Subscriber> staying = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            String filter = topics.filter();
            Subscriber subscriber = new Subscriber(filter, true);
            if (staying.putIfAbsent(filter, subscriber) == null) {
                index.add(TopicFilter.of(filter), subscriber);
            }
        }
        Map<String, List<Subscriber>> expected = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            String topic = topics.name();
            expected.put(
                    topic,
                    staying.values().stream()
                            .filter(one -> ReferenceMatch.matches(one.filter, topic))
                            .toList());
        }
        long rounds =
                whileWriting(
                        writer -> comeAndGo(writer, 30_000),
                        () -> {
                            for (Map.Entry<String, List<Subscriber>> entry : expected.entrySet()) {
                                assertFinds(entry.getKey(), entry.getValue());
                            }
                        });
        assertThat(rounds).isPositive();
        assertThat(index.filters()).isEqualTo(staying.size());
        assertThat(index.subscriptions()).isEqualTo(staying.size());
    }

    private void assertFinds(String topic, List<Subscriber> staying) throws PacketException {
        List<Subscriber> found = new ArrayList<>();
        index.match(
                TopicName.of(topic),
                subscriber -> {
                    assertThat(ReferenceMatch.matches(subscriber.filter, topic)).isTrue();
                    if (subscriber.stays) {
                        found.add(subscriber);
                    }
                });
        assertThat(found).containsExactlyInAnyOrderElementsOf(staying);
    }

    /** Adds and removes subscribers of the same filters, and in the end removes all of its own. */
    private void comeAndGo(int writer, int changes) throws PacketException {
        Random random = new Random(writer);
        RandomTopics topics = new RandomTopics(random, 6);
        List<Subscriber> own = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            if (own.isEmpty() || random.nextInt(100) < (i < changes / 2 ? 60 : 40)) {
                Subscriber subscriber = new Subscriber(topics.filter(), false);
                own.add(subscriber);
                assertThat(index.add(TopicFilter.of(subscriber.filter), subscriber)).isTrue();
            } else {
                remove(own.remove(random.nextInt(own.size())));
            }
        }
        for (Subscriber subscriber : own) {
            remove(subscriber);
        }
    }

    private void remove(Subscriber subscriber) throws PacketException {
        assertThat(index.remove(TopicFilter.of(subscriber.filter), subscriber)).isTrue();
    }

    @Test
    void subscribersOfALargeListThatStayAreFoundExactlyOnce() throws Exception {
        TopicFilter filter = TopicFilter.of("a/+");
        List<Subscriber> staying = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            staying.add(new Subscriber("a/+", true));
            index.add(filter, staying.get(i));
        }
        long rounds =
                whileWriting(
                        writer -> {
                            Random random = new Random(writer);
                            List<Subscriber> own = new ArrayList<>();
                            for (int i = 0; i < 100_000; i++) {
                                boolean more = random.nextInt(1000) > own.size();
                                if (more) {
                                    Subscriber subscriber = new Subscriber("a/+", false);
                                    own.add(subscriber);
                                    index.add(filter, subscriber);
                                } else {
                                    Subscriber gone = own.remove(random.nextInt(own.size()));
                                    assertThat(index.remove(filter, gone)).isTrue();
                                }
                            }
                            for (Subscriber subscriber : own) {
                                assertThat(index.remove(filter, subscriber)).isTrue();
                            }
                        },
                        () -> assertFinds("a/b", staying));
        assertThat(rounds).isPositive();
        assertThat(index.subscriptions()).isEqualTo(100);
    }

    @Test
    void replacedSubscriberIsAlwaysThereOnceInOneOfItsForms() throws Exception {
        TopicFilter filter = TopicFilter.of("+/b");
        for (int i = 0; i < 40; i++) {
            index.add(filter, new Subscriber("+/b", false));
        }
        Subscriber first = new Subscriber("+/b", true);
        index.add(filter, first);
        Subscriber[] current = {first};
        whileWriting(
                writer -> {
                    for (int i = 0; i < 50_000 && writer == 0; i++) {
                        Subscriber by = new Subscriber("+/b", true);
                        assertThat(index.replace(filter, current[0], by)).isTrue();
                        current[0] = by;
                    }
                },
                () -> {
                    List<Subscriber> found = new ArrayList<>();
                    index.match(
                            TopicName.of("a/b"),
                            subscriber -> {
                                if (subscriber.stays) {
                                    found.add(subscriber);
                                }
                            });
                    assertThat(found).hasSize(1);
                });
        assertThat(index.subscriptions()).isEqualTo(41);
    }

    /**
     * The protocol of {@link SubscriptionIndex#epoch}: a reader that caches under the epoch matches
     * as soon as the epoch changes, and keeps what it found until it changes again. The writer
     * waits for two look-ups after each change, so a result that lacks it does not go unnoticed.
     */
    @Test
    void resultCachedWhileASubscriberIsAddedIsNotUsedAfterwards() throws Exception {
        AtomicInteger added = new AtomicInteger();
        AtomicLong lookUps = new AtomicLong();
        TopicFilter filter = TopicFilter.of("a/+");
        TopicName topic = TopicName.of("a/b");
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            Future<?> reader =
                    executor.submit(() -> {
                        Map<TopicName, Cached> cache = new HashMap<>();
                        while (!done.get()) {
                            int least = added.get();
                            assertThat(lookUp(cache, topic).size()).isGreaterThanOrEqualTo(least);
                            lookUps.incrementAndGet();
                        }
                    });
            try {
                for (int i = 1; i <= 1_000; i++) {
                    index.add(filter, new Subscriber("a/+", false));
                    added.set(i);
                    long seen = lookUps.get();
                    while (lookUps.get() < seen + 2 && !reader.isDone()) {
                        Thread.onSpinWait();
                    }
                }
            } finally {
                done.set(true);
            }
            reader.get();
        }
    }

    /** The same when several threads each look up what they have added themselves. */
    @Test
    void cachedResultNeverLacksASubscriberThatWasAddedBefore() throws Exception {
        Map<String, String> topicOfFilter =
                Map.of("a/b", "a/b", "a/+", "a/b", "+/b", "a/b", "#", "a/b", "c/#", "c/d");
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(WRITERS + READERS)) {
            for (int thread = 0; thread < WRITERS + READERS; thread++) {
                int seed = thread;
                running.add(
                        executor.submit(() -> {
                            addLookUpRemove(new Random(seed), topicOfFilter);
                            return null;
                        }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertThat(index.subscriptions()).isZero();
    }

    private record Cached(int epoch, List<Subscriber> subscribers) {}

    private void addLookUpRemove(Random random, Map<String, String> topicOfFilter)
            throws PacketException {
        List<String> filters = List.copyOf(topicOfFilter.keySet());
        Map<TopicName, Cached> cache = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String filter = filters.get(random.nextInt(filters.size()));
            TopicName topic = TopicName.of(topicOfFilter.getOrDefault(filter, ""));
            Subscriber subscriber = new Subscriber(filter, false);
            index.add(TopicFilter.of(filter), subscriber);
            assertThat(lookUp(cache, topic)).contains(subscriber);
            assertThat(lookUp(cache, topic)).contains(subscriber);
            index.remove(TopicFilter.of(filter), subscriber);
            assertThat(lookUp(cache, topic)).doesNotContain(subscriber);
        }
    }

    private List<Subscriber> lookUp(Map<TopicName, Cached> cache, TopicName topic) {
        int epoch = index.epoch(topic);
        Cached cached = cache.get(topic);
        if (cached == null || cached.epoch() != epoch) {
            List<Subscriber> found = new ArrayList<>();
            index.match(topic, found::add);
            cached = new Cached(epoch, found);
            cache.put(topic, cached);
        }
        return cached.subscribers();
    }

    @Test
    void epochOfOtherFirstLevelsStaysTheSame() throws PacketException {
        TopicName topic = TopicName.of("a/b");
        int epoch = index.epoch(topic);
        Subscriber subscriber = new Subscriber("", false);
        index.add(TopicFilter.of("b/a"), subscriber);
        index.add(TopicFilter.of("b/+"), subscriber);
        assertThat(index.epoch(topic)).isEqualTo(epoch);
        for (String filter : List.of("a/b", "a/c", "a/#", "#", "+/x")) {
            int before = index.epoch(topic);
            index.add(TopicFilter.of(filter), subscriber);
            assertThat(index.epoch(topic)).isNotEqualTo(before);
            before = index.epoch(topic);
            index.add(TopicFilter.of(filter), subscriber);
            assertThat(index.epoch(topic)).isEqualTo(before);
            index.remove(TopicFilter.of(filter), subscriber);
            assertThat(index.epoch(topic)).isNotEqualTo(before);
        }
    }

    private interface Writing {
        void run(int writer) throws Exception;
    }

    private interface Reading {
        void run() throws Exception;
    }

    /** Runs the writers to their end, and readers again and again meanwhile; how often. */
    private static long whileWriting(Writing writing, Reading reading) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService executor = Executors.newFixedThreadPool(READERS + WRITERS)) {
            Callable<Long> reader =
                    () -> {
                        long rounds = 0;
                        do {
                            reading.run();
                            rounds++;
                        } while (!done.get());
                        return rounds;
                    };
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(executor.submit(reader));
            }
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                writers.add(
                        executor.submit(() -> {
                            writing.run(number);
                            return null;
                        }));
            }
            try {
                for (Future<?> writer : writers) {
                    writer.get();
                }
            } finally {
                done.set(true);
            }
            long rounds = 0;
            for (Future<Long> each : readers) {
                rounds += each.get();
            }
            return rounds;
        }
    }
}
