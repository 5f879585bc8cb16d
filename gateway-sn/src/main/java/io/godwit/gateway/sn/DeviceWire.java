package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.GatewayReceiver;
import io.godwit.broker.spi.Receiver.Place;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.PingReq;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicCache;
import io.godwit.codec.Will;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a client as the broker sees it: MQTT 5 in memory instead of on a socket, so
 * that sessions, limits, rules and durability are those of any client. What is marked so is called
 * on the gateway's loop; everything else happens on the shard that the wire is on.
 */
final class DeviceWire implements Wire {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceWire.class);

    /** Packets that may be on their way to the shard; a client that is ahead of it waits. */
    private static final int MOST_WAITING = 64;

    /** Bytes of packets that may wait on the shard while the broker does not read. */
    private static final int MOST_KEPT = 32 << 10;

    private static final byte[] NOTHING = new byte[0];
    private static final int SMALLEST = 128;

    /** Whose wire it is. Called on the gateway's loop. */
    interface Owner {

        /**
         * Takes what the broker sends; {@link #done} is to be called for each PUBLISH.
         *
         * @param packets in order
         */
        void take(List<Packet> packets);

        /** After {@link #drain}: nothing waits any more, and all is acknowledged. */
        void drained();

        /** The broker has closed the connection, or did not accept it. */
        void ended();
    }

    private final Owner owner;
    private final EventLoop gateway;
    private final GatewayReceiver.Acceptor acceptor;
    private final TopicCaches topics;
    private final Origin origin;
    private final String peer;
    private final PacketDecoder decoder;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong unsent = new AtomicLong();
    private volatile Shard shard;
    private volatile int kept;

    private @Nullable GatewayReceiver receiver;
    private @Nullable Heartbeat heartbeat;
    private byte[] out = NOTHING;
    private int outSize;
    private boolean lent;
    private byte[] rest = NOTHING;
    private boolean paused;
    private boolean resuming;
    private boolean draining;
    private boolean closing;
    private boolean gone;

    /** The names that each shard has decoded lately. */
    static final class TopicCaches {

        private static final int SLOTS = 256;

        private final TopicCache[] byShard;

        TopicCaches(int shards) {
            byShard = new TopicCache[shards];
            Arrays.setAll(byShard, _ -> new TopicCache(SLOTS));
        }

        TopicCache on(Shard shard) {
            return byShard[shard.index()];
        }
    }

    /**
     * A wire that is not open yet.
     *
     * @param peer the client's address, as a person writes it
     */
    DeviceWire(
            Owner owner,
            EventLoop gateway,
            GatewayReceiver.Acceptor acceptor,
            TopicCaches topics,
            Shard shard,
            Origin origin,
            String peer) {
        this.owner = owner;
        this.gateway = gateway;
        this.acceptor = acceptor;
        this.topics = topics;
        this.shard = shard;
        this.origin = origin;
        this.peer = peer;
        this.decoder =
                PacketDecoder.forClient(ProtocolVersion.V5, Integer.MAX_VALUE, topics.on(shard));
    }

    /** The bytes of a message, as {@link #unsent} counts it. */
    private static int cost(Publish publish) {
        return publish.payload().length + publish.topic().bytes().length + 16;
    }

    // --- on the gateway's loop ------------------------------------------------------------------

    /**
     * Opens it.
     *
     * @param connect CONNECT, of version 5
     * @param counted the address that takes a place among those that connect; null for none
     */
    void open(Packet connect, @Nullable InetAddress counted) {
        run(() -> {
            Place place = counted == null ? Place.UNCOUNTED : acceptor.admit(counted, shard);
            if (place == null) {
                end();
            } else if (gone) {
                place.leave();
            } else {
                receiver = acceptor.accept(this, shard, place);
                receive(connect);
            }
        });
    }

    /** Whether the broker is behind, so that nothing more is to be given. */
    boolean isBusy() {
        return kept > MOST_KEPT || waiting.get() >= MOST_WAITING;
    }

    /** Gives the broker a packet of the client. */
    void give(Packet packet) {
        waiting.incrementAndGet();
        run(() -> {
            waiting.decrementAndGet();
            receive(packet);
        });
    }

    /** A PUBLISH that the owner took is with the client, or dropped. */
    void done(Publish publish) {
        int cost = cost(publish);
        long left = unsent.addAndGet(-cost);
        if (left == 0 || left <= LOW_MARK && left + cost > LOW_MARK) {
            run(() -> {
                if (receiver != null && !gone) {
                    receiver.writable();
                    checkDrained();
                }
            });
        }
    }

    /** Lets messages wait in the session, or sends them again. */
    void hold(boolean messagesWait) {
        run(() -> {
            draining = false;
            if (receiver != null && !gone) {
                receiver.hold(messagesWait);
            }
        });
    }

    /**
     * Sends what waits, then says so and lets messages wait again.
     *
     * @param again whether this was asked for, so that nothing is to be done if it is done
     */
    void drain(boolean again) {
        run(() -> {
            if (again && !draining) {
                return;
            }
            draining = true;
            if (receiver != null && !gone) {
                receiver.hold(false);
                checkDrained();
            }
        });
    }

    /** Replaces the will; the answer comes on the gateway's loop. */
    void will(@Nullable Will will, Consumer<ReasonCode> done) {
        run(() -> {
            if (receiver == null || gone) {
                gateway.execute(() -> done.accept(ReasonCode.UNSPECIFIED_ERROR));
            } else {
                receiver.will(will, code -> gateway.execute(() -> done.accept(code)));
            }
        });
    }

    /** The client is gone without DISCONNECT; the owner hears nothing more. */
    void lose() {
        run(this::finish);
    }

    /** Runs an action on the shard that the wire is on by then. */
    private void run(Runnable action) {
        Shard at = shard;
        at.control(() -> {
            if (shard == at) {
                action.run();
            } else {
                run(action);
            }
        });
    }

    // --- what the client sends ------------------------------------------------------------------

    private void receive(Packet packet) {
        if (closing || gone || receiver == null) {
            return;
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(PacketEncoder.encodedSize(packet, ProtocolVersion.V5));
        PacketEncoder.encode(packet, ProtocolVersion.V5, bytes);
        bytes.flip();
        if (paused || rest.length > 0) {
            int before = rest.length;
            byte[] longer = Arrays.copyOf(rest, before + bytes.remaining());
            bytes.get(longer, before, bytes.remaining());
            keep(longer);
        } else {
            feed(receiver, bytes);
        }
    }

    private void feed(GatewayReceiver to, ByteBuffer bytes) {
        to.receive(bytes);
        int left = closing ? 0 : bytes.remaining();
        byte[] unread = left == 0 ? NOTHING : new byte[left];
        bytes.get(unread);
        keep(unread);
        checkDrained();
    }

    private void keep(byte[] bytes) {
        rest = bytes;
        kept = bytes.length;
    }

    @Override
    public void pauseReading() {
        resuming = false;
        paused = true;
    }

    @Override
    public void resumeReading() {
        if (paused && !resuming) {
            resuming = true;
            run(this::readOn);
        }
    }

    private void readOn() {
        if (!resuming || closing || gone) {
            return;
        }
        resuming = false;
        paused = false;
        if (receiver != null && rest.length > 0) {
            feed(receiver, ByteBuffer.wrap(rest));
        }
    }

    // --- what the broker sends ------------------------------------------------------------------

    @Override
    public ByteBuffer allocate(int minimum) {
        lent = true;
        room(Math.max(minimum, SMALLEST));
        return ByteBuffer.wrap(out, outSize, out.length - outSize);
    }

    private void room(int bytes) {
        if (out.length - outSize < bytes) {
            out = Arrays.copyOf(out, Math.max(outSize + bytes, 2 * out.length));
        }
    }

    @Override
    public void commit(int bytes) {
        lent = false;
        outSize += bytes;
    }

    @Override
    public void share(byte[] payload) {
        room(payload.length);
        System.arraycopy(payload, 0, out, outSize, payload.length);
        outSize += payload.length;
    }

    @Override
    public void flush() {
        if (outSize == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(out, 0, outSize);
        out = NOTHING;
        outSize = 0;
        List<Packet> packets = new ArrayList<>();
        try {
            Packet packet;
            while ((packet = decoder.decode(bytes)) != null) {
                note(packet);
                packets.add(packet);
            }
        } catch (PacketException fault) {
            LOG.error("the broker has sent what its own codec does not take", fault);
            close();
            return;
        }
        gateway.execute(() -> owner.take(packets));
        if (draining) {
            run(this::checkDrained);
        }
    }

    private void note(Packet packet) {
        if (packet instanceof Publish publish) {
            unsent.addAndGet(cost(publish));
        } else if (packet instanceof ConnAck connAck
                && connAck.properties().get(Property.SERVER_KEEP_ALIVE)
                        instanceof Integer seconds) {
            heartbeat = new Heartbeat(seconds * 500L);
            heartbeat.set();
        }
    }

    /** Once nothing waits, messages that come from now on do. */
    private void checkDrained() {
        if (draining
                && !gone
                && receiver != null
                && !lent
                && outSize == 0
                && receiver.isDrained()) {
            draining = false;
            receiver.hold(true);
            gateway.execute(owner::drained);
        }
    }

    @Override
    public long unsent() {
        return unsent.get();
    }

    // --- the connection -------------------------------------------------------------------------

    @Override
    public void moveTo(Shard target, Runnable arrived) {
        target.control(() -> {
            if (!gone) {
                decoder.moveTo(topics.on(target));
                arrived.run();
            }
        });
        shard = target; // what is run from now on comes behind the arrival
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            keep(NOTHING);
            run(this::end);
        }
    }

    private void end() {
        if (!gone) {
            finish();
            gateway.execute(owner::ended);
        }
    }

    private void finish() {
        if (gone) {
            return;
        }
        gone = true;
        closing = true;
        keep(NOTHING);
        if (heartbeat != null) {
            shard.timers().cancel(heartbeat);
        }
        if (receiver != null) {
            receiver.closed();
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    /**
     * Keeps the broker's own keep alive content, which {@code limits.keep-alive-maximum} may ask
     * for: how long the client may be silent is for the gateway to judge, by the rules of MQTT-SN.
     */
    private final class Heartbeat extends TimerWheel.Timer {

        private final long millis;

        Heartbeat(long millis) {
            this.millis = millis;
        }

        void set() {
            shard.after(millis, this);
        }

        @Override
        protected void fire() {
            if (!gone) {
                receive(new PingReq());
                set();
            }
        }
    }
}
