package io.godwit.broker.simulation;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.UnsubAck;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps its side of the protocol (§4.3, §4.4) while connections fail and the broker
 * crashes, and knows what the broker owes it: whether its session is there, its will, and through
 * its {@link Ledger} what it is to get.
 */
public final class CrashClient {

    /**
     * What it does.
     *
     * @param filters what it may subscribe to
     * @param expiry of its session, in seconds; 0 or {@link Connect#NEVER_EXPIRES} before version 5
     * @param cleans whether it starts a new session now and then
     * @param changes whether it unsubscribes now and then
     * @param wills whether it leaves wills
     */
    public record Role(
            String clientId,
            ProtocolVersion version,
            List<String> filters,
            long expiry,
            boolean cleans,
            boolean changes,
            boolean wills) {}

    /** When the broker may give up a connection whose CONNECT it has not answered. */
    private static final long CONNECT_TIMEOUT_MILLIS = 9_000;

    private final SimulatedBroker broker;
    private final CrashWorld world;
    private final Role role;
    private final Random random;
    private final Outgoing outgoing;
    private final Incoming incoming;
    private final Testament testament;

    private @Nullable TestClient connection;
    private boolean connected;
    private boolean cleanStart;
    private long connectSentAt;
    private long connectSentAtMillis;

    /** Whether the broker may close the connection: another one of the client's may come late. */
    private boolean excused;

    /** CONNECT was sent on a connection that was given up, and may be handled late. */
    private boolean connectAdrift;

    /** It wants a new session, until it knows that it has one. */
    private boolean mustClean;

    private final SessionBelief session;

    /** A client that is not connected. */
    public CrashClient(
            SimulatedBroker broker, CrashWorld world, Role role, Random random, Ledger ledger) {
        this.broker = broker;
        this.world = world;
        this.role = role;
        this.random = random;
        this.session = new SessionBelief(world);
        this.outgoing = new Outgoing(world, role, random);
        this.incoming = new Incoming(world, role, random, ledger);
        this.testament = new Testament(world, role, random);
    }

    Role role() {
        return role;
    }

    /** Whether it has a connection, as far as it knows. */
    public boolean isOpen() {
        return connection != null;
    }

    /** Whether it waits for nothing and owes nothing. */
    public boolean isDone() {
        return connected && incoming.isDone() && outgoing.isDone();
    }

    /** How many messages it has got, copies included. */
    long deliveries() {
        return incoming.deliveries();
    }

    // --- connecting -----------------------------------------------------------------------------

    /** Opens a connection; one that it has is taken over. */
    public void connect() {
        boolean asking = connection != null && !connected;
        if (!broker.hasStarted() || asking || connectAdrift && cleanStart) {
            return; // whether the new session or the older one is ended would not be known
        }
        excused = connectAdrift || connection != null;
        if (connection != null) {
            testament.unknown();
            lost();
        }
        mustClean |= session.mayBeAnother();
        cleanStart = mustClean || keptFor() == 0 || role.cleans() && random.nextInt(8) == 0;
        if (cleanStart) {
            mustClean = true;
            incoming.sessionLost();
            outgoing.sessionLost();
        }
        connectSentAt = world.promises().tick();
        connectSentAtMillis = world.monotonic();
        session.connecting();
        TestClient opened = broker.client(role.version());
        opened.inSegmentsOf(random.nextInt(4) == 0 ? 1 + random.nextInt(20) : Integer.MAX_VALUE);
        ConnectBuilder connect = Packets.connect(role.version(), role.clientId());
        connect.cleanStart(cleanStart);
        if (role.version().isV5() && role.expiry() > 0) {
            connect.with(Property.SESSION_EXPIRY_INTERVAL, role.expiry());
        }
        incoming.connecting(connect);
        testament.connecting(connect);
        send(opened, connect.build());
        connection = opened;
    }

    /** Seconds that the session of the present connection outlives it. */
    private long keptFor() {
        return role.version().isV5() || !cleanStart ? role.expiry() : 0;
    }

    private void connected(TestClient open, ConnAck connAck) {
        if (connAck.reasonCode().isError()) {
            boolean late = world.monotonic() - connectSentAtMillis > CONNECT_TIMEOUT_MILLIS;
            if (!late && !world.hasTrouble()) {
                throw failure("was answered " + connAck);
            }
            return; // the broker closes the connection
        }
        boolean present = connAck.sessionPresent();
        String wrong = session.contradicts(present);
        if (cleanStart) {
            wrong = present ? "it asked for a new one" : null;
        }
        if (wrong != null && role.version() != ProtocolVersion.V3_1) {
            throw failure(
                    "was told that its session is present=%b, but %s".formatted(present, wrong));
        }
        boolean resumed =
                role.version() == ProtocolVersion.V3_1 ? !cleanStart && session.isKnown() : present;
        connected = true;
        mustClean = false;
        session.connected(keptFor());
        testament.connected(!connectAdrift && keptFor() > 0);
        if (!resumed) {
            incoming.sessionBegan(connectSentAt);
            outgoing.sessionLost();
        }
        incoming.connected(open);
        outgoing.connected(open);
    }

