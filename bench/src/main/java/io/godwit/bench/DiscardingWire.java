package io.godwit.bench;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.PacketDecoder;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket that takes everything at once and keeps nothing. Its client acknowledges each PUBLISH at
 * QoS 1, all of a flush together, in the next turn of the loop.
 */
final class DiscardingWire implements Wire {

    private static final int PUBLISH = 3;
    private static final int PUBACK = 0x40;
    private static final int PUBACK_SIZE = 4;

    private final EventLoop loop;
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 << 10);
    private final ByteBuffer answers = ByteBuffer.allocateDirect(16 << 10);
    private @Nullable Receiver receiver;
    private long packets;

    DiscardingWire(EventLoop loop) {
        this.loop = loop;
    }

    /** The broker's side. */
    void accepted(Receiver by) {
        receiver = by;
    }

    /** Gives the broker what the client sends; the position ends behind it. */
    void send(ByteBuffer in) {
        if (receiver == null) {
            throw new IllegalStateException("nobody has accepted the wire");
        }
        receiver.receive(in);
        if (in.hasRemaining()) {
            throw new IllegalStateException("the broker left %d bytes".formatted(in.remaining()));
        }
    }

    /** How many packets were flushed. */
    long packets() {
        return packets;
    }

    @Override
    public ByteBuffer allocate(int minimum) {
        return out;
    }

    @Override
    public void commit(int bytes) {}

    @Override
    public void share(byte[] payload) {
        throw new IllegalStateException("no benchmark has payloads that are shared");
    }

    @Override
    public void flush() {
        out.flip();
        while (out.hasRemaining()) {
            int start = out.position();
            int size = PacketDecoder.packetSize(out);
            int first = out.get(start);
            if (first >> 4 == PUBLISH && (first >> 1 & 3) == 1) {
                acknowledge(start, size);
            }
            out.position(start + size);
            packets++;
        }
        out.clear();
    }

    /** Of a PUBLISH below 128 bytes, whose topic starts in the fifth. */
    private void acknowledge(int start, int size) {
        if (size > 2 + 0x7F) {
            throw new IllegalStateException("a PUBLISH of %d bytes".formatted(size));
        }
        if (answers.position() == 0) {
            loop.execute(this::answer);
        }
        answers.put((byte) PUBACK).put((byte) (PUBACK_SIZE - 2));
        answers.putShort(out.getShort(start + 4 + out.getShort(start + 2)));
    }

    private void answer() {
        answers.flip();
        send(answers);
        answers.clear();
    }

    @Override
    public long unsent() {
        return out.position();
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public void moveTo(Shard shard, Runnable arrived) {
        loop.execute(arrived);
    }

    @Override
    public void close() {
        throw new IllegalStateException("the broker closed the connection");
    }

    @Override
    public Origin origin() {
        return Origin.tcp("tcp", InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public String peer() {
        return "bench";
    }
}
