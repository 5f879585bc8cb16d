package io.godwit.broker.retained;

import static io.godwit.broker.retained.InMemoryRetainedStoreTest.match;
import static io.godwit.broker.retained.InMemoryRetainedStoreTest.message;
import static io.godwit.broker.retained.InMemoryRetainedStoreTest.store;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.RetainedStore.Outcome;
import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The store under several threads: a fixed number of steps each, whatever way they interleave. */
class InMemoryRetainedStoreThreadsTest {

    private static final int THREADS = 4;

    /** Topics that share their upper levels, so that threads prune what others build on. */
    private static String topic(int number) {
        return number % 3 == 0 ? "a/b" : "a/b/" + number % 7 + "/c" + (number % 2 == 0 ? "/d" : "");
    }

    @Test
    void countsAndContentAgreeAfterPutsAndRemovesOfTheSameTopics() throws Exception {
        InMemoryRetainedStore store = store(1_000_000, 1L << 40);
        AtomicLong balance = new AtomicLong();
        inThreads(thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < 20_000; i++) {
                String topic = topic(random.nextInt(100));
                if (random.nextBoolean()) {
                    Message message = message(topic, random.nextInt(100), Message.NEVER);
                    if (store.put(message) == Outcome.STORED) {
                        balance.incrementAndGet();
                    }
                } else if (store.remove(TopicName.of(topic))) {
                    balance.decrementAndGet();
                }
            }
        });
        List<Message> left = match(store, "#");
        assertThat(store.count()).isEqualTo(balance.get()).isEqualTo(left.size());
        assertThat(store.bytes()).isEqualTo(left.stream().mapToLong(Message::size).sum());
        for (Message message : left) {
            assertThat(store.get(message.topic())).isSameAs(message);
            assertThat(store.remove(message.topic())).isTrue();
        }
        assertThat(store.count()).isZero();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void bytesAreThoseOfTheLastOneWhenAllReplaceTheSameMessage() throws Exception {
        InMemoryRetainedStore store = store(1, 1L << 40);
        inThreads(thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < 50_000; i++) {
                store.put(message("a", random.nextInt(50), Message.NEVER));
            }
        });
        Message last = match(store, "#").getFirst();
        assertThat(store.get(TopicName.of("a"))).isSameAs(last);
        assertThat(store.bytes()).isEqualTo(last.size());
    }

    @Test
    void limitsHoldUnderThreads() throws Exception {
        int size = message("t/10", 10, Message.NEVER).size();
        long limit = 20L * size;
        InMemoryRetainedStore store = store(1_000, limit);
        inThreads(thread -> {
            Random random = new Random(thread);
            for (int i = 0; i < 10_000; i++) {
                String topic = "t/" + (10 + random.nextInt(40));
                if (random.nextInt(4) > 0) {
                    store.put(message(topic, random.nextInt(200), Message.NEVER));
                } else {
                    store.remove(TopicName.of(topic));
                }
                assertThat(store.bytes()).isBetween(0L, limit);
            }
        });
        assertThat(store.bytes())
                .isEqualTo(match(store, "#").stream().mapToLong(Message::size).sum());
    }

    @Test
    void aMessageThatStaysIsFoundOnceWhileItsNeighboursComeAndGo() throws Exception {
        InMemoryRetainedStore store = store(1_000_000, 1L << 40);
        Message stays = message("a/b/3/c");
        store.put(stays);
        AtomicBoolean done = new AtomicBoolean();
        TopicFilter filter = TopicFilter.of("a/+/#");
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Callable<Long> reading =
                    () -> {
                        long rounds = 0;
                        do {
                            List<Message> found = new ArrayList<>();
                            store.match(filter, found::add);
                            assertThat(found).filteredOn(stays::equals).hasSize(1);
                            assertThat(store.get(stays.topic())).isSameAs(stays);
                            rounds++;
                        } while (!done.get());
                        return rounds;
                    };
            List<Future<Long>> readers =
                    List.of(executor.submit(reading), executor.submit(reading));
            try {
                Random random = new Random(5);
                for (int i = 0; i < 30_000; i++) {
                    String topic = random.nextBoolean() ? "a/b/3" : "a/b/3/c/" + random.nextInt(5);
                    store.put(message(topic, 1, random.nextInt(10)));
                    if (random.nextBoolean()) {
                        store.remove(TopicName.of(topic));
                    }
                    store.removeExpired(5, 20, _ -> {});
                }
            } finally {
                done.set(true);
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    private interface Steps {
        void run(int thread) throws Exception;
    }

    private static void inThreads(Steps steps) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(
                        executor.submit(() -> {
                            steps.run(thread);
                            return null;
                        }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
    }
}
