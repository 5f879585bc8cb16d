package io.godwit.server.hostile;

import static io.godwit.broker.simulation.Packets.publish;
import static io.godwit.broker.simulation.Packets.subscribe;

import io.godwit.broker.simulation.Packets;
import io.godwit.codec.Packet;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;

/**
 * A subscriber to one topic, whose messages are numbered from 1 on. It reads on a thread of its own
 * until {@link #END} comes, and counts.
 */
final class CountingSubscriber implements AutoCloseable {

    /** The number of the last message. */
    static final int END = Integer.MAX_VALUE;

    private static final int GIVE_UP_SECONDS = 300;

    /** What the system may keep for one that does not read, so that it is soon the broker's. */
    private static final int RECEIVE_BUFFER = 64 << 10;

    private final RawClient client;
    private final IntConsumer progress;
    private final FutureTask<Tally> task;
    private int received;
    private int outOfOrder;
    private int last;

    /**
     * What it has counted.
     *
     * @param received messages, each once, {@link #END} not among them
     * @param outOfOrder messages that came after one with a higher number, or twice without DUP
     */
    record Tally(String topic, int received, int outOfOrder) {}

    private CountingSubscriber(RawClient client, String topic, IntConsumer progress) {
        this.client = client;
        this.progress = progress;
        this.task = new FutureTask<>(() -> count(topic));
    }

    /**
     * Starts one.
     *
     * @param kept whether its session outlives its connection
     * @param progress is told how many it has received, after each
     */
    static CountingSubscriber start(
            int port, String clientId, String topic, int qos, boolean kept, IntConsumer progress)
            throws IOException {
        RawClient client = new RawClient(port, ProtocolVersion.V3_1_1, RECEIVE_BUFFER);
        client.send(Packets.connect(ProtocolVersion.V3_1_1, clientId).cleanStart(!kept).build());
        client.expectAccepted();
        client.send(subscribe(1, qos, topic));
        if (!(client.read() instanceof SubAck answer)
                || answer.reasonCodes().stream().anyMatch(ReasonCode::isError)) {
            throw new IOException("the subscription was refused");
        }
        CountingSubscriber subscriber = new CountingSubscriber(client, topic, progress);
        Thread.ofPlatform().name(clientId).daemon().start(subscriber.task);
        return subscriber;
    }

    /** A message of so many bytes with a number; it is its packet identifier as well. */
    static Publish message(String topic, int number, int bytes, int qos) {
        byte[] payload = ByteBuffer.allocate(bytes).putInt(number).array();
        return publish(topic, payload, qos, qos == 0 ? 0 : 1 + number % 65_535);
    }

    private Tally count(String topic) throws IOException {
        client.waitForEver();
        int number;
        do {
            Packet packet = client.read();
            if (!(packet instanceof Publish message)) {
                throw new IOException("nobody asked for " + packet);
            }
            if (message.qos() == 1) {
                client.send(new PubAck(message.packetId()));
            }
            number = ByteBuffer.wrap(message.payload()).getInt();
            count(number, message.dup());
        } while (number != END);
        return new Tally(topic, received - 1, outOfOrder);
    }

    private void count(int number, boolean repeated) {
        if (number > last) {
            last = number;
            progress.accept(++received);
        } else if (!repeated) {
            outOfOrder++;
        }
    }

    /** Waits until the last message was received. */
    Tally tally() throws InterruptedException {
        try {
            return task.get(GIVE_UP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new AssertionError("a subscriber failed", failure.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("the last message did not come", late);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
