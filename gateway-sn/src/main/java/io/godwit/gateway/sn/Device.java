package io.godwit.gateway.sn;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of MQTT-SN from its CONNECT to its end (§6): its dialogue about a will, its keep alive,
 * and its sleep. On the gateway's loop only.
 */
final class Device implements DeviceWire.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    /** What Receive Maximum says: one message at a time (§6.13). */
    private static final int ONE = 1;

    private enum State {
        /** WILLTOPICREQ or WILLMSGREQ is to be answered. */
        PROMPTING,
        /** The broker decides. */
        CONNECTING,
        ACTIVE,
        ASLEEP,
        /** What has waited for it is sent. */
        AWAKE,
        GONE
    }

    private final SnGateway gateway;
    private final DeviceWire wire;
    private final Incoming incoming = new Incoming(this);
    private final Outgoing outgoing;
    private final WillDialogue wills;
    private final Patience patience = new Patience(this);
    private SnMessage.Connect connect;
    private Peer peer;
    private State state = State.PROMPTING;
    private final DeviceMemory.Recalled recalled;
    private boolean heardSinceConnAck;
    private boolean drained;

    /** Where it wants to be from now on, once it has answered there. */
    private @Nullable Peer candidate;

    /**
     * A client that has sent CONNECT; {@link #start} is to follow.
     *
     * @param recalled what is remembered of it
     */
    Device(
            SnGateway gateway,
            Peer peer,
            SnMessage.Connect connect,
            DeviceMemory.Recalled recalled) {
        this.gateway = gateway;
        this.peer = peer;
        this.connect = connect;
        this.outgoing = new Outgoing(this, gateway.randomId());
        this.recalled = recalled;
        recalled.topics().startConnection();
        this.wills = new WillDialogue(this, recalled.will());
        this.wire = gateway.newWire(this, peer);
    }

    // --- what its parts ask ---------------------------------------------------------------------

    SnGateway gateway() {
        return gateway;
    }

    DeviceWire wire() {
        return wire;
    }

    DeviceTopics topics() {
        return recalled.topics();
    }

    Outgoing outgoing() {
        return outgoing;
    }

    Peer peer() {
        return peer;
    }

    String clientId() {
        return connect.clientId();
    }

    void send(SnMessage message) {
        gateway.send(peer, message);
    }

    /** The client has changed its will. */
    void keepWill() {
        recalled.change(wills.will());
    }

    /** Whether its client hears what it is sent. */
    boolean isListening() {
        return state == State.ACTIVE || state == State.AWAKE;
    }

    /** Whether it may be sent a message now. */
    boolean mayBeSent() {
        return isListening() && !incoming.isSubscribing();
    }

    /**
     * Does something once all identifiers of topics are kept, unless the client is gone by then.
     */
    void whenTopicsKept(Runnable then) {
        gateway.memory()
                .whenTopicsKept(() -> {
                    if (!isGone()) {
                        then.run();
                    }
                });
    }

    boolean isGone() {
        return state == State.GONE;
    }

    boolean isAsleep() {
        return state == State.ASLEEP;
    }

    // --- CONNECT --------------------------------------------------------------------------------

    void start() {
        heard();
        if (connect.will()) {
            wills.begin();
        } else {
            open();
        }
    }

    /** A question about the will was sent. */
    void expectAnswer() {
        patience.expectAnswer();
    }

    /** What CONNECT needs is there. */
    void open() {
        state = State.CONNECTING;
        patience.stop();
        WillDialogue.Ready ready = wills.ready();
        if (ready == null) {
            refused(ReturnCode.NOT_SUPPORTED);
            return;
        }
        Properties.Builder properties = Properties.builder();
        if (!connect.cleanSession()) {
            properties.add(Property.SESSION_EXPIRY_INTERVAL, gateway.settings().sessionExpiry());
        }
        properties.add(Property.RECEIVE_MAXIMUM, ONE);
        wire.open(
                new Connect(
                        ProtocolVersion.V5,
                        clientId(),
                        connect.cleanSession(),
                        0, // the gateway judges its silence
                        ready.will(),
                        null,
                        null,
                        properties.build()),
                peer.address().getAddress());
    }

    private void connected(ConnAck connAck) {
        if (state != State.CONNECTING) {
            return;
        }
        if (connAck.reasonCode() != ReasonCode.SUCCESS) {
            LOG.debug("{} is refused: {}", this, connAck.reasonCode());
            refused(ReturnCode.of(connAck.reasonCode()));
            return;
        }
        Properties allowed = connAck.properties();
        incoming.limits(
                allowed.get(Property.MAXIMUM_QOS) instanceof Boolean one ? (one ? 1 : 0) : 2,
                allowed.getOrDefault(Property.RETAIN_AVAILABLE, true));
        gateway.decided(this);
        recalled.accept(wills.will());
        whenTopicsKept(() -> {
            state = State.ACTIVE;
            activated();
            outgoing.send();
        });
    }

    private void activated() {
        heardSinceConnAck = false;
        patience.watch(connect.keepAlive());
        send(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
    }

    private void refused(ReturnCode code) {
        gateway.count(SnCounter.CONNECTS_REFUSED);
        send(new SnMessage.ConnAck(code));
        forgetConnection();
        wire.lose();
    }

    /** CONNECT from where the client is. */
    void connectAgain(SnMessage.Connect again) {
        boolean same = again.equals(connect);
        switch (state) {
            case PROMPTING -> {
                if (same) {
                    wills.repeat();
                } else {
                    gateway.replace(this, again);
                }
            }
            case CONNECTING -> {
                if (!same) {
                    gateway.replace(this, again);
                }
            }
            case ACTIVE -> {
                if (same && !heardSinceConnAck) { // CONNACK was lost
                    gateway.count(SnCounter.REPEATED_REPLIES);
                    send(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
                } else {
                    gateway.replace(this, again);
                }
            }
            case ASLEEP, AWAKE -> {
                if (again.cleanSession() || again.will()) {
                    gateway.replace(this, again);
                } else {
                    comeBack(again);
                }
            }
            case GONE -> throw new IllegalStateException("it is not in the tables any more");
        }
    }

    /** From asleep or awake to active, with all that has waited (§6.14). */
    private void comeBack(SnMessage.Connect again) {
        connect = again;
        candidate = null;
        state = State.ACTIVE;
        topics().startConnection();
        heard();
        activated();
        wire.hold(false);
        outgoing.resume();
    }

    /** A client with this identifier connects elsewhere: is this one still there? */
    void probe() {
        send(new SnMessage.PingRequest(null));
    }

    // --- what comes from the client -------------------------------------------------------------

    private void heard() {
        patience.heard();
        heardSinceConnAck = true;
    }

    /** Anything but CONNECT, and PINGREQ with a client identifier. */
    void receive(SnMessage message) {
        if (state != State.ASLEEP) { // whose time is that of its sleep
            heard();
        }
        switch (message) {
            case SnMessage.WillTopic topic -> {
                if (state == State.PROMPTING) {
                    wills.answered(topic);
                }
            }
            case SnMessage.WillMessage payload -> {
                if (state == State.PROMPTING) {
                    wills.answered(payload);
                }
            }
            case SnMessage.Disconnect disconnect -> disconnect(disconnect.sleep());
            default -> {
                if (state != State.PROMPTING && state != State.CONNECTING) {
                    receiveConnected(message);
                }
            }
        }
    }

    private void receiveConnected(SnMessage message) {
        switch (message) {
            case SnMessage.Register register -> incoming.register(register);
            case SnMessage.Publish publish -> incoming.publish(publish);
            case SnMessage.PubRel pubRel -> incoming.release(pubRel);
            case SnMessage.Subscribe subscribe -> incoming.subscribe(subscribe);
            case SnMessage.Unsubscribe unsubscribe -> incoming.unsubscribe(unsubscribe);
            case SnMessage.PingRequest _ -> {
                if (state == State.ACTIVE) {
                    send(new SnMessage.PingResponse());
                } else {
                    wake();
                }
            }
            case SnMessage.WillTopicUpdate update -> wills.change(update);
            case SnMessage.WillMessageUpdate update -> wills.change(update);
            default -> outgoing.answered(message);
        }
    }

    // --- sleep ----------------------------------------------------------------------------------

    private void disconnect(int sleep) {
        if (sleep > 0 && state != State.PROMPTING && state != State.CONNECTING) {
            sleep(sleep);
            return;
        }
        boolean undecided = state == State.PROMPTING || state == State.CONNECTING;
        send(new SnMessage.Disconnect(0));
        forgetConnection();
        gateway.left(peer);
        if (undecided) {
            wire.lose();
        } else {
            wire.give(new Disconnect(ReasonCode.SUCCESS));
        }
    }

    private void sleep(int seconds) {
        int most = (int) Math.min(65_535, gateway.settings().maximumSleep().toSeconds());
        if (seconds > most) {
            gateway.count(SnCounter.SLEEPS_CAPPED);
        }
        gateway.count(SnCounter.SLEEPS);
        state = State.ASLEEP;
        drained = false;
        candidate = null;
        outgoing.rest();
        wire.hold(true);
        send(new SnMessage.Disconnect(0));
        patience.watch(Math.min(seconds, most));
    }

    /** PINGREQ of a sleeping client: all that has waited is sent, and PINGRESP then (§6.14). */
    void wake() {
        if (state == State.ASLEEP) {
            gateway.count(SnCounter.WAKES);
            state = State.AWAKE;
            candidate = null;
            drained = false;
            patience.heard();
            outgoing.resume();
            wire.drain(false);
        } else if (state == State.AWAKE) { // what it waits for may have expired meanwhile
            wire.drain(true);
        }
    }

    /**
     * PINGREQ of a sleeping client from another address. Nothing of what waits goes there before
     * the client has answered from there, since anyone can write any address into a datagram.
     */
    void wakeAt(Peer elsewhere) {
        if (state == State.ASLEEP) {
            candidate = elsewhere;
            gateway.send(elsewhere, new SnMessage.PingRequest(null));
        }
    }

    /** Whether a datagram comes from where the client wants to be; then it is there. */
    boolean isConfirmedBy(Peer from) {
        if (state != State.ASLEEP || !from.equals(candidate)) {
            return false;
        }
        candidate = null;
        gateway.count(SnCounter.MOVES);
        gateway.move(this, from);
        return true;
    }

    /** For the tables: it is reached here from now on. */
    void movedTo(Peer newPeer) {
        peer = newPeer;
        candidate = null;
        topics().startConnection(); // REGISTER needs an answer, which only he gives who reads it
    }

    @Override
    public void drained() {
        drained = true;
        sentAll();
    }

    /** Nothing is left to be sent; for a client that woke up perhaps for now. */
    void sentAll() {
        if (state == State.AWAKE && drained && outgoing.isIdle()) {
            state = State.ASLEEP;
            drained = false;
            send(new SnMessage.PingResponse());
            patience.watchAgain();
        }
    }

    /** The client does not answer what it is sent. */
    void unanswered() {
        if (state == State.AWAKE) { // it sleeps on, and gets it when it wakes up again
            gateway.count(SnCounter.SLEEPERS_UNANSWERED);
            state = State.ASLEEP;
            drained = false;
            outgoing.rest();
            wire.hold(true);
        } else {
            lost("it does not answer");
        }
    }

    // --- the end --------------------------------------------------------------------------------

    /** It was asked for its will, and has not answered. */
    void promptUnanswered() {
        if (!wills.retry()) {
            lost("it does not answer about its will");
        }
    }

    /** The client is gone without DISCONNECT: its will is published. */
    void lost(String why) {
        gateway.count(SnCounter.CLIENTS_LOST);
        LOG.debug("{} is lost: {}", this, why);
        forgetConnection();
        wire.lose();
    }

    private void forgetConnection() {
        gateway.remove(this);
        recalled.end(wills.will());
        patience.stop();
        outgoing.rest();
        state = State.GONE;
    }

    // --- what comes from the broker -------------------------------------------------------------

    @Override
    public void take(List<Packet> packets) {
        for (Packet packet : packets) {
            if (state == State.GONE) {
                return;
            }
            take(packet);
        }
    }

    private void take(Packet packet) {
        switch (packet) {
            case ConnAck connAck -> connected(connAck);
            case Publish _, PubRel _ -> outgoing.take(packet);
            default -> incoming.answered(packet);
        }
    }

    @Override
    public void ended() {
        switch (state) {
            case GONE -> {}
            case PROMPTING, CONNECTING -> refused(ReturnCode.CONGESTION);
            case ACTIVE, ASLEEP, AWAKE -> {
                if (isListening()) {
                    send(new SnMessage.Disconnect(0));
                }
                forgetConnection();
            }
        }
    }

    /** The client as a log line names it. */
    @Override
    public String toString() {
        return "MQTT-SN client " + Utf8.quote(clientId()) + " at " + peer;
    }
}
