package io.godwit.broker.simulation;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A Network Connection without a network. It keeps the contract of {@link Wire} and fails where the
 * broker does not keep its side of it. What the client sends arrives in segments of any size; what
 * the broker sends is taken as far as the client reads.
 */
final class SimulatedWire implements Wire {

    /** How long {@link #close} waits for a client that does not read. */
    private static final int CLOSE_AFTER_MILLIS = 5_000;

    private static final int PER_BUFFER = 100;

    private final String peer;
    private final Origin origin;
    private final Consumer<byte[]> client;
    private final SimulatedTime time;
    private Shard shard;
    private @Nullable Receiver receiver;

    private final ArrayDeque<byte[]> segments = new ArrayDeque<>();
    private IntSupplier segmentSize = () -> Integer.MAX_VALUE;
    private byte[] rest = new byte[0];
    private boolean paused;
    private boolean receiving;
    private boolean readPending;
    private boolean moving;

    private ByteBuffer lent = ByteBuffer.allocateDirect(512);
    private int lentAt = -1;
    private ByteArrayOutputStream committed = new ByteArrayOutputStream();
    private byte[] waiting = new byte[0];
    private long window = Long.MAX_VALUE;
    private boolean wasHigh;
    private long closeAt = Long.MAX_VALUE;
    private boolean closed;

    /**
     * A wire that was accepted on a shard.
     *
     * @param client is given the bytes that it reads
     */
    SimulatedWire(
            String peer, Origin origin, Shard shard, SimulatedTime time, Consumer<byte[]> client) {
        this.peer = peer;
        this.origin = origin;
        this.shard = shard;
        this.time = time;
        this.client = client;
    }

    /** The broker's side, once the shard's loop has accepted the wire. */
    void accepted(Receiver newReceiver) {
        receiver = newReceiver;
        wakeReader();
    }

    // --- the client's side ----------------------------------------------------------------------

    /** Cuts what follows into segments of these sizes. */
    void segmentSize(IntSupplier sizes) {
        segmentSize = sizes;
    }

