package io.godwit.broker.connection;

import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.session.Outbound;
import io.godwit.broker.session.Session;
import io.godwit.broker.shard.Counter;
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
import io.godwit.codec.Property;
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

    private enum Phase {
        AWAITING_CONNECT,
        DECIDING,
        /** The session is open, and CONNACK waits for it to be stored. */
        OPENING,
        CONNECTED,
        CLOSED
    }

    private final Wire wire;
    private final PacketDecoder decoder;
    private final Outbox outbox;
    private final Silence silence = new Silence(this);
    private final Arriving arriving = new Arriving();
    private final Reading reading;
    private final Acknowledgements acknowledgements = new Acknowledgements(this::answer);
    private ShardBroker here;
    private Phase phase = Phase.AWAITING_CONNECT;
    private Negotiated negotiated = Negotiated.NOTHING;
    private InboundAliases aliases = InboundAliases.NONE;
    private @Nullable Session session;
    private @Nullable Identity identity;
    private @Nullable Permissions permissions;
    private boolean counted;

    /** A connection that was accepted on a shard; on its loop. */
    public Connection(Wire wire, ShardBroker here) {
        this.wire = wire;
        this.reading = new Reading(this, wire, silence);
        this.here = here;
        this.decoder = PacketDecoder.forServer(here.limits().packetSize(), here.topics());
        this.outbox = new Outbox(wire, here, this::endOfTurn);
        here.shard().counters().increment(Counter.SOCKETS_OPENED);
        silence.expectConnect(here.limits().connectTimeout().toMillis());
    }

    // --- what the transport calls ---------------------------------------------------------------

    @Override
    public void receive(ByteBuffer in) {
        int start = in.position();
        try {
            Packet packet;
            while ((phase == Phase.CONNECTED || phase == Phase.AWAITING_CONNECT)
                    && !reading.mustWait()
                    && (packet = decoder.decode(in)) != null) {
                here.shard().counters().increment(Counter.PACKETS_RECEIVED);
                silence.broken();
                receive(packet);
            }
        } catch (PacketException refused) {
            refuse(refused);
        } catch (RuntimeException fault) {
            fail(fault);
        }
        if (phase == Phase.CLOSED) {
            in.position(in.limit());
        }
        here.shard().counters().add(Counter.BYTES_RECEIVED, in.position() - start);
        arriving(in.remaining());
    }

    @Override
    public int missing(ByteBuffer rest) {
        arriving(rest.remaining());
        int size = PacketDecoder.packetSize(rest);
        return Math.max(1, size - rest.remaining());
    }

    private void arriving(int bytes) {
        int incomplete = reading.isPaused() ? 0 : bytes; // else it is whole packets that wait
        if (!arriving.count(incomplete, here.arriving()) && phase != Phase.DECIDING) {
            String why = "too many large packets arrive at once for limits.memory";
            here.shard().control(() -> close(ReasonCode.QUOTA_EXCEEDED, why));
        }
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
                LOG.debug("{} closed its connection without DISCONNECT", this);
            }
            end(false);
        }
        outbox.closed();
        arriving(0);
        aliases.release(here.budget());
    }

    // --- packets --------------------------------------------------------------------------------

    private void receive(Packet packet) throws PacketException {
        switch (packet) {
            case Connect connect -> connect(connect);
            case Publish publish -> PublishHandler.handle(this, publish);
            case PubAck(int packetId, ReasonCode _, Properties _) ->
                    session().acknowledged(packetId);
            case PubRec pubRec -> received(pubRec);
            case PubRel(int packetId, ReasonCode _, Properties _) -> released(packetId);
            case PubComp(int packetId, ReasonCode _, Properties _) -> session().completed(packetId);
            case Subscribe subscribe -> SubscribeHandler.handle(this, subscribe);
            case Unsubscribe unsubscribe -> SubscribeHandler.handle(this, unsubscribe);
            case PingReq _ -> answer(new PingResp()); // [v5 MQTT-3.12.4-1], [v3 MQTT-3.12.4-1]
            case Disconnect disconnect -> disconnected(disconnect);
            case Auth _ -> // no method was accepted, so there is nothing to go on with §4.12
                    throw new ProtocolError("AUTH without an authentication method in CONNECT");
            case ConnAck _, SubAck _, UnsubAck _, PingResp _ ->
                    throw new ProtocolError("only a server sends " + packet.type());
        }
    }

    private void connect(Connect connect) throws ProtocolError {
        if (phase != Phase.AWAITING_CONNECT) { // [v5 MQTT-3.1.0-2], [v3 MQTT-3.1.0-2]
            throw new ProtocolError("a second CONNECT");
        }
        phase = Phase.DECIDING;
        silence.stop();
        wire.pauseReading();
        negotiated = Negotiated.from(connect);
        outbox.negotiated(connect.version(), negotiated);
        new ConnectHandler(this, connect).handle();
    }

    private void received(PubRec pubRec) {
        int packetId = pubRec.packetId();
        if (pubRec.reasonCode().isError()) {
            session().refused(packetId);
            return;
        }
        boolean known = session().received(packetId);
        ReasonCode code = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        // [v5 MQTT-4.3.3-4]; before version 5 an unknown identifier is answered just the same. It
        // is
        // stored first: after PUBREL the client takes another PUBLISH for another message
        whenStored(() -> answer(new PubRel(packetId, code)));
    }

    private void released(int packetId) {
        boolean known = session().inbound().release(packetId);
        ReasonCode code = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        // [v5 MQTT-4.3.3-11], [v3 MQTT-4.3.3-2]
        whenStored(() -> answer(new PubComp(packetId, code)));
    }

    private void disconnected(Disconnect disconnect) throws ProtocolError {
        Long expiry = disconnect.properties().get(Property.SESSION_EXPIRY_INTERVAL);
        if (expiry != null) {
            if (expiry > 0 && here.sessions().expiryInterval(session()) == 0) { // §3.14.2.2.2
                throw new ProtocolError(
                        "DISCONNECT sets a Session Expiry Interval where CONNECT had 0");
            }
            long most = here.limits().session().maximumExpiry();
            here.sessions().changeExpiry(session(), Math.min(expiry, most));
        }
        // [v5 MQTT-3.14.4-3], [v3 MQTT-3.1.2-10]
        boolean discardWill = disconnect.reasonCode() == ReasonCode.SUCCESS;
        LOG.debug("{} disconnected: {}", this, disconnect.reasonCode());
        end(discardWill);
        outbox.flush(); // the answers to what came before it
        wire.close();
    }

    // --- CONNECT, step by step ------------------------------------------------------------------

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
    void open(Session opened, Identity client, Permissions allowed) {
        session = opened;
        identity = client;
        permissions = allowed;
        counted = true;
        phase = Phase.OPENING;
        aliases = InboundAliases.upTo(version().isV5() ? here.limits().topicAliasMaximum() : 0);
        here.shard().counters().increment(Counter.CONNECTIONS_OPENED);
        opened.claim(this);
    }

    /** CONNACK is sent, and the client may go on. */
    void start(Session opened, ConnAck connAck, int keepAliveSeconds) {
        phase = Phase.CONNECTED;
        silence.keepAlive(keepAliveSeconds);
        answer(connAck); // [v5 MQTT-3.1.4-5], [v3 MQTT-3.1.4-4]
        opened.attach();
        reading.start();
    }

    /**
     * Does something once all that the client has changed is stored; its connection is closed if
     * that is not possible, so that the client tries again.
     */
    void whenStored(Runnable then) {
        session()
                .whenStored(failure -> {
                    if (failure == null) {
                        then.run();
                    } else {
                        close(failure.reasonCode(), failure.why());
                    }
                });
    }

    /** Refuses CONNECT with a CONNACK, where the version has one for the reason, and closes. */
    void reject(ReasonCode reasonCode, String why) {
        log("{} was refused with {}: {}", reasonCode, why);
        boolean hasCode =
                version().isV5() || reasonCode.connectReturnCode() != ReasonCode.NO_RETURN_CODE;
        if (hasCode) { // [v5 MQTT-3.2.2-6], [v5 MQTT-3.2.2-7], [v3 MQTT-3.2.2-4..6]
            outbox.send(connAck(reasonCode, why));
        }
        end(true);
        outbox.flush();
        wire.close();
    }

    /** Whether a packet is within the client's Maximum Packet Size. */
    boolean fits(Packet packet) {
        return outbox.fits(outbox.sizeOf(packet));
    }

    private Packet connAck(ReasonCode reasonCode, String why) {
        ConnAck plain = new ConnAck(false, reasonCode);
        boolean mayBeGuess = // then it must not learn which part of it was wrong
                reasonCode == ReasonCode.BAD_USER_NAME_OR_PASSWORD
                        || reasonCode == ReasonCode.NOT_AUTHORIZED;
        String told = mayBeGuess ? "the log of the server says why" : why;
        ConnAck explained =
                new ConnAck(false, reasonCode, Properties.of(Property.REASON_STRING, told));
        // [v5 MQTT-3.2.2-19]
        return version().isV5() && fits(explained) ? explained : plain;
    }

    // --- closing --------------------------------------------------------------------------------

    private void refuse(PacketException refused) {
        boolean inConnect =
                phase == Phase.AWAITING_CONNECT
                        && (version().isV5()
                                || refused.reasonCode() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        if (inConnect && refused.reasonCode().isAllowedIn(PacketType.CONNACK)) {
            outbox.negotiated(decoder.replyVersion(), Negotiated.NOTHING);
            reject(refused.reasonCode(), String.valueOf(refused.getMessage()));
        } else {
            close(refused.reasonCode(), String.valueOf(refused.getMessage()));
        }
    }

    /** Takes a step towards the answer to CONNECT, which may fail. */
    void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException fault) {
            fail(fault);
        }
    }

    /** A fault of the server ends this connection and nothing else [v3 MQTT-4.8.0-2]. */
    private void fail(RuntimeException fault) {
        LOG.error("{} is closed because of a fault in the server", this, fault);
        String why = "a fault in the server, which its log shows";
        if (phase == Phase.DECIDING) {
            reject(ReasonCode.UNSPECIFIED_ERROR, why);
        } else {
            close(ReasonCode.UNSPECIFIED_ERROR, why);
        }
    }

    @Override
    public void close(ReasonCode reasonCode, String why) {
        if (phase == Phase.CLOSED) {
            return;
        }
        log("{} is closed with {}: {}", reasonCode, why);
        if (phase == Phase.CONNECTED && version().isV5()) { // [v5 MQTT-3.14.0-1]
            Disconnect plain = new Disconnect(reasonCode);
            Disconnect explained =
                    new Disconnect(reasonCode, Properties.of(Property.REASON_STRING, why));
            // [v5 MQTT-3.14.2-3]
            outbox.send(fits(explained) ? explained : plain);
        }
        end(false);
        outbox.flush();
        wire.close(); // [v5 MQTT-3.14.4-2]
    }

    /** The end of the connection for the session; nothing is sent to the client any more. */
    private void end(boolean discardWill) {
        phase = Phase.CLOSED;
        silence.stop();
        if (counted) {
            here.connected().decrementAndGet();
            counted = false;
        }
        Session closing = session;
        if (closing != null) {
            here.shard().counters().increment(Counter.CONNECTIONS_CLOSED);
            session = null;
            here.sessions().close(closing, discardWill);
        }
    }

    private void log(String line, ReasonCode reasonCode, String why) {
        long now = here.shard().now();
        if (here.log().admit(now)) {
            long suppressed = here.log().takeSuppressed();
            if (suppressed > 0) {
                LOG.info("{} lines about clients were left out of the log", suppressed);
            }
            LOG.info(line, this, reasonCode, why);
        }
    }

    /** Writes what the turn encoded; where the socket took it all, what waits may follow. */
    private void endOfTurn() {
        outbox.flush();
        if (session != null && session.isCongested()) {
            session.pump();
        }
    }

    // --- sending --------------------------------------------------------------------------------

    /** Sends a control packet, unless the connection has closed meanwhile. */
    void answer(Packet packet) {
        if (phase != Phase.CONNECTED) {
            return;
        }
        if (!outbox.send(packet)) {
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
        return negotiated.receiveMaximum();
    }

    @Override
    public boolean publish(Delivery delivery, int packetId, boolean dup) {
        return outbox.publish(delivery, packetId, dup);
    }

    @Override
    public void release(int packetId) {
        outbox.send(new PubRel(packetId));
    }

    // --- what the handlers ask ------------------------------------------------------------------

    Reading reading() {
        return reading;
    }

    Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    ShardBroker here() {
        return here;
    }

    Shard shard() {
        return here.shard();
    }

    ProtocolVersion version() {
        ProtocolVersion spoken = decoder.version();
        return spoken == null ? decoder.replyVersion() : spoken;
    }

    Negotiated negotiated() {
        return negotiated;
    }

    InboundAliases aliases() {
        return aliases;
    }

    @Override
    public Origin origin() {
        return wire.origin();
    }

    boolean isDeciding() {
        return phase == Phase.DECIDING;
    }

    boolean isOpening() {
        return phase == Phase.OPENING;
    }

    boolean isConnected() {
        return phase == Phase.CONNECTED;
    }

    /** CONNECT took a place in {@code limits.connections}. */
    void takePlace() {
        counted = true;
    }

    Session session() {
        return Objects.requireNonNull(session, "no session before CONNECT is accepted");
    }

    Permissions permissions() {
        return Objects.requireNonNull(permissions, "no permissions before CONNECT is accepted");
    }

    /** The client as a log line names it. */
    @Override
    public String toString() {
        return identity == null
                ? "the client at " + wire.peer()
                : "client " + Utf8.quote(identity.clientId()) + " at " + wire.peer();
    }
}
