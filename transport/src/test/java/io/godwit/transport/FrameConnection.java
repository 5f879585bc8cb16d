package io.godwit.transport;

import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.ReasonCode;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for the broker's connection, so that tests reach what MQTT does not show. A packet is a
 * length of four bytes, a command of one and a body; the commands are the constants below.
 */
final class FrameConnection implements Receiver {

    /** Moves to the shard with the number in the next byte, then answers with the body. */
    static final byte CONNECT = 'C';

    /** Like {@link #CONNECT}, but the move waits for {@link TestServer#decide}. */
    static final byte CONNECT_LATER = 'L';

    /** Answers with the body. */
    static final byte ECHO = 'E';

    /** Answers with as many bytes as the body's first four say, copied. */
    static final byte SEND = 'S';

    /** The same, shared. */
    static final byte SHARE = 'H';

    /** Answers with the body, then closes. */
    static final byte QUIT = 'Q';

    /** Stops reading, but answers with the body. */
    static final byte PAUSE = 'P';

    /** Throws what no connection should. */
    static final byte FAIL = 'F';

    private final TestServer server;
    private final Wire wire;
    private Shard shard;
    private boolean deciding;
    private boolean quit;
    private boolean dirty;

    final AtomicInteger closes = new AtomicInteger();
    final AtomicInteger writables = new AtomicInteger();
    final AtomicInteger arrivals = new AtomicInteger();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    volatile long unsent;
    volatile int receivedBytes;

    /** Bytes that the wire has kept at last, when it asked how many are missing. */
    volatile int kept;

    FrameConnection(TestServer server, Wire wire, Shard shard) {
        this.server = server;
        this.wire = wire;
        this.shard = shard;
    }

    Wire wire() {
        return wire;
    }

    /** The shard that it is on; a recent value. */
    Shard shard() {
        return shard;
    }

    @Override
    public void receive(ByteBuffer in) {
        check();
        while (!deciding && !quit && in.remaining() >= 4) {
            int length = in.getInt(in.position());
            if (in.remaining() - 4 < length) {
                return;
            }
            in.position(in.position() + 4);
            byte command = in.get();
            byte[] body = new byte[length - 1];
            in.get(body);
            receivedBytes += length + 4;
            handle(command, body);
        }
    }

    private void handle(byte command, byte[] body) {
        switch (command) {
            case CONNECT, CONNECT_LATER -> connect(command, body);
            case ECHO -> answer(body);
            case SEND, SHARE -> send(command, ByteBuffer.wrap(body).getInt());
            case QUIT -> {
                answer(body);
                quit = true;
                wire.close();
            }
            case PAUSE -> {
                answer(body);
                wire.pauseReading();
            }
            case FAIL -> throw new IllegalStateException("asked to fail");
            default -> server.fail(new AssertionError("no command is " + command));
        }
    }

    private void connect(byte command, byte[] body) {
        deciding = true;
        wire.pauseReading();
        Shard home = server.shards().get(body[0]);
        Runnable move = () -> wire.moveTo(home, () -> arrive(home, body));
        if (command == CONNECT) {
            move.run();
        } else {
            server.undecided(this, move);
        }
    }

    private void arrive(Shard home, byte[] body) {
        shard = home;
        check();
        arrivals.incrementAndGet();
        deciding = false;
        answer(body);
        wire.resumeReading();
    }

    private void send(byte command, int bytes) {
        if (command == SHARE) {
            write(4).putInt(bytes);
            wire.commit(4);
            wire.share(server.payload(bytes));
        } else {
            write(4).putInt(bytes);
            wire.commit(4);
            for (int left = bytes; left > 0; ) {
                int part = Math.min(left, 1000);
                write(part).put(server.payload(bytes), bytes - left, part);
                wire.commit(part);
                left -= part;
            }
        }
        markDirty();
    }

    private void answer(byte[] body) {
        write(4 + body.length).putInt(body.length).put(body);
        wire.commit(4 + body.length);
        markDirty();
    }

    private ByteBuffer write(int bytes) {
        ByteBuffer lent = wire.allocate(bytes);
        if (lent.remaining() < bytes) {
            server.fail(new AssertionError(bytes + " bytes do not fit " + lent));
        }
        return lent;
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            shard.atEndOfTurn(() -> {
                dirty = false;
                wire.flush();
                unsent = wire.unsent();
            });
        }
    }

    @Override
    public int missing(ByteBuffer rest) {
        int have = rest.remaining();
        kept = have;
        return have < 4 ? 4 - have : rest.getInt(rest.position()) + 4 - have;
    }

    @Override
    public void writable() {
        check();
        unsent = wire.unsent();
        writables.incrementAndGet();
    }

    @Override
    public void close(ReasonCode reasonCode, String why) {
        check();
        quit = true;
        wire.close();
    }

    @Override
    public void closed() {
        closes.incrementAndGet();
        closed.complete(null);
    }

    private void check() {
        if (!shard.loop().inLoop()) {
            server.fail(new AssertionError("called by " + Thread.currentThread()));
        }
        if (closes.get() != 0) {
            server.fail(new AssertionError("called after closed()"));
        }
    }

    /** Runs something on its loop, and waits for it. */
    void onLoop(Runnable action) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        shard.loop()
                .execute(() -> {
                    try {
                        action.run();
                        done.complete(null);
                    } catch (RuntimeException failure) {
                        done.completeExceptionally(failure);
                    }
                });
        done.get(20, TimeUnit.SECONDS);
    }

    void awaitClosed() throws Exception {
        closed.get(20, TimeUnit.SECONDS);
    }
}
