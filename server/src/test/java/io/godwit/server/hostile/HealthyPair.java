package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;
import static io.godwit.broker.simulation.Packets.text;

import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** A publisher and a subscriber who exchange messages at QoS 1, one by one, all the while. */
final class HealthyPair implements AutoCloseable {

    private final RawClient subscriber;
    private final RawClient publisher;
    private final AtomicInteger exchanged = new AtomicInteger();
    private final FutureTask<Void> task = new FutureTask<>(this::exchange, null);
    private volatile boolean ending;

    private HealthyPair(RawClient subscriber, RawClient publisher) {
        this.subscriber = subscriber;
        this.publisher = publisher;
    }

    static HealthyPair start(int port) throws IOException {
        RawClient subscriber = RawClient.connect(port, "healthy-subscriber");
        subscriber.send(subscribe(1, 1, "healthy/+"));
        subscriber.read();
        HealthyPair pair =
                new HealthyPair(subscriber, RawClient.connect(port, "healthy-publisher"));
        Thread.ofPlatform().name("healthy pair").daemon().start(pair.task);
        return pair;
    }

    private void exchange() {
        try {
            while (!ending) {
                int number = exchanged.get();
                publisher.send(publish("healthy/t", "m" + number, 1, 1 + number % 65_535));
                if (!(publisher.read() instanceof PubAck answer)
                        || answer.reasonCode() != ReasonCode.SUCCESS) {
                    throw new AssertionError("message " + number + " was not acknowledged");
                }
                if (!(subscriber.read() instanceof Publish message)
                        || !text(message).equals("m" + number)) {
                    throw new AssertionError("message " + number + " did not arrive");
                }
                subscriber.send(new PubAck(message.packetId()));
                exchanged.incrementAndGet();
            }
        } catch (IOException failure) {
            throw new AssertionError("the pair was disturbed", failure);
        }
    }

    /** Waits until some more messages have been exchanged. */
    void expectMore() {
        int wanted = exchanged.get() + 20;
        while (exchanged.get() < wanted) {
            if (task.isDone()) {
                stop();
                throw new AssertionError("the pair has ended");
            }
            Thread.onSpinWait();
        }
    }

    private void stop() {
        ending = true;
        try {
            task.get();
        } catch (ExecutionException failure) {
            throw new AssertionError("the pair was disturbed", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        subscriber.close();
        publisher.close();
    }
}
