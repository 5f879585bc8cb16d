package io.godwit.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.limits.QueueFull;
import io.godwit.server.hostile.CountingSubscriber.Tally;
import io.godwit.server.hostile.StoppableSubscribers.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Subscribers whose process is stopped and continued, as {@code kill -STOP} and {@code kill -CONT}
 * do it, while those of this process go on. The broker is a third process, with little memory.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a write may wait for ever
class StoppedSubscribersTest {

    private static final String HEAP = "128m";

    /** What a broker of this heap may have resident at most, in bytes. */
    private static final long MOST_RESIDENT = 400L << 20;

    /** Bytes that may be counted as held when nothing waits: sessions are. */
    private static final long NEARLY_NOTHING = 300_000;

    private static final int MESSAGE = 1_000;

    /** Messages that are under way at once, so that who reads misses none. */
    private static final int CHUNK = 100;

    private static final int GIVE_UP_SECONDS = 60;

    /** Messages after which a stopped subscriber must have missed some, whatever sockets hold. */
    private static final int ENOUGH = 100_000;

    @TempDir private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<CountingSubscriber> healthy = new ArrayList<>();
    private final Semaphore chunks = new Semaphore(0);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T it) {
        open.add(it);
        return it;
    }

    private BrokerProcess broker(int loops, int queuedMessages, QueueFull queueFull)
            throws IOException {
        return opened(BrokerProcess.start(directory, loops, HEAP, queuedMessages, queueFull));
    }

    private StoppableSubscribers stoppable(BrokerProcess broker, Group... groups)
            throws IOException {
        return opened(
                StoppableSubscribers.start(
                        broker.port(), directory.resolve("subscribers.log"), groups));
    }

    private void healthy(BrokerProcess broker, String topic, int qos, boolean kept, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            healthy.add(
                    opened(
                            CountingSubscriber.start(
                                    broker.port(),
                                    "healthy-%s-%s-%d".formatted(topic, kept, i),
                                    topic,
                                    qos,
                                    kept,
                                    received -> {
                                        if (received % CHUNK == 0) {
                                            chunks.release();
                                        }
                                    })));
        }
    }

    private NumberingPublisher publisher(BrokerProcess broker, String topic, int qos, int bytes)
            throws IOException {
        return opened(new NumberingPublisher(broker.port(), topic, qos, bytes));
    }

    /** Publishes so many messages; no further ones before all who read have got these. */
    private void publish(NumberingPublisher publisher, int messages, int readers)
            throws IOException, InterruptedException {
        for (int i = 0; i < messages; i += CHUNK) {
            publisher.publish(CHUNK);
            if (!chunks.tryAcquire(readers, GIVE_UP_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("not all who read got " + publisher.accepted());
            }
        }
    }

    private void publishUntilMissed(
            BrokerProcess broker, long missed, NumberingPublisher publisher, int readers)
            throws IOException, InterruptedException {
        while (broker.state().droppedSlow() < missed) {
            assertThat(publisher.accepted()).isLessThan(ENOUGH);
            publish(publisher, 10 * CHUNK, readers);
        }
    }

    /** Sends the last messages, once every queue is empty, so that these have room. */
    private static BrokerProcess.State end(
            BrokerProcess broker, int subscribersOfEach, NumberingPublisher... publishers)
            throws IOException {
        long expected = 0;
        for (NumberingPublisher publisher : publishers) {
            expected += (long) subscribersOfEach * publisher.accepted();
        }
        long total = expected;
        BrokerProcess.State state = broker.await(it -> it.isSettled(total));
        for (NumberingPublisher publisher : publishers) {
            publisher.end();
        }
        return state;
    }

    private void healthyGotEverything(NumberingPublisher... publishers)
            throws InterruptedException, IOException {
        for (CountingSubscriber each : healthy) {
            Tally tally = each.tally();
            assertThat(publishers).anyMatch(it -> tally.equals(complete(it)));
        }
    }

    private static Tally complete(NumberingPublisher publisher) {
        return new Tally(publisher.topic(), publisher.accepted(), 0);
    }

    private static long received(List<Tally> tallies) {
        assertThat(tallies).allMatch(tally -> tally.outOfOrder() == 0);
        return tallies.stream().mapToLong(Tally::received).sum();
    }

    private static void nothingIsLeft(BrokerProcess broker) throws IOException {
        BrokerProcess.State state =
                broker.await(it -> it.waiting() == 0 && it.memoryUsed() < NEARLY_NOTHING);
        assertThat(state.failedActions()).isZero();
        assertThat(broker.log())
                .noneMatch(it -> it.contains(" ERROR ") || it.contains("OutOfMemory"));
        assertThat(broker.peakResident()).isLessThan(MOST_RESIDENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void oneOfAHundredCostsTheOthersNothing(int loops) throws Exception {
        int queued = 1_000;
        BrokerProcess broker = broker(loops, queued, QueueFull.REJECT_NEWEST);
        healthy(broker, "all", 0, false, 99);
        StoppableSubscribers one = stoppable(broker, new Group("all", 0, false, 1));
        NumberingPublisher publisher = publisher(broker, "all", 0, MESSAGE);
        publish(publisher, 10 * CHUNK, 99);
        long before = broker.collect().heap();
        one.stop();
        publish(publisher, 50 * CHUNK, 99);
        publishUntilMissed(broker, 1_000, publisher, 99);
        BrokerProcess.State state = broker.collect();
        assertThat(state.memoryUsed()).isLessThan(queued * (MESSAGE + 200L) + 500_000);
        assertThat(state.heap() - before).isLessThan(8L << 20);
        one.goOn();
        long missed = end(broker, 100, publisher).dropped();
        healthyGotEverything(publisher);
        assertThat(received(one.tallies()) + missed).isEqualTo(publisher.accepted());
        nothingIsLeft(broker);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void halfOfThemAreStoppedAndGoOn(int loops) throws Exception {
        int messages = 5_000;
        BrokerProcess broker = broker(loops, messages + 1, QueueFull.REJECT_NEWEST);
        healthy(broker, "zero", 0, false, 5);
        healthy(broker, "one", 1, false, 3);
        healthy(broker, "one", 1, true, 2);
        StoppableSubscribers half =
                stoppable(
                        broker,
                        new Group("zero", 0, false, 5),
                        new Group("one", 1, false, 3),
                        new Group("one", 1, true, 2));
        NumberingPublisher zero = publisher(broker, "zero", 0, MESSAGE);
        NumberingPublisher one = publisher(broker, "one", 1, MESSAGE);
        half.stop();
        publish(one, messages, 5);
        publish(zero, messages, 5);
        publishUntilMissed(broker, 10_000, zero, 5);
        half.goOn();
        BrokerProcess.State state = end(broker, 10, zero, one);
        healthyGotEverything(zero, one);
        List<Tally> tallies = half.tallies();
        assertThat(tallies)
                .filteredOn(tally -> tally.topic().equals("one"))
                .hasSize(5)
                .containsOnly(complete(one));
        List<Tally> atQos0 =
                tallies.stream().filter(tally -> tally.topic().equals("zero")).toList();
        assertThat(received(atQos0) + state.droppedSlow()).isEqualTo(5L * zero.accepted());
        assertThat(state.dropped()).isEqualTo(state.droppedSlow()); // nothing at QoS 1
        nothingIsLeft(broker);
    }

    /** Each queue is full soon, and the messages of 100 KB are more than {@code limits.memory}. */
    @ParameterizedTest
    @CsvSource({"1, REJECT_NEWEST", "2, DROP_OLDEST", "2, REFUSE_PUBLISHER"})
    void publishersAreReadWhileAllSubscribersAreStopped(int loops, QueueFull queueFull)
            throws Exception {
        BrokerProcess broker = broker(loops, 500, queueFull);
        StoppableSubscribers all =
                stoppable(
                        broker,
                        new Group("zero", 0, false, 6),
                        new Group("large", 0, false, 6),
                        new Group("one", 1, false, 3),
                        new Group("one", 1, true, 3));
        List<NumberingPublisher> publishers =
                List.of(
                        publisher(broker, "one", 1, MESSAGE),
                        publisher(broker, "zero", 0, MESSAGE),
                        publisher(broker, "large", 0, 100_000));
        all.stop();
        publishers.get(0).publish(2_000);
        publishers.get(1).publish(10_000);
        publishers.get(2).publish(300);
        publishers.get(0).publish(2_000);
        all.goOn();
        BrokerProcess.State state = end(broker, 6, publishers.toArray(NumberingPublisher[]::new));
        long expected = publishers.stream().mapToLong(it -> 6L * it.accepted()).sum();
        assertThat(received(all.tallies()) + state.dropped()).isEqualTo(expected);
        assertThat(state.droppedSlow()).isPositive();
        boolean refuses = queueFull == QueueFull.REFUSE_PUBLISHER;
        assertThat(publishers.get(0).accepted() < 4_000).isEqualTo(refuses);
        nothingIsLeft(broker);
    }
}
