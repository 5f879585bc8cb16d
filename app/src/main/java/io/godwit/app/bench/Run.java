package io.godwit.app.bench;

import io.godwit.client.MqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run: connects, loads, waits for what is still under way, and disconnects. */
public final class Run {

    /** How long it waits while nothing comes any more. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long it goes on without a bound in time while nothing happens. */
    private static final Duration STALLED = Duration.ofSeconds(30);

    private static final Duration TICK = Duration.ofMillis(20);

    private final Load load;
    private final int number = ThreadLocalRandom.current().nextInt();
    private final Tally tally = new Tally();
    private final List<Member> others = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Thread> publishing = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private volatile Phase phase = Phase.CONNECTING;
    private volatile long phaseBegan = System.nanoTime();

    /** What a run does at the moment. */
    public enum Phase {
        CONNECTING,
        LOADING,
        DRAINING
    }

    /**
     * How far it has got.
     *
     * @param inPhase since the phase began
     * @param latest latencies since the last look, in microseconds: of deliveries, else of
     *     acknowledgements, else of connections
     */
    public record Progress(
            Phase phase,
            Duration inPhase,
            long connected,
            long failed,
            long sent,
            long acknowledged,
            long received,
            long disconnects,
            Histogram latest) {}

    /**
     * A run with clients of its own.
     *
     * @param clients in the order of their numbers: first those that publish (or only connect), and
     *     then those that subscribe
     */
    public Run(Load load, List<MqttClient> clients) {
        this.load = load;
        int next = 0;
        if (load.kind() == Kind.CONN) {
            clients.forEach(client -> others.add(new Member(client, tally)));
            return;
        }
        for (int i = 0; i < load.allPublishers(); i++) {
            publishers.add(new Publisher(clients.get(next++), tally, load, number, i));
        }
        for (int i = 0; i < load.allSubscribers(); i++) {
            boolean isPair = load.kind() == Kind.PAIR;
            Deliveries deliveries = new Deliveries(tally, number, isPair, isChecked());
            int topic = i % load.topics();
            subscribers.add(new Subscriber(clients.get(next++), tally, load, topic, deliveries));
        }
    }

    /** A member of a shared subscription gets what others do not. */
    private boolean isChecked() {
        return load.kind().subscribes() && !load.topic().startsWith("$share/");
    }

    /** Ends it early; it still waits for what is under way. Safe from every thread. */
    public void stop() {
        stopped.countDown();
    }

    /** How far it has got. Safe from every thread; one looks at a time. */
    public Progress progress() {
        Latencies latencies =
                load.kind().subscribes()
                        ? tally.delivering
                        : load.kind() == Kind.PUB ? tally.acknowledging : tally.connecting;
        return new Progress(
                phase,
                Duration.ofNanos(System.nanoTime() - phaseBegan),
                tally.connected.sum(),
                tally.unconnected.sum() + tally.unsubscribed.sum() + tally.refused.sum(),
                tally.sent.sum(),
                tally.acknowledged.sum(),
                tally.received.sum(),
                tally.disconnects.sum(),
                latencies.sinceLast());
    }

