package io.godwit.broker.connection;

import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.control.ConnectionState;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.ListenerLoad;
import io.godwit.broker.session.Outbound;
import io.godwit.broker.session.Session;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Receiver;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.Auth;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.PacketType;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import io.godwit.codec.UnsubAck;
import io.godwit.codec.Unsubscribe;
import io.godwit.codec.Utf8;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Network Connection (§1.2) from its first byte to its close: what comes in is decoded here and
 * given to the handler of its packet. It starts on the loop that accepted it, moves to the home
 * shard of its client once that is authenticated, and is touched by the loop that it is on only.
 */
public final class Connection implements Receiver, Outbound {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Wire wire;
    private final Limits limits;
    private final PacketDecoder decoder;
    private final Outbox outbox;
    private final Silence silence = new Silence(this);
    private final Arriving arriving = new Arriving();
    private final Reading reading;
    private final Acknowledgements acknowledgements = new Acknowledgements(this);
    private ShardBroker here;
    private Phase phase = Phase.AWAITING_CONNECT;
    private Negotiated negotiated = Negotiated.NOTHING;
    private InboundAliases aliases = InboundAliases.NONE;
    private @Nullable Session session;
    private @Nullable Identity identity;
    private @Nullable Authentication authentication;

    /** The place that it takes: at first as a socket without CONNECT. */
    private @Nullable Place place;

    /**
     * A connection that was accepted on a shard; on its loop.
     *
     * @param place what it gives back when CONNECT has come
     */
    public Connection(Wire wire, ShardBroker here, Place place) {
        this.place = place;
        this.wire = wire;
        ListenerLoad listener = here.protection().listener(wire.origin().listener());
        this.limits = listener.limits();
        this.reading = new Reading(this, wire, silence, listener);
        this.here = here;
        this.decoder = PacketDecoder.forServer(limits.connectPacketSize(), here.topics());
        this.outbox = new Outbox(wire, here, limits, this::endOfTurn);
        here.shard().counters().increment(Counter.SOCKETS_OPENED);
        silence.expectConnect(limits.connectTimeout().toMillis());
    }

    @Override
    public void receive(ByteBuffer in) {
        try {
            Packet packet;
            int at = in.position();
            while (phase.takesPackets()
                    && !reading.mustWait()
                    && (packet = decoder.decode(in)) != null) {
                int size = in.position() - at;
                here.shard().counters().received().count(packet, size);
                at = in.position();
                silence.broken();
                TracedPackets.received(this, packet, size);
                receive(packet);
            }
        } catch (PacketException refused) {
            refuse(refused);
        } catch (RuntimeException fault) {
            DisconnectHandler.fault(this, fault);
        }
        arriving.keeps(this, in.remaining());
        if (phase == Phase.CLOSED) {
            in.position(in.limit());
            arriving.keeps(this, 0);
        }
    }

    @Override
    public int missing(ByteBuffer rest) {
        arriving.keeps(this, rest.remaining());
        return Math.max(1, decoder.neededSize(rest) - rest.remaining());
    }

    @Override
    public void writable() {
        outbox.look();
        if (session != null) {
            session.pump();
        }
    }

    @Override
    public void closed() {
        if (phase != Phase.CLOSED) {
            if (phase == Phase.CONNECTED) {
                DisconnectHandler.missed(this);
            }
            end(false);
        }
        outbox.closed();
        arriving.keeps(this, 0);
        aliases.release(here.budget());
    }

    private void receive(Packet packet) throws PacketException {
        if (phase == Phase.AUTHENTICATING
                && !(packet instanceof Auth || packet instanceof Disconnect)) {
            throw new ProtocolError( // [v5 MQTT-3.1.2-30]
                    packet.type() + " comes while the client is to answer with AUTH");
        }
        switch (packet) {
            case Connect connect -> connect(connect);
            case Publish publish -> PublishHandler.handle(this, publish);
            case PubAck(int packetId, ReasonCode _, Properties _) ->
                    session().acknowledged(packetId);
            case PubRec pubRec -> ReleaseHandler.handle(this, pubRec);
            case PubRel pubRel -> ReleaseHandler.handle(this, pubRel);
            case PubComp(int packetId, ReasonCode _, Properties _) -> session().completed(packetId);
            case Subscribe subscribe -> SubscribeHandler.handle(this, subscribe);
            case Unsubscribe unsubscribe -> SubscribeHandler.handle(this, unsubscribe);
            case PingReq _ -> answer(new PingResp()); // [v5 MQTT-3.12.4-1], [v3 MQTT-3.12.4-1]
            case Disconnect disconnect -> DisconnectHandler.handle(this, disconnect);
            case Auth auth -> {
                if (authentication == null) { // [v5 MQTT-4.12.0-6]
                    throw new ProtocolError("AUTH without an authentication method in CONNECT");
                }
                authentication.received(auth);
            }
            case ConnAck _, SubAck _, UnsubAck _, PingResp _ ->
                    throw new ProtocolError("only a server sends " + packet.type());
        }
    }

