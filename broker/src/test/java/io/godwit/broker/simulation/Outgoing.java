package io.godwit.broker.simulation;

import io.godwit.broker.simulation.Promises.Sent;
import io.godwit.codec.Packet;
import io.godwit.codec.Property;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What a client publishes, and sends again until it is acknowledged (§4.3, §4.4). */
final class Outgoing {

    private final CrashWorld world;
    private final CrashClient.Role role;
    private final Random random;
    private final int mostUnderWay;

    /** PUBLISH or PUBREL that was not acknowledged, by packet identifier, in the first order. */
    private final Map<Integer, Packet> underWay = new LinkedHashMap<>();

    /** The messages of those PUBLISH. */
    private final Map<Integer, Sent> messages = new LinkedHashMap<>();

    private int lastPacketId;
    private int number;

    Outgoing(CrashWorld world, CrashClient.Role role, Random random) {
        this.world = world;
        this.role = role;
        this.random = random;
        this.mostUnderWay = 1 + random.nextInt(20);
    }

    boolean isDone() {
        return underWay.isEmpty();
    }

    /** Publishes a message, unless too many are under way. */
    void publish(TestClient open, String topic, int qos, boolean retain) {
        if (underWay.size() >= mostUnderWay) {
            return;
        }
        boolean removes = retain && random.nextInt(5) == 0;
        String text = role.clientId() + ":" + number + ":" + topic + ":" + qos;
        if (random.nextInt(40) == 0) { // more than is kept in memory of a queue
            text += ":" + "x".repeat(random.nextInt(30_000));
        }
        int packetId = qos == 0 ? 0 : freePacketId();
        Publish publish = Packets.publish(topic, removes ? "" : text, qos, packetId);
        long expiryMillis = Promises.NEVER;
        if (role.version().isV5() && !retain && random.nextInt(20) == 0) {
            long seconds = 1 + random.nextInt(30);
            expiryMillis = seconds * 1000;
            publish = Packets.with(publish, Property.MESSAGE_EXPIRY_INTERVAL, seconds);
        }
        publish = retain ? Packets.retain(publish) : publish;
        long sentAt = world.promises().tick();
        Sent sent =
                new Sent(
                        text, topic, role.clientId(), number++, qos, sentAt, expiryMillis, removes);
        world.promises().sent(sent);
        if (qos > 0) {
            underWay.put(packetId, publish);
            messages.put(packetId, sent);
        }
        publish(open, sent, publish);
    }

    private void publish(TestClient open, Sent sent, Publish publish) {
        sent.inTrouble |= world.hasTrouble();
        if (publish.retain()) {
            // at QoS 0 nobody can be told that it is not stored: nothing is retained then
            world.promises().retaining(sent, sent.qos == 0 && world.hasTrouble());
        }
        send(open, publish);
    }

    private int freePacketId() {
        do {
            lastPacketId = lastPacketId % (mostUnderWay + 3) + 1;
        } while (underWay.containsKey(lastPacketId));
        return lastPacketId;
    }

    /** The connection is there: what was not acknowledged is sent again. */
    void connected(TestClient open) {
        underWay.forEach((packetId, packet) -> {
            Sent sent = messages.get(packetId);
            if (packet instanceof Publish publish && sent != null) {
                sent.sentAgain = true;
                publish(open, sent, Packets.dup(publish));
            } else {
                send(open, packet);
            }
        });
    }

    /** The session is gone, and with it what was under way. */
    void sessionLost() {
        underWay.clear();
        messages.clear();
    }

    /** PUBACK came, or PUBREC with an error. */
    void acknowledged(int packetId, ReasonCode code) {
        if (underWay.remove(packetId) instanceof Publish publish) {
            settle(packetId, publish, code);
        }
    }

    private void settle(int packetId, Publish publish, ReasonCode code) {
        Sent sent = messages.remove(packetId);
        if (code.isError()) {
            if (!world.hasTrouble()) {
                throw new AssertionError(sent + " was refused with " + code);
            }
        } else if (sent != null) {
            world.promises().acknowledged(sent, publish.retain(), world.wall());
        }
    }

    /** PUBREC came. */
    void received(TestClient open, PubRec pubRec) {
        int packetId = pubRec.packetId();
        if (pubRec.reasonCode().isError()) {
            acknowledged(packetId, pubRec.reasonCode());
            return;
        }
        if (underWay.get(packetId) instanceof Publish publish) {
            settle(packetId, publish, pubRec.reasonCode());
        }
        PubRel pubRel = new PubRel(packetId);
        if (underWay.containsKey(packetId)) {
            underWay.put(packetId, pubRel); // it keeps its place
        }
        send(open, pubRel);
    }

    /** PUBCOMP came. */
    void completed(PubComp pubComp) {
        if (underWay.get(pubComp.packetId()) instanceof PubRel) {
            underWay.remove(pubComp.packetId());
        }
    }

    private void send(TestClient open, Packet packet) {
        world.note(role.clientId() + " ->", packet);
        open.queue(packet);
    }
}