    /** The network fails; what has arrived may be lost with it. */
    public void cut() {
        TestClient open = connection;
        if (open != null) {
            if (random.nextBoolean()) {
                process();
            }
            if (connection != null) {
                world.note(role.clientId(), "is cut");
                open.cut();
                closed();
            }
        }
    }

    /** The broker has crashed. */
    public void crashed() {
        TestClient open = connection;
        if (open != null) {
            if (random.nextBoolean()) {
                processArrived(open);
            }
            closed();
        }
        connectAdrift = false;
        session.crashed();
        testament.crashed();
    }

    /** Ends the connection as the protocol wants it, and waits for nothing. */
    void disconnect() {
        TestClient open = connection;
        if (open == null || !connected) {
            return;
        }
        boolean endsSession = role.version().isV5() && role.cleans() && random.nextInt(3) == 0;
        Disconnect disconnect = new Disconnect(ReasonCode.SUCCESS);
        if (endsSession && role.expiry() > 0) {
            disconnect =
                    new Disconnect(
                            ReasonCode.SUCCESS,
                            Properties.NONE.with(Property.SESSION_EXPIRY_INTERVAL, 0L));
            session.ending();
            incoming.sessionLost();
        }
        send(open, disconnect);
        testament.withdraw();
        lost();
    }

    private void closed() {
        testament.closed();
        lost();
    }

    private void lost() {
        connectAdrift |= connection != null && !connected;
        connection = null;
        session.disconnected(connected);
        connected = false;
        incoming.disconnected();
    }

    /** All that was sent has been handled, and stored. */
    public void quiet() {
        connectAdrift = false;
        session.quiet();
        testament.quiet();
    }

    // --- packets --------------------------------------------------------------------------------

    /** Reads so many more bytes and then stops. */
    void readLittle() {
        if (connection != null) {
            connection.window(random.nextInt(20_000));
        }
    }

    /** Reads all that comes. */
    public void readAll() {
        if (connection != null) {
            connection.window(Long.MAX_VALUE);
        }
    }

    /** Publishes a message that nobody else has published, unless too many are under way. */
    public void publish(String topic, int qos, boolean retain) {
        if (connection != null && connected) {
            outgoing.publish(connection, topic, qos, retain);
        }
    }

    /** Subscribes to one of its filters, or unsubscribes. */
    void changeSubscriptions() {
        if (connection != null && connected) {
            incoming.change(connection);
        }
    }

    /** Sends acknowledgements that it owes, this many at most. */
    public void answer(int most) {
        if (connection != null && connected) {
            incoming.answer(connection, most);
        }
    }

    /** Looks at what has arrived. */
    public void process() {
        TestClient open = connection;
        if (open == null) {
            return;
        }
        processArrived(open);
        if (!open.isOpen()) {
            boolean late = !connected; // CONNECT took too long
            if (!excused && !late && !world.hasTrouble()) {
                throw failure("was closed by the broker for no reason");
            }
            testament.unknown();
            lost();
        }
    }

    private void processArrived(TestClient open) {
        for (Packet packet : open.takeArrived()) {
            world.note(role.clientId() + " <-", packet);
            process(open, packet);
        }
    }

    private void process(TestClient open, Packet packet) {
        switch (packet) {
            case ConnAck connAck -> connected(open, connAck);
            case SubAck subAck -> incoming.subscribed(subAck);
            case UnsubAck _ -> {}
            case Publish publish -> incoming.deliver(open, publish);
            case PubRel pubRel -> incoming.released(pubRel);
            case PubAck pubAck -> outgoing.acknowledged(pubAck.packetId(), pubAck.reasonCode());
            case PubRec pubRec -> outgoing.received(open, pubRec);
            case PubComp pubComp -> outgoing.completed(pubComp);
            case Disconnect(ReasonCode code, _) -> {
                boolean expected =
                        code == ReasonCode.SESSION_TAKEN_OVER ? excused : world.hasTrouble();
                if (!expected) {
                    throw failure("got " + packet);
                }
            }
            default -> throw failure("got " + packet);
        }
    }

    private void send(TestClient open, Packet packet) {
        world.note(role.clientId() + " ->", packet);
        open.queue(packet);
    }

    private AssertionError failure(String what) {
        return new AssertionError(role.clientId() + " " + what);
    }

    // --- the end --------------------------------------------------------------------------------

    /** Connects once more, so that its session ends, and leaves. */
    void leaveForEver() {
        broker.connect(role.version(), role.clientId()).disconnect();
    }
}