    private void connect(Connect connect) throws ProtocolError {
        if (phase != Phase.AWAITING_CONNECT) { // [v5 MQTT-3.1.0-2], [v3 MQTT-3.1.0-2]
            throw new ProtocolError("a second CONNECT");
        }
        silence.stop();
        giveBackPlace();
        decide();
        negotiated = Negotiated.from(connect);
        outbox.negotiated(connect.version(), negotiated);
        ConnectHandler handler = new ConnectHandler(this, connect);
        authentication = handler.authentication();
        handler.handle();
    }

    // --- CONNECT, step by step ------------------------------------------------------------------

    /** Nothing more is taken from the client until it is decided; after it has connected it is. */
    void decide() {
        if (phase != Phase.CONNECTED) {
            phase = Phase.DECIDING;
            wire.pauseReading();
        }
    }

    /** The client is to answer with AUTH; before it has connected with nothing else. */
    void challenge(Auth auth) {
        if (phase == Phase.CONNECTED) {
            answer(auth);
            return;
        }
        phase = Phase.AUTHENTICATING;
        send(auth);
        outbox.flush();
        wire.resumeReading();
    }

    /** Moves to the home shard of its client, where the session is opened. */
    void moveTo(ShardBroker home, Runnable arrived) {
        wire.moveTo(
                home.shard(),
                () -> {
                    here = home;
                    outbox.moved(home);
                    decoder.moveTo(home.topics());
                    if (phase == Phase.DECIDING) {
                        attempt(arrived);
                    }
                });
    }

    /** The session is open; {@link #start} or {@link #reject} is to follow when it is stored. */
    void open(
            Session opened,
            Identity client,
            Permissions allowed,
            @Nullable Authentication repeatable) {
        session = opened;
        authentication = repeatable;
        identify(client, allowed);
        phase = Phase.OPENING;
        decoder.maximumPacketSize(limits.packetSize());
        aliases = InboundAliases.upTo(version().isV5() ? limits.topicAliasMaximum() : 0);
        here.shard().counters().increment(Counter.CONNECTIONS_OPENED);
        opened.claim(this);
    }

    /** Who the client is, and what it may do, from now on. */
    void identify(Identity client, Permissions allowed) {
        identity = client;
        session().authorize(client, allowed);
    }

    /** CONNACK is sent, and the client may go on. */
    void start(Session opened, ConnAck connAck, int keepAliveSeconds) {
        phase = Phase.CONNECTED;
        silence.keepAlive(keepAliveSeconds);
        answer(connAck); // [v5 MQTT-3.1.4-5], [v3 MQTT-3.1.4-4]
        opened.attach();
        reading.start();
    }

    /** Refuses CONNECT with a CONNACK, where the version has one for the reason, and closes. */
    void reject(ReasonCode reasonCode, String why) {
        tell("was refused with " + reasonCode + ": " + why);
        boolean hasCode =
                version().isV5() || reasonCode.connectReturnCode() != ReasonCode.NO_RETURN_CODE;
        if (hasCode) { // [v5 MQTT-3.2.2-6], [v5 MQTT-3.2.2-7], [v3 MQTT-3.2.2-4..6]
            send(DisconnectHandler.connAck(this, reasonCode, why));
        }
        leave(true);
    }

