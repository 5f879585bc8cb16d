package io.godwit.gateway.sn;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.shard.EventLoop;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.Time;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.broker.spi.GatewayReceiver;
import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnVersion;
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

    /** Clients whose CONNECT is not decided; of more the broker would not know yet. */
    private static final int MOST_UNDECIDED = 4_096;

    private static final Binary NO_ADDRESS = new Binary(new byte[0]);

    /** Sends a datagram; it may be lost. */
    interface Datagrams {
        void send(Peer to, byte[] datagram);
    }

    private final SnSettings settings;
    private final VersionChoice versions;
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
    private final Moves moves = new Moves(this);
    private final Set<Device> undecided = new HashSet<>();
    private final SequencedSet<Peer> left = new LinkedHashSet<>();
    private final ConnectionlessPublisher connectionless;
    private final DeviceMemory memory;
    private final @Nullable Protection protection;
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
     * @param protection opens what clients protect; null if they can't
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
            @Nullable DeviceJournal journal,
            @Nullable Protection protection) {
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
        this.protection = protection;
        this.versions = new VersionChoice(settings.versions());
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
        SnCodec codec = peer.version().codec();
        Sender sender = peer.sender();
        SnMessage whole =
                sender == null || protection == null
                        ? message
                        : protection.protect(sender, codec.encode(null, message));
        datagrams.send(peer, codec.encode(peer.node(), whole));
    }

    /** Says in each version that the gateway is there. */
    void advertise(InetSocketAddress everybody, int seconds) {
        SnMessage message = new SnMessage.Advertise(settings.gatewayId(), seconds);
        for (SnVersion version : settings.versions()) {
            send(new Peer(everybody, null, null, version), message);
        }
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
        SnVersion version = versions.of(datagram, spokenAt(from, secured));
        SnCodec.Frame frame;
        try {
            frame = version.codec().decode(datagram);
        } catch (MalformedDatagram malformed) {
            count(SnCounter.MALFORMED);
            LOG.debug("a datagram of {} is dropped: {}", from, malformed.getMessage());
            return;
        }
        Peer peer = new Peer(from, secured, frame.node(), version);
        if (frame.message() instanceof SnMessage.Protected whole) {
            takeProtected(peer, whole);
        } else {
            take(peer, frame);
        }
    }

    private void takeProtected(Peer peer, SnMessage.Protected whole) {
        Protection.Opened opened =
                protection == null ? Protection.NOT_SUPPORTED : protection.open(whole);
        Sender sender = opened.sender();
        SnCodec.Frame frame = opened.frame();
        ReturnCode refusal = opened.refusal();
        if (sender != null && frame != null) {
            take(peer.protectedBy(sender), frame);
            return;
        }
        count(SnCounter.PROTECTION_REFUSED);
        if (refusal != null) {
            send(peer, new SnMessage.Disconnect(refusal));
        }
    }

    private void take(Peer peer, SnCodec.Frame frame) {
        if (frame.clientId() == null) {
            take(peer, frame.message());
        } else {
            takeNamed(peer, frame.clientId(), frame.message());
        }
    }

    /** The version that a client speaks that is there; null if there is none. */
    private @Nullable SnVersion spokenAt(InetSocketAddress address, @Nullable Secured secured) {
        Peer there = new Peer(address, secured, null, SnVersion.V1_2); // or any other
        Device device = byPeer.get(there);
        Device known = device != null ? device : moves.askedAt(there);
        return known == null ? null : known.peer().version();
    }

    private void take(Peer peer, SnMessage message) {
        Device known = byPeer.get(peer);
        Device device =
                known == null && message instanceof SnMessage.PingResponse response
                        ? moves.answered(peer, response)
                        : known;
        if (device != null) {
            device.peer().follow(peer);
            moves.present(device);
        }
        switch (message) {
            case SnMessage.Connect connect -> connect(peer, device, connect);
            case SnMessage.SearchGateway _ ->
                    send(peer, new SnMessage.GatewayInfo(settings.gatewayId(), NO_ADDRESS));
            case SnMessage.Advertise _, SnMessage.GatewayInfo _ -> {} // of other gateways
            case SnMessage.PingRequest ping when ping.clientId() != null ->
                    takeNamed(peer, ping.clientId(), ping);
            case SnMessage.Publish publish when publish.qos() < 0 && device == null ->
                    connectionless.publish(publish);
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
                            SnMessage.WillMessageUpdate _,
                            SnMessage.SleepRequest _,
                            SnMessage.Auth _ ->
                            true;
                    case SnMessage.Disconnect _ -> left.remove(peer);
                    default -> false;
                };
        if (isDue) {
            send(peer, new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION));
        }
    }

    // --- who is where ---------------------------------------------------------------------------

    private void connect(Peer peer, @Nullable Device at, SnMessage.Connect connect) {
        ReturnCode refusal = Opening.refusal(peer.version(), connect);
        if (refusal != null) {
            refuse(peer, connect, refusal);
            return;
        }
        if (at != null && at.connect().equals(connect)) { // also if it was given its identifier
            at.connectAgain(peer, connect);
            return;
        }
        String clientId = connect.clientId();
        Device holder = byClientId.get(clientId);
        if (at != null && at != holder) {
            at.lost("another client is at its address now");
        }
        if (holder == null) {
            begin(peer, connect);
        } else if (holder.peer().equals(peer)) {
            holder.connectAgain(peer, connect);
        } else if (!holder.peer().maybe(peer)) { // somebody else, as DTLS has shown
            count(SnCounter.RIVALS_REFUSED);
            refuse(peer, connect, ReturnCode.CONGESTION);
        } else if (holder.isAsleep() && Opening.isTheSame(holder.connect(), connect)) {
            move(holder, peer);
            holder.connectAgain(peer, connect);
        } else if (holder.isAsleep()) {
            begin(peer, connect);
        } else if (!moves.isProbed(holder)) { // a live client is not moved by a datagram
            moves.probe(
                    holder,
                    () -> begin(peer, connect),
                    () -> refuse(peer, connect, ReturnCode.CONGESTION));
        }
    }

    private void refuse(Peer peer, SnMessage.Connect connect, ReturnCode code) {
        count(SnCounter.CONNECTS_REFUSED);
        send(peer, new SnMessage.ConnAck(code, connect.options().messageId()));
    }

    /**
     * Asks the broker about somebody. Who has had his identifier is not disturbed before he is let
     * in, since not everybody is.
     */
    void begin(Peer peer, SnMessage.Connect connect) {
        if (undecided.size() >= MOST_UNDECIDED) {
            refuse(peer, connect, ReturnCode.CONGESTION);
            return;
        }
        String clientId = connect.clientId().isEmpty() ? newClientId() : connect.clientId();
        Device other = byPeer.get(peer);
        if (other != null && !other.clientId().equals(clientId)) {
            other.lost("another client is at its address now");
        } else if (other != null) {
            other.supersede(true);
        }
        Device device = new Device(this, peer, connect, clientId);
        left.remove(peer);
        byPeer.put(peer, device);
        undecided.add(device);
        device.start();
    }

    /** For a client that has none. */
    private String newClientId() {
        return "sn-%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    /** The will of a client that does not say whether it has one (§6.3). */
    DeviceWill willOf(String clientId) {
        Device holder = byClientId.get(clientId);
        return holder != null ? holder.will() : memory.will(clientId);
    }

    /**
     * A client is let in, and takes the place of who had its identifier.
     *
     * @param kept whether its session is to outlive its connection
     * @return what is known of it
     */
    DeviceMemory.Recalled decided(Device device, boolean clean, boolean kept) {
        undecided.remove(device);
        Device old = byClientId.put(device.clientId(), device);
        if (old != null) {
            old.forgetConnection();
        }
        return memory.recall(device.clientId(), clean, kept, device.will());
    }

    /**
     * Takes what says whose it is, which may come from another address. A sleeping client is asked
     * there, since anyone can write any address into a datagram; so is an active one of version 2.0
     * that has said that it may move, if it does not answer any more where it was.
     */
    private void takeNamed(Peer peer, String clientId, SnMessage message) {
        Device at = byPeer.get(peer);
        Device device = byClientId.get(clientId);
        if (device == null
                || at != null && at != device
                || device.peer().version() != peer.version()
                || !device.peer().maybe(peer)
                || !device.mayMove()) {
            unknown(peer, message);
        } else if (at == device) {
            device.peer().follow(peer);
            moves.present(device);
            device.receive(message);
        } else if (device.isAsleep()) {
            moves.ask(peer, device, message);
        } else if (peer.version() == SnVersion.V2_0 && !moves.isProbed(device)) {
            moves.probe(device, () -> moves.ask(peer, device, message), () -> {});
        } else {
            count(SnCounter.UNKNOWN_SOURCE); // it stays where it is
        }
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
        moves.forget(device);
        if (undecided.remove(device)) {
            Device holder = byClientId.get(device.clientId());
            if (holder != null && holder.peer().equals(device.peer())) { // which stays
                holder.supersede(false);
                byPeer.put(holder.peer(), holder);
            }
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
        List.copyOf(undecided).forEach(Device::ended);
        List.copyOf(byClientId.values()).forEach(Device::ended);
        connectionless.close();
    }
}
