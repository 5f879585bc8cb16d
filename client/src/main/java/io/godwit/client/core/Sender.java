package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.client.MqttException;
import io.godwit.client.network.Link;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes out by one connection. A thread takes all that waits, encodes it into one buffer and
 * writes that at once. All but {@link #run} is called under the lock.
 */
final class Sender implements Runnable {

    /** Bytes of one write, but for a packet that is larger. */
    private static final int BATCH = 64 << 10;

    private static final int SMALL = 4 << 10;

    /** A payload of this size is written as it is instead of copied. */
    private static final int LARGE = 32 << 10;

    /** How long a client that wants to disconnect waits for acknowledgements. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * Packets that wait, messages aside: more than there are Packet Identifiers for in both
     * directions. A server that does not read has them grow.
     */
    static final int MOST_PACKETS = 150_000;

    private final Engine engine;
    private final Connection connection;
    private final Link link;
    private final ServerLimits limits;
    private final Aliases aliases;
    private final ProtocolVersion version;
    private final PublishWriter writer = new PublishWriter();

    private final ArrayDeque<Packet> packets = new ArrayDeque<>();
    private final ArrayDeque<Outgoing> again = new ArrayDeque<>();
    private int quota;

    private @Nullable Disconnect leaving;
    private long lastMessage = Long.MAX_VALUE;
    private boolean leavesNow;
    private boolean graceBegun;
    private boolean ended;
    private @Nullable Disconnect last;

    private ByteBuffer out = ByteBuffer.allocate(SMALL);
    private @Nullable ByteBuffer payload;
    private final List<Outgoing> atMostOnce = new ArrayList<>();

    Sender(Engine engine, Connection connection, Link link, ServerLimits limits, Aliases aliases) {
        this.engine = engine;
        this.connection = connection;
        this.link = link;
        this.limits = limits;
        this.aliases = aliases;
        this.version = engine.settings.version();
        this.quota = limits.receiveMaximum(); // [v5 MQTT-4.9.0-1]
    }

    /** Begins with what the session had under way [v5 MQTT-4.4.0-1], [v3 MQTT-4.4.0-1]. */
    void resume() {
        for (int packetId : engine.outbox.releasedIds()) { // [v5 MQTT-4.6.0-4]
            packets.add(new PubRel(packetId));
            quota--; // some servers count those whose PUBLISH came by the connection before
        }
        again.addAll(engine.outbox.unacknowledged()); // [v5 MQTT-4.6.0-1]
    }

    void add(Packet packet) {
        if (packets.size() >= MOST_PACKETS) {
            connection.end(
                    new ConnectionLost(
                            "%s does not read the %d packets that answer what it has sent"
                                    .formatted(connection.peer(), packets.size()),
                            null),
                    null);
            return;
        }
        packets.add(packet);
        engine.work.signalAll();
    }

    /** Sends DISCONNECT behind the messages up to a sequence, then ends the connection. */
    void leave(Disconnect packet, long sequence, Duration most) {
        leaving = shortened(packet);
        lastMessage = sequence;
        engine.after(most, this::leaveNow);
        engine.work.signalAll();
        engine.room.signalAll();
    }

    /** Without what is for people where the server takes no packet of that size. */
    private Disconnect shortened(Disconnect packet) {
        if (PacketEncoder.encodedSize(packet, version) <= limits.maximumPacketSize()) {
            return packet;
        }
        return new Disconnect( // [v5 MQTT-3.14.2-3], [v5 MQTT-3.14.2-4]
                packet.reasonCode(),
                packet.properties()
                        .only(property ->
                                property != Property.REASON_STRING
                                        && property != Property.USER_PROPERTY));
    }

    private void leaveNow() {
        leavesNow = true;
        engine.work.signalAll();
    }

    boolean isLeaving() {
        return leaving != null;
    }

    /** Ends it, with a last packet if there is one. */
    void end(@Nullable Disconnect packet) {
        ended = true;
        last = packet;
        engine.work.signalAll();
    }

    @Override
    public void run() {
        try {
            while (fill()) {
                link.write(out.flip());
                if (payload != null) {
                    link.write(payload);
                }
                written();
            }
        } catch (IOException | RuntimeException | Error e) {
            connection.broken("cannot write to", e);
        }
        lost();
    }

    /** Waits for something to send and puts it into the buffer; false at the end. */
    private boolean fill() {
        engine.lock.lock();
        try {
            out.clear();
            payload = null;
            while (true) {
                if (ended) {
                    return fillLast();
                }
                fillPackets();
                fillMessages();
                if (out.position() > 0) {
                    engine.room.signalAll(); // an answer may be awaited now
                    connection.keepAlive().sent();
                    return isKept();
                }
                Disconnect wanted = leaving;
                if (wanted != null && isDone()) {
                    connection.leave(wanted);
                } else {
                    engine.journal.flushQuietly(); // what the server leaves no room for, too
                    engine.work.awaitUninterruptibly();
                }
            }
        } finally {
            engine.lock.unlock();
        }
    }

    /** Whether the store has what these packets promise. */
    private boolean isKept() {
        try {
            engine.journal.flush();
            return true;
        } catch (IOException e) {
            connection.end(
                    new ConnectionLost(
                            "the store of the session cannot be written, so nothing more is sent: "
                                    + e.getMessage(),
                            e),
                    null);
            return false;
        }
    }

    private boolean fillLast() {
        Disconnect packet = last;
        last = null;
        if (packet == null) {
            return false;
        }
        encode(packet);
        return true;
    }

    private void fillPackets() {
        while (out.position() < BATCH && !packets.isEmpty()) {
            encode(packets.remove());
        }
    }

    private void encode(Packet packet) {
        ensure(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, out);
    }

    private void ensure(int size) {
        if (out.remaining() < size) {
            int capacity = Math.max(2 * out.capacity(), out.position() + size);
            out = ByteBuffer.allocate(capacity).put(out.flip());
        }
    }

    private void fillMessages() {
        while (out.position() < BATCH && payload == null) {
            if (quota > 0 && !again.isEmpty()) {
                sendAgain(again.remove());
                continue;
            }
            boolean flows = quota > 0 && again.isEmpty(); // [v5 MQTT-4.9.0-2]
            Outgoing message = engine.outbox.next(flows, lastMessage);
            if (message == null || !send(message)) {
                return;
            }
        }
    }

    private void sendAgain(Outgoing message) {
        if (engine.outbox.sent(message.packetId) != message) {
            return; // it was acknowledged meanwhile
        }
        begin(message, true, message.packetId);
        MqttException refusal = limits.refusal(message, writer.size());
        if (refusal != null) { // the server has become smaller
            engine.outbox.refuseUnderWay(message, refusal);
            return;
        }
        quota--;
        write(message);
    }

    /** Sends a message for the first time; false if it cannot be sent now. */
    private boolean send(Outgoing message) {
        if (!message.sent && message.expires() && left(message) <= 0) {
            engine.outbox.overdue(message);
            return true;
        }
        int packetId = message.qos() == 0 ? 0 : engine.ids.take(); // [v5 MQTT-2.2.1-3]
        if (message.qos() > 0 && packetId == 0) {
            engine.outbox.putBack(message);
            return false;
        }
        begin(message, false, packetId);
        MqttException refusal = limits.refusal(message, writer.size());
        if (refusal != null) {
            engine.ids.free(packetId);
            engine.outbox.refuse(message, refusal);
            return true;
        }
        shorten(message, packetId);
        if (message.qos() == 0) {
            atMostOnce.add(message);
        } else {
            quota--;
            engine.outbox.sending(message, packetId);
        }
        write(message);
        return true;
    }

    private void begin(Outgoing message, boolean dup, int packetId) {
        begin(message, message.topic(), dup, packetId);
    }

    private void begin(Outgoing message, TopicName topic, boolean dup, int packetId) {
        writer.message(version, topic, message.properties(), message.message().payload())
                .delivery(message.qos(), dup, message.message().retain(), packetId);
        if (version.isV5() && message.expires()) {
            writer.messageExpiryInterval(Math.max(1, left(message)));
        }
    }

    private long left(Outgoing message) {
        return message.expiryLeft(engine.timing.millis());
    }

    /** Lets an alias stand for the topic, or begins one, where the packet stays small enough. */
    private void shorten(Outgoing message, int packetId) {
        if (!version.isV5()) {
            return;
        }
        int alias = aliases.known(message.topic());
        if (alias > 0) {
            begin(message, TopicName.EMPTY, false, packetId);
            writer.topicAlias(alias);
        } else if (writer.size() + 6 <= limits.maximumPacketSize()) {
            alias = aliases.define(message.topic());
            if (alias > 0) {
                writer.topicAlias(alias);
            }
        }
    }

    private void write(Outgoing message) {
        byte[] bytes = message.message().payload();
        if (bytes.length >= LARGE) {
            ensure(writer.headSize());
            writer.writeHead(out);
            payload = ByteBuffer.wrap(bytes);
        } else {
            ensure(writer.size());
            writer.write(out);
        }
    }

    private void written() {
        engine.lock.lock();
        try {
            atMostOnce.forEach(engine.outbox::handedOver);
            atMostOnce.clear();
            if (out.capacity() > 4 * BATCH) {
                out = ByteBuffer.allocate(SMALL);
            }
        } finally {
            engine.lock.unlock();
        }
    }

    private void lost() {
        engine.lock.lock();
        try {
            for (Outgoing message : atMostOnce) {
                engine.outbox.lost(
                        message,
                        new ConnectionLost(
                                "the connection broke while the message for %s was being sent at QoS 0"
                                        .formatted(message.topic()),
                                null));
            }
            atMostOnce.clear();
        } finally {
            engine.lock.unlock();
        }
    }

    /** Whether a client that wants to disconnect has nothing to wait for. */
    private boolean isDone() {
        if (leavesNow) {
            return true;
        }
        if (!again.isEmpty() || engine.outbox.waits(lastMessage)) {
            return false;
        }
        if (!engine.outbox.isUnderWay()) {
            return true;
        }
        if (!graceBegun) {
            graceBegun = true;
            engine.after(GRACE, this::leaveNow);
        }
        return false;
    }

    private void freeQuota() {
        quota = Math.min(quota + 1, limits.receiveMaximum());
        engine.work.signalAll();
    }

    void acknowledged(PubAck packet) throws ProtocolError {
        Outgoing message = engine.outbox.sent(packet.packetId());
        if (message == null) {
            return; // of a message that is acknowledged already
        }
        if (message.qos() != 1) {
            throw new ProtocolError("PUBACK: it answers a message of QoS 2");
        }
        engine.outbox.acknowledge(message, packet.reasonCode(), packet.properties());
        freeQuota();
    }

    void received(PubRec packet) throws ProtocolError {
        int packetId = packet.packetId();
        Outgoing message = engine.outbox.sent(packetId);
        if (message == null) {
            boolean known = engine.outbox.released(packetId) != null;
            if (known || !packet.reasonCode().isError()) {
                add(
                        new PubRel(
                                packetId,
                                known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
                                Properties.NONE));
            }
            return;
        }
        if (message.qos() != 2) {
            throw new ProtocolError("PUBREC: it answers a message of QoS 1");
        }
        if (packet.reasonCode().isError()) { // [v5 MQTT-4.4.0-2]
            engine.outbox.acknowledge(message, packet.reasonCode(), packet.properties());
            freeQuota();
            return;
        }
        engine.outbox.release(message, packet.reasonCode());
        add(new PubRel(packetId)); // [v5 MQTT-4.3.3-4]
    }

    void completed(PubComp packet) {
        Outgoing message = engine.outbox.released(packet.packetId());
        if (message != null) { // an error only says that the server had completed it before
            engine.outbox.acknowledge(message, message.received, packet.properties());
            freeQuota();
        }
    }
}
