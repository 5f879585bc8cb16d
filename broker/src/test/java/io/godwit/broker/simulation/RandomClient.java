package io.godwit.broker.simulation;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps its side of the protocol (§4.3, §4.4) over connections that fail at any time:
 * it sends again what was not acknowledged, and takes a QoS 2 message once.
 */
final class RandomClient {

    private static final int MOST_UNDER_WAY = 50;

    /** A message as the application behind the client got it. */
    record Received(String topic, String text, int qos) {}

    private final SimulatedBroker broker;
    private final ProtocolVersion version;
    private final String clientId;
    private final Random random;
    private final String[] filters;
    private final int qos;

    private @Nullable TestClient connection;
    private boolean connected;
    private boolean subscribed;
    private boolean everConnected;

    /** Connections that it has given up for newer ones, and whose CONNECT may still come last. */
    private int rivals;

    /** What it sent and was not acknowledged: PUBLISH, or PUBREL, by packet identifier. */
    private final Map<Integer, Packet> underWay = new LinkedHashMap<>();

    private final Set<Integer> unreleased = new HashSet<>();

    /** What this connection brought at QoS 1 or 2 and it has not acknowledged. */
    private final Set<Integer> unanswered = new HashSet<>();

    private int receiveMaximum;
    private final ArrayDeque<Packet> answers = new ArrayDeque<>();
    private final List<Received> received = new ArrayList<>();
    private final Map<String, Integer> published = new LinkedHashMap<>();
    private int lastPacketId;
    private int sequence;

    /** A client that subscribes to these filters at a QoS once it is connected. */
    RandomClient(
            SimulatedBroker broker,
            ProtocolVersion version,
            String clientId,
            Random random,
            int qos,
            String... filters) {
        this.broker = broker;
        this.version = version;
        this.clientId = clientId;
        this.random = random;
        this.qos = qos;
        this.filters = filters;
        this.subscribed = filters.length == 0;
    }

    int qos() {
        return qos;
    }

    List<Received> received() {
        return received;
    }

    /** What it published, with the QoS of each. */
    Map<String, Integer> published() {
        return published;
    }

    boolean isOpen() {
        return connection != null;
    }

    boolean isReady() {
        return connected && subscribed;
    }

    /** Whether it waits for nothing and owes nothing. */
    boolean isDone() {
        return isReady() && underWay.isEmpty() && answers.isEmpty();
    }

    /** Opens a connection, also while it has one, which is then taken over. */
    void connect() {
        if (connection != null) {
            rivals++;
        }
        TestClient opened = broker.client(version);
        opened.inSegmentsOf(random.nextInt(4) == 0 ? 1 + random.nextInt(20) : Integer.MAX_VALUE);
        ConnectBuilder connect = Packets.connect(version, clientId).persistent();
        receiveMaximum = 65_535;
        if (version.isV5() && random.nextBoolean()) {
            receiveMaximum = 1 + random.nextInt(10);
            connect.with(Property.RECEIVE_MAXIMUM, receiveMaximum);
            connect.with(Property.TOPIC_ALIAS_MAXIMUM, random.nextInt(3));
        }
        opened.queue(connect.build());
        connection = opened;
        disconnected();
    }

    /** The network fails; what has arrived may be lost with it. */
    void cut() {
        TestClient open = connection;
        if (open != null) {
            if (random.nextBoolean()) {
                process();
            }
            open.cut();
            connection = null;
            disconnected();
        }
    }

    private void disconnected() {
        connected = false;
        answers.clear();
        unanswered.clear();
    }

    /** Reads so many more bytes and then stops. */
    void readLittle() {
        if (connection != null) {
            connection.window(random.nextInt(20_000));
        }
    }

    void readAll() {
        if (connection != null) {
            connection.window(Long.MAX_VALUE);
        }
    }