    private void refuse(PacketException refused) {
        String why = DisconnectHandler.why(this, refused);
        boolean first = phase == Phase.AWAITING_CONNECT;
        boolean inConnect =
                (first || phase == Phase.AUTHENTICATING)
                        && (version().isV5()
                                || refused.reasonCode() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        if (inConnect && refused.reasonCode().isAllowedIn(PacketType.CONNACK)) {
            outbox.negotiated(decoder.replyVersion(), first ? Negotiated.NOTHING : negotiated);
            reject(refused.reasonCode(), why);
        } else {
            close(refused.reasonCode(), why);
        }
    }

    /** Takes a step towards the answer to CONNECT, which may fail. */
    void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            DisconnectHandler.fault(this, fault);
        }
    }

    @Override
    public void close(ReasonCode reasonCode, String why) {
        if (phase == Phase.CLOSED) {
            return;
        }
        FlightRecorder last = DisconnectHandler.isWanted(reasonCode) ? null : recorder();
        tell("is closed with " + reasonCode + ": " + why, last);
        if (phase == Phase.CONNECTED && version().isV5()) { // [v5 MQTT-3.14.0-1]
            send(DisconnectHandler.disconnect(this, reasonCode, why));
        }
        leave(false);
    }

    /** Sends the answers to what came, and closes [v5 MQTT-3.14.4-2]. */
    void leave(boolean discardWill) {
        end(discardWill);
        outbox.flush();
        wire.close();
    }

    /** The end of the connection for the session; nothing is sent to the client any more. */
    private void end(boolean discardWill) {
        phase = Phase.CLOSED;
        silence.stop();
        if (authentication != null) {
            authentication.stop();
        }
        reading.stop();
        giveBackPlace();
        Session closing = session;
        if (closing != null) {
            here.shard().counters().increment(Counter.CONNECTIONS_CLOSED);
            session = null;
            here.sessions().close(closing, discardWill);
        }
    }

    /** Says something about the client in the log, and to who looks at it. */
    void tell(String what) {
        tell(what, null);
    }

    private void tell(String what, @Nullable FlightRecorder last) {
        here.tell(LOG, "{} {}{}", this, what, new FlightRecorder.Ending(last, shard().now()));
        if (identity != null) {
            here.sessions().troubled(identity.clientId(), what, last);
        }
    }

    /** Writes what the turn encoded; where the socket took it all, what waits may follow. */
    private void endOfTurn() {
        outbox.flush();
        if (session != null && session.isCongested()) {
            session.pump();
        }
    }

    private boolean send(Packet packet) {
        TracedPackets.sent(this, packet);
        return outbox.send(packet);
    }

    /** Sends a control packet, unless the connection has closed meanwhile. */
    void answer(Packet packet) {
        if (phase != Phase.CONNECTED) {
            return;
        }
        if (!send(packet)) {
            close(
                    ReasonCode.PACKET_TOO_LARGE,
                    "its Maximum Packet Size of %d leaves no room for %s"
                            .formatted(negotiated.maximumPacketSize(), packet.type()));
            return;
        }
        if (outbox.isLeftUnread()) {
            close(ReasonCode.QUOTA_EXCEEDED, "it does not read the answers to its packets");
        }
    }

    @Override
    public boolean hasRoom() {
        return outbox.hasRoom();
    }

    @Override
    public int receiveMaximum() {
        return Math.min(negotiated.receiveMaximum(), limits.session().inFlight());
    }

    @Override
    public boolean publish(Delivery delivery, int packetId, boolean dup) {
        TracedPackets.sent(this, delivery, packetId, dup);
        return outbox.publish(delivery, packetId, dup);
    }

    @Override
    public void release(int packetId) {
        send(new PubRel(packetId));
    }

    Reading reading() {
        return reading;
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    ShardBroker here() {
        return here;
    }

    /** The limits of its listener, as they were when it came. */
    Limits limits() {
        return limits;
    }

    Shard shard() {
        return here.shard();
    }

    ProtocolVersion version() {
        ProtocolVersion spoken = decoder.version();
        return spoken == null ? decoder.replyVersion() : spoken;
    }

    Outbox outbox() {
        return outbox;
    }

    InboundAliases aliases() {
        return aliases;
    }

    @Override
    public Origin origin() {
        return wire.origin();
    }

    @Override
    public @Nullable FlightRecorder recorder() {
        return outbox.recorder();
    }

    @Override
    public ConnectionState look() {
        return ConnectionLook.of(this, identity, negotiated, silence.keepAlive());
    }

    Phase phase() {
        return phase;
    }

    boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    /** CONNECT has taken a place in {@code limits.connections}. */
    void takePlace(Place taken) {
        place = taken;
    }

    void giveBackPlace() {
        if (place != null) {
            place.leave();
            place = null;
        }
    }

    Identity identity() {
        return Objects.requireNonNull(identity, "nobody before CONNECT is accepted");
    }

    /** The Client Identifier; empty before CONNECT is accepted. */
    String clientId() {
        return identity == null ? "" : identity.clientId();
    }

    /** Whether the client is one of those that a ban is about. */
    public boolean isMeantBy(Ban.Target target) {
        return identity != null
                && target.covers(
                        target.network() == null ? null : origin().address(),
                        identity.userName(),
                        identity.clientId());
    }

    Session session() {
        return Objects.requireNonNull(session, "no session before CONNECT is accepted");
    }

    /** The client as a log line names it. */
    @Override
    public String toString() {
        return identity == null
                ? "the client at " + wire.peer()
                : "client " + Utf8.quote(identity.clientId()) + " at " + wire.peer();
    }
}
