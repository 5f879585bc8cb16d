package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.GatewayReceiver;
import io.godwit.codec.Binary;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicName;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnCodecV12;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose datagrams are whose (§6): clients by their identifiers, and by the addresses that they are
 * reached at. Without sockets, threads and clocks of its own. On its loop only, but for {@link
 * #count(SnCounter)}.
 */
final class SnGateway {

    private static final Logger LOG = LoggerFactory.getLogger(SnGateway.class);

    /** Clients that have just gone, whose DISCONNECT is answered once more. */
    private static final int MOST_LEFT = 1_024;

    /** Client identifiers have 23 characters (§5.3.1); longer ones do no harm. */
    private static final int LONGEST_CLIENT_ID = 256;

    /** Clients whose CONNECT is not decided; of more the broker would not know yet. */
    private static final int MOST_UNDECIDED = 4_096;

    /** Milliseconds that a client has to show that it is still where it was. */
    private static final long PROBE = 2_000;

    private static final Binary NO_ADDRESS = new Binary(new byte[0]);

    /** Sends a datagram; it may be lost. */
    interface Datagrams {
        void send(Peer to, byte[] datagram);
    }

    /** A client that wants an identifier whose holder may be gone. */
    private final class Rival extends TimerWheel.Timer {

        private final Device holder;
        private final Peer peer;
        private final SnMessage.Connect connect;

        Rival(Device holder, Peer peer, SnMessage.Connect connect) {
            this.holder = holder;
            this.peer = peer;
            this.connect = connect;
        }

        @Override
        protected void fire() {
            rivals.remove(holder);
            holder.lost("it does not answer, and connects elsewhere");
            begin(peer, connect);
        }
    }

    private final SnSettings settings;
    private final SnCodec codec = SnCodecV12.INSTANCE;
    private final EventLoop loop;
    private final Time time;
    private final TimerWheel timers;
    private final Datagrams datagrams;
    private final GatewayReceiver.Acceptor acceptor;
    private final List<Shard> shards;
    private final DeviceWire.TopicCaches topicCaches;
    private final RandomGenerator random;
    private final PredefinedTopics predefined;
    private final SourceRates rates;
    private final AtomicLongArray counts = new AtomicLongArray(SnCounter.values().length);
    private final Map<Peer, Device> byPeer = new HashMap<>();
    private final Map<String, Device> byClientId = new HashMap<>();
    private final Map<Peer, Device> candidates = new HashMap<>();
    private final Set<Device> undecided = new HashSet<>();
    private final Map<Device, Rival> rivals = new HashMap<>();
    private final SequencedSet<Peer> left = new LinkedHashSet<>();
    private final ConnectionlessPublisher connectionless;
    private final DeviceMemory memory;
    private int nextShard;
    private boolean closed;

    /**
     * A gateway.
     *
     * @param loop on which it is called
     * @param acceptor the broker
     * @param shards the broker's
     * @param here the address that it is reached at
     * @param journal what keeps identifiers beyond this process; null if nothing does
     * @throws IllegalArgumentException if a predefined topic is not valid
     */
    SnGateway(
            SnSettings settings,
            EventLoop loop,
            Time time,
            RandomGenerator random,
            Datagrams datagrams,
            GatewayReceiver.Acceptor acceptor,
            List<Shard> shards,
            InetSocketAddress here,
            @Nullable DeviceJournal journal) {
        this.settings = settings;
        this.loop = loop;
        this.time = time;
        this.random = random;
        this.timers = new TimerWheel(time.monotonicMillis());
        this.datagrams = datagrams;
        this.acceptor = acceptor;
        this.shards = List.copyOf(shards);
        this.topicCaches = new DeviceWire.TopicCaches(shards.size());
        this.predefined = new PredefinedTopics(settings.predefined());
        this.rates = new SourceRates(settings.sourceRate());
        this.connectionless = new ConnectionlessPublisher(this, here);
        this.memory = new DeviceMemory(settings, random, journal, () -> count(SnCounter.FORGOTTEN));
    }

    // --- what its parts ask ---------------------------------------------------------------------

    SnSettings settings() {
        return settings;
    }

    PredefinedTopics predefined() {
        return predefined;
    }

    /** Milliseconds of the monotonic clock. */
    long now() {
        return time.monotonicMillis();
    }

    void after(long millis, TimerWheel.Timer timer) {
        timers.set(timer, now() + millis);
    }

    void cancel(TimerWheel.Timer timer) {
        timers.cancel(timer);
    }

    /** Moves the timers on; called every {@link TimerWheel#RESOLUTION} ms. */
    void tick() {
        timers.advance(now());
    }

    void count(SnCounter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    /** The count so far; from any thread. */
    long counted(SnCounter counter) {
        return counts.get(counter.ordinal());
    }

    DeviceMemory memory() {
        return memory;
    }

    /** An identifier to begin with, 0 to 65,534, which nobody can guess. */
    int randomId() {
        return random.nextInt(65_535);
    }

    DeviceWire newWire(DeviceWire.Owner owner, Peer peer) {
        return newWire(owner, peer.origin(settings.name()), peer.toString());
    }

    DeviceWire newWire(DeviceWire.Owner owner, Origin origin, String peer) {
        Shard shard = shards.get(nextShard++ % shards.size());
        nextShard %= shards.size();
        return new DeviceWire(owner, loop, acceptor, topicCaches, shard, origin, peer);
    }

    void send(Peer peer, SnMessage message) {
        count(SnCounter.DATAGRAMS_SENT);
        datagrams.send(peer, codec.encode(peer.node(), message));
    }

    // --- datagrams ------------------------------------------------------------------------------

    /**
     * Takes a datagram, of which nothing is kept.
     *
     * @param secured the DTLS session that it came in; null without DTLS
     */
    void receive(InetSocketAddress from, @Nullable Secured secured, ByteBuffer datagram) {
        count(SnCounter.DATAGRAMS_RECEIVED);
        if (closed) {
            return;
        }
        if (!rates.admit(from.getAddress(), now())) {
            count(SnCounter.DROPPED_RATE);
            return;
        }
        SnCodec.Frame frame;
        try {
            frame = codec.decode(datagram);
        } catch (MalformedDatagram malformed) {
            count(SnCounter.MALFORMED);
            LOG.debug("a datagram of {} is dropped: {}", from, malformed.getMessage());
            return;
        }
        take(new Peer(from, secured, frame.node()), frame.message());
    }

    private void take(Peer peer, SnMessage message) {
        Device known = byPeer.get(peer);
        Device device =
                known == null && message instanceof SnMessage.PingResponse
                        ? confirmed(peer)
                        : known;
        if (device != null) {
            device.peer().follow(peer);
            present(device);
        }
        switch (message) {
            case SnMessage.Connect connect -> connect(peer, device, connect);
            case SnMessage.SearchGateway _ ->
                    send(peer, new SnMessage.GatewayInfo(settings.gatewayId(), NO_ADDRESS));
            case SnMessage.Advertise _, SnMessage.GatewayInfo _ -> {} // of other gateways
            case SnMessage.PingRequest ping when ping.clientId() != null ->
                    wake(peer, device, ping);
            case SnMessage.Publish publish when publish.qos() < 0 && device == null ->
                    publishWithoutConnection(publish);
            default -> {
                if (device != null) {
                    device.receive(message);
                } else {
                    unknown(peer, message);
                }
            }
        }
    }

    /**
     * Tells somebody that nobody knows him: with no more bytes than he has sent, and only where an
     * answer is due, so that two gateways never answer each other (§6.12).
     */
    private void unknown(Peer peer, SnMessage message) {
        count(SnCounter.UNKNOWN_SOURCE);
        boolean isDue =
                switch (message) {
                    case SnMessage.Register _,
                            SnMessage.Publish _,
                            SnMessage.PubRel _,
                            SnMessage.Subscribe _,
                            SnMessage.Unsubscribe _,
                            SnMessage.PingRequest _,
                            SnMessage.WillTopicUpdate _,
                            SnMessage.WillMessageUpdate _ ->
                            true;
                    case SnMessage.Disconnect _ -> left.remove(peer);
                    default -> false;
                };
        if (isDue) {
            send(peer, new SnMessage.Disconnect(0));
        }
    }

    private void publishWithoutConnection(SnMessage.Publish publish) {
        TopicName topic = null;
        if (settings.connectionless()) {
            topic =
                    switch (publish.topic()) {
                        case SnTopic.Predefined(int id) -> predefined.topic(id);
                        case SnTopic.Short name -> topic(name.name());
                        case SnTopic.Normal _, SnTopic.Name _ -> null; // which need a client
                    };
        }
        if (topic == null) {
            count(SnCounter.DROPPED_CONNECTIONLESS);
        } else {
            connectionless.publish(topic, publish.retain(), publish.data().bytes());
        }
    }

    private static @Nullable TopicName topic(byte[] utf8) {
        try {
            return TopicName.of(utf8);
        } catch (PacketException notValid) {
            return null;
        }
    }

    // --- who is where ---------------------------------------------------------------------------

    private void connect(Peer peer, @Nullable Device at, SnMessage.Connect connect) {
        String clientId = connect.clientId();
        if (connect.protocolId() != SnCodecV12.PROTOCOL_ID
                || clientId.isEmpty()
                || clientId.length() > LONGEST_CLIENT_ID) {
            count(SnCounter.CONNECTS_REFUSED);
            send(peer, new SnMessage.ConnAck(ReturnCode.NOT_SUPPORTED));
            return;
        }
        Device holder = byClientId.get(clientId);
        if (at != null && at != holder) {
            at.lost("another client is at its address now");
        }
        if (holder == null) {
            begin(peer, connect);
        } else if (holder.peer().equals(peer)) {
            holder.connectAgain(connect);
        } else if (!holder.peer().maybe(peer)) { // somebody else, as DTLS has shown
            count(SnCounter.RIVALS_REFUSED);
            send(peer, new SnMessage.ConnAck(ReturnCode.CONGESTION));
        } else if (holder.isAsleep()) {
            move(holder, peer);
            holder.connectAgain(connect);
        } else if (!rivals.containsKey(holder)) { // a live client is not moved by a datagram
            Rival rival = new Rival(holder, peer, connect);
            rivals.put(holder, rival);
            holder.probe();
            after(PROBE, rival);
        }
    }

    private void begin(Peer peer, SnMessage.Connect connect) {
        Device other = byPeer.get(peer);
        if (other != null) {
            other.lost("another client is at its address now");
        }
        if (undecided.size() >= MOST_UNDECIDED) {
            count(SnCounter.CONNECTS_REFUSED);
            send(peer, new SnMessage.ConnAck(ReturnCode.CONGESTION));
            return;
        }
        Device device = new Device(this, peer, connect, memory.recall(connect));
        left.remove(peer);
        byPeer.put(peer, device);
        byClientId.put(connect.clientId(), device);
        undecided.add(device);
        device.start();
    }

    /** A client is connected. */
    void decided(Device device) {
        undecided.remove(device);
    }

    /** A client begins anew where it is. */
    void replace(Device old, SnMessage.Connect connect) {
        old.lost("it connects anew");
        begin(old.peer(), connect);
    }

    /** A client is still there: who wants its identifier has to wait. */
    private void present(Device device) {
        Rival rival = rivals.remove(device);
        if (rival != null) {
            timers.cancel(rival);
            count(SnCounter.RIVALS_REFUSED);
            send(rival.peer, new SnMessage.ConnAck(ReturnCode.CONGESTION));
        }
    }

    private void wake(Peer peer, @Nullable Device at, SnMessage.PingRequest ping) {
        Device device = byClientId.get(ping.clientId());
        if (device == null || at != null && at != device) {
            unknown(peer, ping);
        } else if (at == device) {
            device.receive(ping);
        } else if (device.isAsleep()
                && device.peer().maybe(peer)
                && candidates.size() < byClientId.size()) {
            candidates.values().remove(device);
            candidates.put(peer, device);
            device.wakeAt(peer);
        } else {
            count(SnCounter.UNKNOWN_SOURCE); // an active one stays where it is
        }
    }

    /** The client that was asked whether it is there, and has just answered. */
    private @Nullable Device confirmed(Peer from) {
        Device device = candidates.remove(from);
        if (device == null || !device.isConfirmedBy(from)) {
            return null;
        }
        device.wake();
        return device;
    }

    /** A client is reached elsewhere from now on. */
    void move(Device device, Peer to) {
        Device other = byPeer.get(to);
        if (other != null && other != device) {
            other.lost("another client is at its address now");
        }
        byPeer.remove(device.peer(), device);
        device.movedTo(to);
        byPeer.put(to, device);
    }

    /** A client is gone. */
    void remove(Device device) {
        byPeer.remove(device.peer(), device);
        byClientId.remove(device.clientId(), device);
        candidates.values().remove(device);
        undecided.remove(device);
        Rival rival = rivals.remove(device);
        if (rival != null) {
            timers.cancel(rival);
        }
    }

    /** A client has said DISCONNECT; the answer may be lost, and it says so again. */
    void left(Peer peer) {
        left.add(peer);
        if (left.size() > MOST_LEFT) {
            left.removeFirst();
        }
    }

    /** How many clients there are, also those that sleep. */
    int clients() {
        return byClientId.size();
    }

    /** Tells all clients that it goes, and leaves their sessions to the broker. */
    void close() {
        closed = true;
        for (Device device : List.copyOf(byClientId.values())) {
            device.ended();
        }
        connectionless.close();
    }
}