    /** Publishes a message that nobody else has published, unless too many are under way. */
    void publish(String topic, int publishQos) {
        TestClient open = connection;
        if (open == null || !isReady() || underWay.size() >= MOST_UNDER_WAY) {
            return;
        }
        String text = clientId + ":" + sequence++ + ":" + topic + ":" + publishQos;
        if (random.nextInt(20) == 0) { // so large that a client which does not read holds it up
            text += ":" + "x".repeat(random.nextInt(60_000));
        }
        int packetId = publishQos == 0 ? 0 : freePacketId();
        Publish publish = Packets.publish(topic, text, publishQos, packetId);
        published.put(text, publishQos);
        if (publishQos > 0) {
            underWay.put(packetId, publish);
        }
        open.queue(publish);
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId % 100 + 1;
        } while (underWay.containsKey(lastPacketId));
        return lastPacketId;
    }

    /** Looks at what has arrived. */
    void process() {
        TestClient open = connection;
        if (open == null) {
            return;
        }
        for (Packet packet : open.takeArrived()) {
            process(open, packet);
        }
        if (!open.isOpen()) {
            if (rivals-- == 0) {
                throw new AssertionError(clientId + " was closed by the broker for no reason");
            }
            connection = null;
            disconnected();
        }
    }

    private void process(TestClient open, Packet packet) {
        switch (packet) {
            case ConnAck connAck -> connected(open, connAck);
            case SubAck _ -> subscribed = true;
            case Publish publish -> deliver(open, publish);
            case PubAck(int id, _, _) -> underWay.remove(id);
            case PubRec(int id, _, _) -> {
                underWay.put(id, new PubRel(id)); // it keeps its place
                open.queue(new PubRel(id));
            }
            case PubComp(int id, _, _) -> underWay.remove(id);
            case PubRel(int id, _, _) -> {
                unreleased.remove(id);
                answers.add(new PubComp(id));
            }
            case Disconnect(ReasonCode code, _) when code == ReasonCode.SESSION_TAKEN_OVER -> {}
            default -> throw new AssertionError(clientId + " got " + packet);
        }
    }

    private void connected(TestClient open, ConnAck connAck) {
        boolean kept = everConnected && version != ProtocolVersion.V3_1;
        if (connAck.reasonCode().isError() || kept && !connAck.sessionPresent()) {
            throw new AssertionError(clientId + " was answered " + connAck);
        }
        connected = true;
        everConnected = true;
        if (!subscribed) {
            open.queue(Packets.subscribe(60_000, qos, filters));
        }
        for (Map.Entry<Integer, Packet> each : underWay.entrySet()) {
            open.queue(
                    each.getValue() instanceof Publish publish
                            ? Packets.dup(publish)
                            : each.getValue());
        }
    }

    private void deliver(TestClient open, Publish publish) {
        if (publish.qos() > 0 && unanswered.add(publish.packetId())) {
            if (unanswered.size() > receiveMaximum) {
                throw new AssertionError(clientId + " got more than " + receiveMaximum);
            }
        }
        Received message =
                new Received(open.topicOf(publish), Packets.text(publish), publish.qos());
        switch (publish.qos()) {
            case 0 -> received.add(message);
            case 1 -> {
                received.add(message);
                answers.add(new PubAck(publish.packetId()));
            }
            default -> {
                if (unreleased.add(publish.packetId())) {
                    received.add(message);
                }
                answers.add(new PubRec(publish.packetId()));
            }
        }
    }

    /** Sends acknowledgements that it owes, this many at most. */
    void answer(int most) {
        TestClient open = connection;
        for (int i = 0; i < most && open != null && !answers.isEmpty(); i++) {
            Packet answer = answers.removeFirst();
            switch (answer) {
                case PubAck(int id, _, _) -> unanswered.remove(id);
                case PubComp(int id, _, _) -> unanswered.remove(id);
                default -> {} // PUBREC gives no quota back
            }
            open.queue(answer);
        }
    }

    /** Connects once more, so that its session ends, and leaves. */
    void leaveForEver() {
        TestClient last = broker.connect(version, clientId);
        last.disconnect();
    }
}
