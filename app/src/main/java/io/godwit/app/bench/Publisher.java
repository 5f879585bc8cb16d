package io.godwit.app.bench;

import io.godwit.client.Message;
import io.godwit.client.MqttClient;
import io.godwit.codec.TopicName;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A client that publishes. Of the messages of a run, which are due one after the other, it has each
 * so many-th; one that finds no room waits, and those behind it do not wait for their time.
 */
final class Publisher extends Member {

    /**
     * Nanoseconds that a message may leave too early: to sleep for less costs more than it is
     * worth.
     */
    private static final long EARLY = 1_000_000;

    /** Its number, from 0 on. */
    final int number;

    private final Load load;
    private final int run;
    private final TopicName topic;
    private final Semaphore room;

    /** How many the server has acknowledged, at QoS 0 the system has taken. */
    private final LongAdder accepted = new LongAdder();

    Publisher(MqttClient client, Tally tally, Load load, int run, int number) {
        super(client, tally);
        this.load = load;
        this.run = run;
        this.number = number;
        String name = Load.indexed(load.topic(), number % load.topics() + 1);
        this.topic = Message.to(name).build().topic();
        this.room = new Semaphore(load.inFlight());
    }

    /**
     * Publishes until its part is done.
     *
     * @param begin when the first message of all is due, in nanoseconds of {@code System.nanoTime}
     * @throws InterruptedException if it is to stop
     */
    void publish(long begin) throws InterruptedException {
        Duration duration = load.duration();
        long end = duration == null ? Long.MAX_VALUE : duration.plus(load.grace()).toNanos();
        long sequence = 0;
        for (long i = number; i < load.planned(); i += load.allPublishers()) {
            long due = load.isPaced() ? (long) (i * 1e9 / load.rate()) : 0;
            long now = System.nanoTime() - begin;
            if (due - now > EARLY) {
                Thread.sleep(Duration.ofNanos(due - now));
            }
            room.acquire();
            now = System.nanoTime() - begin;
            if (now >= end) {
                room.release();
                return;
            }
            send(sequence++, begin + (load.isPaced() ? Math.min(due, now) : now));
        }
    }

    private void send(long sequence, long due) {
        byte[] payload = new byte[load.payloadSize()];
        if (load.isStamped()) {
            new Stamp(run, number, sequence, Stamp.at(due)).write(payload);
        }
        tally.sent.increment();
        var _ =
                client.publish(
                                new Message(
                                        topic,
                                        payload,
                                        load.qos(),
                                        load.retain(),
                                        load.properties()))
                        .whenComplete((_, failure) -> settle(due, failure));
    }

    private void settle(long due, @Nullable Throwable failure) {
        if (failure != null) {
            tally.refused.increment();
            tally.failures.add(failure);
        } else {
            tally.acknowledged.increment();
            accepted.increment();
            if (load.qos() > 0) {
                tally.acknowledging.record(System.nanoTime() - due);
            }
        }
        room.release();
    }

    /** How many of its messages are to arrive. */
    long accepted() {
        return accepted.sum();
    }

    /** Waits until all that it has published is settled, some time at most. */
    boolean awaitSettled(Duration most) throws InterruptedException {
        boolean settled = room.tryAcquire(load.inFlight(), most.toNanos(), TimeUnit.NANOSECONDS);
        if (settled) {
            room.release(load.inFlight());
        }
        return settled;
    }
}