    /**
     * Runs it.
     *
     * @throws InterruptedException if the thread is interrupted; the clients are closed
     */
    public Report execute() throws InterruptedException {
        try {
            long begin = System.nanoTime();
            begin(Phase.CONNECTING);
            connect(others, begin);
            connect(subscribers, begin);
            connect(publishers, System.nanoTime());
            Duration connectTime = Duration.ofNanos(System.nanoTime() - begin);
            begin(Phase.LOADING);
            if (tally.connected.sum() > 0) {
                load();
            }
            Duration time = Duration.ofNanos(System.nanoTime() - phaseBegan);
            begin(Phase.DRAINING);
            drain();
            return report(connectTime, time);
        } finally {
            publishing.forEach(Thread::interrupt);
            close();
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void begin(Phase next) {
        phaseBegan = System.nanoTime();
        phase = next;
    }

    private long nanosOfConnecting(int clients) {
        return clients * 1_000_000_000L / load.connectRate();
    }

    private void connect(List<? extends Member> members, long begin) throws InterruptedException {
        List<CompletableFuture<?>> attempts = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            long wait = begin + nanosOfConnecting(i) - System.nanoTime();
            if (stopped.await(Math.max(0, wait), TimeUnit.NANOSECONDS)) {
                break;
            }
            attempts.add(members.get(i).connect());
        }
        CompletableFuture<?> all =
                CompletableFuture.allOf(attempts.toArray(CompletableFuture<?>[]::new));
        until(() -> all.isDone() || isStopped(), null, this::settled);
    }

    private void load() throws InterruptedException {
        long begin = System.nanoTime();
        for (Publisher publisher : publishers) {
            if (publisher.isUsable()) {
                publishing.add(
                        Thread.ofVirtual()
                                .name("bench-publisher")
                                .start(() -> publish(publisher, begin)));
            }
        }
        Duration duration = load.duration();
        long end = duration == null ? Long.MAX_VALUE : duration.plus(load.grace()).toNanos();
        BooleanSupplier isOver =
                () -> isStopped() || System.nanoTime() - begin >= end || hasEnough();
        until(isOver, duration == null ? STALLED : null, this::settled);
        publishing.forEach(Thread::interrupt);
        for (Thread thread : publishing) {
            thread.join();
        }
    }

    private static void publish(Publisher publisher, long begin) {
        try {
            publisher.publish(begin);
        } catch (InterruptedException itIsToStop) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasEnough() {
        return switch (load.kind()) {
            case CONN -> false;
            case SUB -> tally.received.sum() >= load.count();
            case PUB, PAIR -> publishing.stream().noneMatch(Thread::isAlive);
        };
    }

    /** What grows while something happens. */
    private long settled() {
        return tally.acknowledged.sum() + tally.refused.sum() + tally.received.sum();
    }

    /** Something that counts up while there is progress. */
    @FunctionalInterface
    private interface Counter {
        long count();
    }

    /**
     * Waits for something.
     *
     * @param patience how long while nothing is counted; null without end
     */
    private static void until(BooleanSupplier isOver, @Nullable Duration patience, Counter counter)
            throws InterruptedException {
        long last = counter.count();
        long since = System.nanoTime();
        while (!isOver.getAsBoolean()) {
            Thread.sleep(TICK);
            long now = counter.count();
            if (now != last) {
                last = now;
                since = System.nanoTime();
            } else if (patience != null && System.nanoTime() - since > patience.toNanos()) {
                return;
            }
        }
    }

    /** Waits for acknowledgements and, where it is known what is to come, for messages. */
    private void drain() throws InterruptedException {
        until(
                () -> tally.sent.sum() == tally.acknowledged.sum() + tally.refused.sum(),
                PATIENCE,
                this::settled);
        if (load.kind() == Kind.PAIR) {
            until(() -> lost() == 0, PATIENCE, this::settled);
        }
    }

    /** How many messages are to arrive: what was acknowledged, once for each subscriber. */
    private long expected() {
        if (load.kind() != Kind.PAIR) {
            return Report.UNKNOWN;
        }
        long expected = 0;
        for (Subscriber subscriber : subscribers) {
            for (int i = subscriber.topic; i < publishers.size(); i += load.topics()) {
                expected += publishers.get(i).accepted();
            }
        }
        return expected;
    }

    /** Those of them that have not, or the gaps between those that have. */
    private long lost() {
        if (!isChecked()) {
            return 0;
        }
        long lost = 0;
        for (Subscriber subscriber : subscribers) {
            if (load.kind() == Kind.SUB) {
                lost += subscriber.deliveries.gaps();
                continue;
            }
            for (int i = subscriber.topic; i < publishers.size(); i += load.topics()) {
                // More may have come than were acknowledged.
                Publisher publisher = publishers.get(i);
                lost +=
                        Math.max(
                                0,
                                publisher.accepted()
                                        - subscriber.deliveries.count(publisher.number));
            }
        }
        return lost;
    }

    private Report report(Duration connectTime, Duration time) {
        long droppedHere = 0;
        for (Subscriber subscriber : subscribers) {
            droppedHere += subscriber.client.counts().droppedIncoming();
        }
        return new Report(
                load,
                connectTime,
                time,
                tally.connected.sum(),
                tally.unconnected.sum(),
                tally.unsubscribed.sum(),
                tally.disconnects.sum(),
                tally.reconnects.sum(),
                load.kind().publishes() && !isStopped() ? load.planned() : Long.MAX_VALUE,
                tally.sent.sum(),
                tally.acknowledged.sum(),
                tally.refused.sum(),
                tally.received.sum(),
                tally.receivedBytes.sum(),
                expected(),
                lost(),
                tally.duplicates.sum(),
                tally.outOfOrder.sum(),
                tally.foreign.sum(),
                tally.ahead.sum(),
                droppedHere,
                isChecked(),
                tally.connecting.all(),
                tally.acknowledging.all(),
                tally.delivering.all(),
                tally.failures.all());
    }

    /** All at once: each may wait for its server for a while. */
    private void close() throws InterruptedException {
        List<Thread> closing = new ArrayList<>();
        for (List<? extends Member> members : List.of(others, publishers, subscribers)) {
            for (Member member : members) {
                closing.add(Thread.ofVirtual().start(member.client::close));
            }
        }
        for (Thread thread : closing) {
            thread.join();
        }
    }
}
