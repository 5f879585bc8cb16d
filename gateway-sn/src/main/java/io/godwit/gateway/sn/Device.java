package io.godwit.gateway.sn;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of MQTT-SN from its CONNECT to its end (§6): its dialogue about a will, its keep alive,
 * and its sleep. Sections are those of version 1.2. On the gateway's loop only.
 */
final class Device implements DeviceWire.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    /** Where it is in its life. */
    enum State {
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
    private final Sleep sleep = new Sleep(this);
    private final Patience patience = new Patience(this);
    private final Dialect dialect;
    private final String clientId;
    private SnMessage.Connect connect;
    private Peer peer;
    private State state = State.PROMPTING;
    private DeviceMemory.Recalled recalled;
    private boolean heardSinceConnAck;
    private long sessionExpiry;
    private boolean sessionPresent;
    private boolean superseded;
    private ReturnCode farewell = ReturnCode.ACCEPTED;

    /**
     * A client that has sent CONNECT; {@link #start} is to follow.
     *
     * @param clientId its own, or the one that it is given
     */
    Device(SnGateway gateway, Peer peer, SnMessage.Connect connect, String clientId) {
        this.gateway = gateway;
        this.peer = peer;
        this.connect = connect;
        this.clientId = clientId;
        this.dialect = Dialect.of(peer.version());
        this.sessionExpiry =
                Opening.sessionExpiry(connect, dialect, gateway.settings().sessionExpiry());
        this.outgoing = new Outgoing(this, gateway.randomId());
        this.recalled = gateway.memory().nothing();
        this.wills =
                new WillDialogue(
                        this, connect.cleanSession() ? DeviceWill.NONE : gateway.willOf(clientId));
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

    DeviceWill will() {
        return wills.will();
    }

    Outgoing outgoing() {
        return outgoing;
    }

    /** What it has said when it connected, or came back. */
    SnMessage.Connect connect() {
        return connect;
    }

    Peer peer() {
        return peer;
    }

    String clientId() {
        return clientId;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Bytes of the largest datagram that it may be sent, its protection aside. */
    int datagramSize() {
        int most = gateway.settings().datagramSize();
        int own = connect.options().maximumPacketSize();
        return (own == 0 ? most : Math.min(own, most)) - peer.overhead();
    }

    /** Bytes of the datagram that carries a message to it, a forwarder's header aside. */
    int sizeOf(SnMessage message) {
        return peer.version().codec().encode(null, message).length;
    }

    void send(SnMessage message) {
        if (!superseded) {
            gateway.send(peer, message);
        }
    }

    /** Another one speaks for its client at its address, and is to be let in or not. */
    void supersede(boolean byAnother) {
        superseded = byAnother;
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
        return isListening()
                && !incoming.isSubscribing()
                && (state != State.AWAKE || sleep.wantsMore());
    }

    Patience patience() {
        return patience;
    }

    Sleep sleep() {
        return sleep;
    }

    State state() {
        return state;
    }

    /** For what it does in its sleep. */
    void become(State next) {
        state = next;
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
        if (dialect == Dialect.V2_0) {
            if (wills.given(connect.options().will())) {
                open();
            } else {
                refused(ReturnCode.INVALID_TOPIC_ID);
            }
        } else if (connect.will()) {
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
        Opening opening =
                ready == null
                        ? Opening.refused(ReturnCode.TOPIC_NAME_INVALID)
                        : Opening.of(connect, clientId, ready.will(), sessionExpiry);
        Packet packet = opening.packet();
        if (packet == null) {
            refused(opening.refusal());
        } else {
            wire.open(packet, peer.address().getAddress());
        }
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
        incoming.limits(allowed);
        sessionPresent = connAck.sessionPresent();
        sessionExpiry = allowed.getOrDefault(Property.SESSION_EXPIRY_INTERVAL, sessionExpiry);
        recalled = gateway.decided(this, connect.cleanSession(), sessionExpiry > 0);
        topics().startConnection();
        whenTopicsKept(() -> {
            state = State.ACTIVE;
            activated();
            outgoing.send();
        });
    }

    private void activated() {
        heardSinceConnAck = false;
        patience.watch(connect.keepAlive());
        send(accepted());
    }

    private SnMessage accepted() {
        return Opening.accepted(connect, clientId, sessionPresent, sessionExpiry);
    }

    private void refused(ReturnCode code) {
        gateway.count(SnCounter.CONNECTS_REFUSED);
        send(new SnMessage.ConnAck(code, connect.options().messageId()));
        forgetConnection();
        wire.lose();
    }

    /**
     * CONNECT from where the client is.
     *
     * @param from there, and what is spoken by now
     */
    void connectAgain(Peer from, SnMessage.Connect again) {
        boolean same = again.equals(connect);
        boolean sleeps = state == State.ASLEEP || state == State.AWAKE;
        if (same && state == State.PROMPTING) {
            wills.repeat();
        } else if (same && state == State.ACTIVE && !heardSinceConnAck) { // CONNACK was lost
            gateway.count(SnCounter.REPEATED_REPLIES);
            send(accepted());
        } else if (sleeps && Opening.isTheSame(connect, again)) {
            comeBack(again);
        } else if (!same || state != State.CONNECTING) {
            gateway.begin(from, again);
        }
    }

    /** From asleep or awake to active, with all that has waited (§6.14). */
    private void comeBack(SnMessage.Connect again) {
        connect = again;
        sessionPresent = true;
        state = State.ACTIVE;
        topics().startConnection();
        heard();
        activated();
        sleep.end();
        outgoing.resume();
    }

    /** Whether it may speak from elsewhere, as every client of version 1.2 may that wakes up. */
    boolean mayMove() {
        return dialect == Dialect.V1_2 || connect.options().addressMayChange();
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
            case SnMessage.Disconnect disconnect -> disconnect(disconnect);
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
            case SnMessage.PingRequest ping -> {
                if (state == State.ACTIVE) {
                    send(new SnMessage.PingResponse(ping.messageId(), null));
                } else {
                    sleep.wake(ping.messageId(), connect.options().awakeMessages());
                }
            }
            case SnMessage.SleepRequest(boolean keepAliases, int id, long seconds) -> {
                if (!keepAliases) {
                    topics().startConnection();
                }
                int granted = sleep.begin(seconds);
                send(
                        new SnMessage.SleepResponse(
                                id,
                                granted == seconds ? null : (long) granted,
                                ReturnCode.ACCEPTED));
            }
            case SnMessage.Auth _ -> end(ReturnCode.PROTOCOL_ERROR); // none is under way
            case SnMessage.WillTopicUpdate update -> wills.change(update);
            case SnMessage.WillMessageUpdate update -> wills.change(update);
            default -> outgoing.answered(message);
        }
    }

    // --- DISCONNECT and sleep -------------------------------------------------------------------

    private void disconnect(SnMessage.Disconnect disconnect) {
        boolean undecided = state == State.PROMPTING || state == State.CONNECTING;
        boolean isAnswered = dialect == Dialect.V1_2;
        if (isAnswered) {
            send(new SnMessage.Disconnect(0));
        }
        if (disconnect.sleep() > 0 && !undecided) {
            sleep.begin(disconnect.sleep());
            return;
        }
        Properties properties = Properties.NONE;
        if (disconnect.sessionExpiry() != null && sessionExpiry > 0) { // else it ends now
            sessionExpiry =
                    Math.min(disconnect.sessionExpiry(), gateway.settings().sessionExpiry());
            properties = Properties.of(Property.SESSION_EXPIRY_INTERVAL, sessionExpiry);
        }
        forgetConnection();
        if (isAnswered) {
            gateway.left(peer);
        }
        if (undecided) {
            wire.lose();
        } else {
            wire.give(
                    new Disconnect(
                            disconnect.code() == ReturnCode.ACCEPTED
                                    ? ReasonCode.SUCCESS
                                    : ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
                            properties));
        }
    }

    /** For the tables: it is reached here from now on. */
    void movedTo(Peer newPeer) {
        peer = newPeer;
        topics().startConnection(); // REGISTER needs an answer, which only he gives who reads it
    }

    @Override
    public void drained() {
        sleep.drained();
    }

    /** The client does not answer what it is sent. */
    void unanswered() {
        if (state == State.AWAKE) {
            sleep.unanswered();
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

    /** The client has done what it must not: it is told so, and its will is published. */
    void end(ReturnCode code) {
        send(new SnMessage.Disconnect(code));
        lost("its connection ends with " + code);
    }

    /** It is gone for the gateway; the broker knows or is to be told. */
    void forgetConnection() {
        gateway.remove(this);
        recalled.end(wills.will(), sessionExpiry > 0);
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
            case Disconnect disconnect -> farewell = ReturnCode.of(disconnect.reasonCode());
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
                    send(new SnMessage.Disconnect(farewell));
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
