package io.godwit.broker.simulation;

import io.godwit.broker.simulation.Promises.Sent;
import io.godwit.codec.Packet;
import io.godwit.codec.Property;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What a client subscribes to and gets: it takes a QoS 2 message once, and answers late. */
final class Incoming {

    private static final int FIRST_PACKET_ID = 60_000;
    private static final long TOLERANCE = 1_500;

    private final CrashWorld world;
    private final CrashClient.Role role;
    private final Random random;
    private final Ledger ledger;

    private final Set<String> wanted = new LinkedHashSet<>();

    /** SUBSCRIBE that was not answered, by packet identifier. */
    private final Map<Integer, String> asked = new LinkedHashMap<>();

    private final Set<Integer> unreleased = new HashSet<>();

    /** What this connection brought at QoS 1 or 2 and it has not acknowledged. */
    private final Set<Integer> unanswered = new HashSet<>();

    private final ArrayDeque<Packet> answers = new ArrayDeque<>();
    private int receiveMaximum;
    private int lastPacketId = FIRST_PACKET_ID;
    private long connectingAtWall;
    private long deliveries;

    Incoming(CrashWorld world, CrashClient.Role role, Random random, Ledger ledger) {
        this.world = world;
        this.role = role;
        this.random = random;
        this.ledger = ledger;
        this.wanted.addAll(role.filters());
    }

    long deliveries() {
        return deliveries;
    }

    boolean isDone() {
        return answers.isEmpty() && wanted.stream().allMatch(ledger::isSubscribed);
    }

    // --- connections ----------------------------------------------------------------------------

    /** Adds limits to CONNECT. */
    void connecting(ConnectBuilder connect) {
        connectingAtWall = world.wall();
        receiveMaximum = 65_535;
        if (role.version().isV5() && random.nextBoolean()) {
            receiveMaximum = 1 + random.nextInt(10);
            connect.with(Property.RECEIVE_MAXIMUM, receiveMaximum);
            connect.with(Property.TOPIC_ALIAS_MAXIMUM, random.nextInt(3));
        }
    }

    /** CONNACK came: what it wants and does not have it asks for. */
    void connected(TestClient open) {
        for (String filter : wanted) {
            if (!ledger.isSubscribed(filter)) {
                subscribe(open, filter);
            }
        }
    }

    void disconnected() {
        asked.clear();
        answers.clear();
        unanswered.clear();
    }

    /** The session is to end. */
    void sessionLost() {
        ledger.sessionLost();
    }

    /** A session began with a CONNECT that was sent at a moment. */
    void sessionBegan(long at) {
        unreleased.clear();
        ledger.sessionBegan(at);
    }

    // --- subscriptions --------------------------------------------------------------------------

    /** Subscribes to one of its filters, or unsubscribes. */
    void change(TestClient open) {
        if (role.filters().isEmpty()) {
            return;
        }
        String filter = role.filters().get(random.nextInt(role.filters().size()));
        if (role.changes() && wanted.contains(filter) && random.nextBoolean()) {
            wanted.remove(filter);
            asked.values().remove(filter);
            ledger.unsubscribing(filter);
            send(open, Packets.unsubscribe(nextPacketId(), filter));
        } else {
            wanted.add(filter);
            subscribe(open, filter);
        }
    }

    private void subscribe(TestClient open, String filter) {
        int packetId = nextPacketId();
        asked.put(packetId, filter);
        send(open, Packets.subscribe(packetId, ledger.qos(), filter));
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId == 65_535 ? FIRST_PACKET_ID : lastPacketId + 1;
        return lastPacketId;
    }

    /** SUBACK came. */
    void subscribed(SubAck subAck) {
        String filter = asked.remove(subAck.packetId());
        ReasonCode code = subAck.reasonCodes().getFirst();
        if (code.isError() && !world.hasTrouble()) {
            throw new AssertionError(role.clientId() + " got " + subAck);
        }
        if (filter != null && !code.isError()) {
            ledger.subscribed(filter, world.promises().tick());
        }
    }

    // --- messages -------------------------------------------------------------------------------

    /** PUBLISH came. */
    void deliver(TestClient open, Publish publish) {
        deliveries++;
        int packetId = publish.packetId();
        if (publish.qos() > 0 && unanswered.add(packetId)) {
            if (unanswered.size() > receiveMaximum) {
                throw new AssertionError(role.clientId() + " got more than " + receiveMaximum);
            }
        }
        switch (publish.qos()) {
            case 0 -> take(open, publish);
            case 1 -> {
                take(open, publish);
                answers.add(new PubAck(packetId));
            }
            default -> {
                if (unreleased.add(packetId)) {
                    take(open, publish);
                }
                answers.add(new PubRec(packetId));
            }
        }
    }

    private void take(TestClient open, Publish publish) {
        if (publish.payload().length == 0) {
            return; // the removal of a retained message
        }
        Sent sent = world.promises().find(Packets.text(publish));
        if (!sent.topic.equals(open.topicOf(publish))) {
            throw new AssertionError(sent + " came on another topic");
        }
        boolean expired = sent.hasExpired(connectingAtWall - TOLERANCE);
        if (expired && !publish.dup() && !world.clockJumps()) {
            throw new AssertionError(role.clientId() + " got " + sent + ", which has expired");
        }
        if (!publish.retain()) {
            ledger.take(sent, publish.qos());
        }
    }

    /** PUBREL came. */
    void released(PubRel pubRel) {
        unreleased.remove(pubRel.packetId());
        answers.add(new PubComp(pubRel.packetId()));
    }

    /** Sends acknowledgements that it owes, this many at most. */
    void answer(TestClient open, int most) {
        for (int i = 0; i < most && !answers.isEmpty(); i++) {
            Packet answer = answers.removeFirst();
            switch (answer) {
                case PubAck(int id, _, _) -> unanswered.remove(id);
                case PubComp(int id, _, _) -> unanswered.remove(id);
                default -> {} // PUBREC gives no quota back
            }
            send(open, answer);
        }
    }

    private void send(TestClient open, Packet packet) {
        world.note(role.clientId() + " ->", packet);
        open.queue(packet);
    }
}