    /** Puts bytes onto the network; they are lost if the connection is gone. */
    void send(byte[] bytes) {
        for (int from = 0; from < bytes.length; ) {
            int to = (int) Math.min(bytes.length, from + Math.max(1L, segmentSize.getAsInt()));
            segments.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        wakeReader();
    }

    /** How many more bytes the client will read; without limit at first. */
    void window(long bytes) {
        window = bytes;
        shard.loop().execute(this::writeAndTell);
    }

    /** The network fails, or the client closes without a word. */
    void cut() {
        segments.clear();
        shard.loop().execute(this::gone);
    }

    /** The broker's process is gone: nobody there is told anything any more. */
    void processEnded() {
        closed = true;
        receiver = null;
        segments.clear();
    }

    /** Whether the broker's side was told that the connection is gone. */
    boolean isClosed() {
        return closed;
    }

    /** Bytes that the broker wants to send and the client does not read. */
    int unread() {
        return waiting.length;
    }

    /** Gives up waiting for a client that does not read, when it is time to. */
    void tick() {
        if (time.monotonicMillis() >= closeAt) {
            shard.loop().execute(this::gone);
        }
    }

    // --- reading --------------------------------------------------------------------------------

    private void wakeReader() {
        if (!readPending && receiver != null && !moving) {
            readPending = true;
            shard.loop().execute(this::read);
        }
    }

    private void read() {
        readPending = false;
        Receiver to = receiver;
        if (to == null || paused || isClosing() || moving) {
            return;
        }
        byte @Nullable [] segment = segments.poll();
        ByteBuffer in = ByteBuffer.wrap(join(rest, segment == null ? new byte[0] : segment));
        if (in.hasRemaining()) {
            receiving = true;
            to.receive(in);
            receiving = false;
            rest = new byte[in.remaining()];
            in.get(rest);
            if (rest.length > 0 && to.missing(ByteBuffer.wrap(rest)) < 1) {
                throw new AssertionError("less than a byte is missing");
            }
        }
        if (!segments.isEmpty()) {
            wakeReader();
        }
    }

    @Override
    public void pauseReading() {
        assertUsable();
        paused = true;
    }

    @Override
    public void resumeReading() {
        assertUsable();
        paused = false;
        wakeReader();
    }

    // --- writing --------------------------------------------------------------------------------

    @Override
    public ByteBuffer allocate(int minimum) {
        assertUsable();
        if (lentAt >= 0) {
            throw new AssertionError("a buffer is lent already");
        }
        int size = Math.max(minimum, 512);
        if (lent.capacity() < size + 1) {
            lent = ByteBuffer.allocateDirect(size + 1);
        }
        lent.clear();
        lentAt = 1; // a transport's buffer seldom starts at 0
        lent.position(lentAt);
        return lent;
    }

    @Override
    public void commit(int bytes) {
        assertUsable();
        if (lentAt < 0 || lent.position() != lentAt + bytes) {
            throw new AssertionError("not what was lent and written: " + bytes);
        }
        byte[] copy = new byte[bytes];
        lent.get(lentAt, copy);
        committed.writeBytes(copy);
        lentAt = -1;
    }

    @Override
    public void share(byte[] payload) {
        assertUsable();
        if (lentAt >= 0) {
            throw new AssertionError("what is lent was not committed before");
        }
        committed.writeBytes(payload);
    }

    @Override
    public void flush() {
        assertUsable();
        waiting = join(waiting, committed.toByteArray());
        committed = new ByteArrayOutputStream();
        write();
    }

    private void write() {
        if (closed) {
            return;
        }
        int taken = (int) Math.min(window, waiting.length);
        if (taken > 0) {
            byte[] out = Arrays.copyOf(waiting, taken);
            waiting = Arrays.copyOfRange(waiting, taken, waiting.length);
            window = window == Long.MAX_VALUE ? window : window - taken;
            client.accept(out);
        }
        wasHigh |= unsent() > 0;
    }

    private void writeAndTell() {
        write();
        if (closed) {
            return;
        }
        if (closeAt != Long.MAX_VALUE && waiting.length == 0) {
            gone();
        } else if (wasHigh && unsent() <= LOW_MARK) {
            wasHigh = unsent() > 0;
            if (receiver != null && !isClosing()) {
                receiver.writable();
            }
        }
    }

    @Override
    public long unsent() {
        int held = waiting.length + committed.size();
        return held == 0 ? 0 : held + PER_BUFFER;
    }

    // --- moving and closing ---------------------------------------------------------------------

    @Override
    public void moveTo(Shard target, Runnable arrived) {
        assertUsable();
        if (!paused || lentAt >= 0 || unsent() > 0) {
            throw new AssertionError("a wire is moved while it reads or writes");
        }
        moving = true;
        shard.loop()
                .execute(() -> {
                    shard = target;
                    target.loop()
                            .execute(() -> {
                                moving = false;
                                if (!closed) {
                                    arrived.run();
                                }
                            });
                });
    }

    @Override
    public void close() {
        assertUsable();
        if (isClosing()) {
            return;
        }
        if (lentAt >= 0) {
            throw new AssertionError("closed with a buffer that was not committed");
        }
        flush();
        segments.clear();
        closeAt = time.monotonicMillis() + CLOSE_AFTER_MILLIS;
        shard.loop().execute(this::writeAndTell);
    }

    @Override
    public void abort() {
        assertUsable();
        segments.clear();
        closeAt = time.monotonicMillis();
        shard.loop().execute(this::gone);
    }

    private void gone() {
        if (!shard.loop().inLoop()) { // it has moved meanwhile
            shard.loop().execute(this::gone);
            return;
        }
        if (!closed) {
            closed = true;
            if (receiver != null) {
                receiver.closed();
            }
        }
    }

    private boolean isClosing() {
        return closed || closeAt != Long.MAX_VALUE;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public String peer() {
        return peer;
    }

    private void assertUsable() {
        if (!shard.loop().inLoop()) {
            throw new AssertionError("the wire of " + peer + " was called on another loop");
        }
        if (closed && receiving) {
            throw new AssertionError("received after it was closed");
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
