package io.godwit.server.hostile;

import io.godwit.codec.Packet;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.util.stream.IntStream;

/** Publishes messages for {@link CountingSubscriber}s, numbered from 1 on, to one topic. */
final class NumberingPublisher implements AutoCloseable {

    /** Messages that may be unacknowledged: less than the broker's Receive Maximum. */
    private static final int IN_FLIGHT = 500;

    private final RawClient client;
    private final String topic;
    private final int qos;
    private final int bytes;
    private int last;
    private int accepted;

    /**
     * Connects.
     *
     * @param qos 0 or 1
     * @param bytes of each payload, 4 at least
     */
    NumberingPublisher(int port, String topic, int qos, int bytes) throws IOException {
        this.client = RawClient.connect(port, "publisher-" + topic);
        this.topic = topic;
        this.qos = qos;
        this.bytes = bytes;
    }

    String topic() {
        return topic;
    }

    /** How many it has published and the broker has not refused. */
    int accepted() {
        return accepted;
    }

    /** Publishes so many; returns when the broker has taken all of them, which it must. */
    void publish(int count) throws IOException {
        int end = last + count;
        while (last < end) {
            int first = last + 1;
            last = qos == 0 ? end : Math.min(end, last + IN_FLIGHT);
            send(
                    IntStream.rangeClosed(first, last)
                            .mapToObj(
                                    number -> CountingSubscriber.message(topic, number, bytes, qos))
                            .toArray(Packet[]::new));
        }
    }

    /** Publishes the message after which the subscribers tell what they have got. */
    void end() throws IOException {
        int before = accepted;
        send(CountingSubscriber.message(topic, CountingSubscriber.END, bytes, qos));
        if (accepted == before) {
            throw new IOException("the last message was refused");
        }
        accepted = before;
    }

    private void send(Packet... messages) throws IOException {
        client.send(RawClient.bytes(ProtocolVersion.V5, messages));
        if (qos == 0) {
            client.send(new PingReq());
            if (!(client.read() instanceof PingResp)) {
                throw new IOException("not what answers PINGREQ");
            }
            accepted += messages.length;
            return;
        }
        for (Packet _ : messages) {
            if (!(client.read() instanceof PubAck answer)) {
                throw new IOException("not what answers PUBLISH at QoS 1");
            }
            if (answer.reasonCode() == ReasonCode.SUCCESS) {
                accepted++;
            } else if (answer.reasonCode() != ReasonCode.QUOTA_EXCEEDED) {
                throw new IOException("refused with " + answer.reasonCode());
            }
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
