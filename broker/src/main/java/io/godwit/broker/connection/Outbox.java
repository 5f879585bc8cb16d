package io.godwit.broker.connection;

import io.godwit.broker.limits.Limits;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.shard.FlightRecorder;
import io.godwit.broker.shard.Traffic;
import io.godwit.broker.spi.Delivery;
import io.godwit.broker.spi.Message;
import io.godwit.broker.spi.Wire;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketType;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PublishTemplate;
import io.godwit.codec.PublishWriter;
import io.godwit.codec.TopicName;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to one client: packets are encoded into the wire's buffer as they come and
 * written once at the end of the turn, or at 64 KB. On the connection's loop only.
 */
final class Outbox {

    /** Bytes after which a turn does not wait for its end to write. */
    private static final int FLUSH_AT = 65_536;

    /** What a client may leave unread of the answers to its own packets, beside its messages. */
    private static final long UNREAD_ANSWERS = 1 << 20;

    /** Bytes that may wait for the socket even when {@code limits.memory} is used up. */
    private static final int ALWAYS = 8 << 10;

    private final @Nullable FlightRecorder recorder;
    private final Wire wire;
    private final int maximumBytes;
    private final int aliasesAssigned;
    private final Runnable turnEnded;
    private ShardBroker here;
    private Traffic sent;
    private ProtocolVersion version = ProtocolVersion.V3_1_1;
    private long maximumPacketSize = Negotiated.NOTHING.maximumPacketSize();
    private OutboundAliases aliases = OutboundAliases.NONE;

    private @Nullable ByteBuffer buffer;
    private int lentAt;
    private boolean flushPending;
    private long sinceFlush;
    private long unsent;
    private boolean closed;
    private boolean held;

    /** Bytes of the largest PUBLISH: so much more than the maximum may wait. */
    private int largest;

    /**
     * An outbox.
     *
     * @param turnEnded run at the end of each turn in which something was encoded, to {@link
     *     #flush}
     */
    Outbox(Wire wire, ShardBroker here, Limits limits, Runnable turnEnded) {
        this.recorder = here.tracing().recorder();
        this.wire = wire;
        this.turnEnded = turnEnded;
        this.here = here;
        this.sent = here.shard().counters().sent();
        this.maximumBytes = limits.session().outboxBytes();
        this.aliasesAssigned = limits.topicAliasesAssigned();
    }

    /** The connection has moved to another shard; nothing is waiting to be written. */
    void moved(ShardBroker home) {
        here = home;
        sent = home.shard().counters().sent();
    }

    /** What CONNECT asked for holds from now on. */
    void negotiated(ProtocolVersion spoken, Negotiated negotiated) {
        version = spoken;
        maximumPacketSize = negotiated.maximumPacketSize();
        aliases = OutboundAliases.upTo(Math.min(negotiated.topicAliasMaximum(), aliasesAssigned));
    }

    /** Whether messages wait in the session, because the client sleeps. */
    void hold(boolean waiting) {
        held = waiting;
    }

    /** Whether a PUBLISH may be encoded now; otherwise it waits in the session. */
    boolean hasRoom() {
        if (held) {
            return false;
        }
        if (unsent == 0) { // the socket took all before this turn
            return sinceFlush <= Wire.LOW_MARK || hasRoomFor(sinceFlush);
        }
        return hasRoomFor(unsent + sinceFlush);
    }

    private boolean hasRoomFor(long waiting) {
        boolean within = waiting <= Wire.LOW_MARK || waiting < maximumBytes;
        return within && (waiting <= ALWAYS || !here.budget().isFull());
    }

    /** Whether the client leaves more answers to its own packets unread than it may. */
    boolean isLeftUnread() {
        long most = Math.max(maximumBytes, Wire.LOW_MARK) + largest + UNREAD_ANSWERS;
        if (unsent + sinceFlush > most) {
            look();
        }
        return unsent + sinceFlush > most;
    }

    /**
     * Sends any packet but PUBLISH; there is always room for it.
     *
     * @return false if it would be over the client's Maximum Packet Size, and was not sent
     */
    boolean send(Packet packet) {
        int size = PacketEncoder.encodedSize(packet, version);
        if (!fits(size)) { // [v5 MQTT-3.1.2-24]
            return false;
        }
        PacketEncoder.encode(packet, version, room(size));
        sent.count(packet, size);
        note(packet.type(), size);
        written(size);
        return true;
    }

    /** The size of a packet as this client would get it, in bytes. */
    int sizeOf(Packet packet) {
        return PacketEncoder.encodedSize(packet, version);
    }

    /** Whether a packet is within the client's Maximum Packet Size. */
    boolean fits(Packet packet) {
        return fits(sizeOf(packet));
    }

    /** Whether a packet of this size may be sent to this client [v5 MQTT-3.1.2-24]. */
    boolean fits(int size) {
        return size <= maximumPacketSize;
    }

    /**
     * Sends PUBLISH.
     *
     * @return false if it would be over the client's Maximum Packet Size, and was not sent
     */
    boolean publish(Delivery delivery, int packetId, boolean dup) {
        Message message = delivery.message();
        if (!version.isV5() || isPlain(delivery)) {
            PublishTemplate template = message.template(version, packetId != 0);
            if (template != null) {
                return writeTemplate(template, delivery, packetId, dup);
            }
        }
        return writeDirectly(delivery, packetId, dup);
    }

    private boolean isPlain(Delivery delivery) {
        return delivery.subscriptionIds().length == 0
                && delivery.message().expiresAt() == Message.NEVER
                && aliases.of(delivery.message().topic()) == 0
                && aliases.next() == 0;
    }

    private boolean writeTemplate(
            PublishTemplate template, Delivery delivery, int packetId, boolean dup) {
        Message message = delivery.message();
        boolean shared = message.isPayloadShared();
        int size = template.size() + (shared ? message.payload().length : 0);
        if (!fits(size)) {
            return false;
        }
        template.write(room(template.size()), delivery.qos(), dup, delivery.retain(), packetId);
        publishWritten(delivery, size, shared);
        return true;
    }

    private boolean writeDirectly(Delivery delivery, int packetId, boolean dup) {
        Message message = delivery.message();
        TopicName topic = message.topic();
        int known = version.isV5() ? aliases.of(topic) : 0;
        int fresh = version.isV5() && known == 0 && !here.budget().isFull() ? aliases.next() : 0;
        int size = prepare(delivery, packetId, dup, known, fresh);
        if (fresh != 0 && !fits(size)) { // the alias must not be what makes it too large
            fresh = 0;
            size = prepare(delivery, packetId, dup, known, fresh);
        }
        if (!fits(size)) {
            return false;
        }
        boolean shared = message.isPayloadShared();
        if (shared) {
            here.writer().writeHead(room(here.writer().headSize()));
        } else {
            here.writer().write(room(size));
        }
        publishWritten(delivery, size, shared);
        if (fresh != 0) {
            aliases.assign(topic);
            here.budget().take(OutboundAliases.size(topic));
        }
        return true;
    }

    /** Makes the shard's writer ready for a PUBLISH, and returns how large it is. */
    private int prepare(Delivery delivery, int packetId, boolean dup, int known, int fresh) {
        Message message = delivery.message();
        PublishWriter writer = here.writer();
        writer.message(
                        version,
                        known == 0 ? message.topic() : TopicName.EMPTY,
                        message.encodedProperties(),
                        message.payload())
                .delivery(delivery.qos(), dup, delivery.retain(), packetId);
        if (version.isV5()) {
            addProperties(writer, delivery, known == 0 ? fresh : known);
        }
        return writer.size();
    }

    private void addProperties(PublishWriter writer, Delivery delivery, int alias) {
        for (int id : delivery.subscriptionIds()) {
            writer.subscriptionIdentifier(id);
        }
        if (alias != 0) {
            writer.topicAlias(alias);
        }
        long expiresAt = delivery.message().expiresAt();
        if (expiresAt != Message.NEVER) { // [v5 MQTT-3.3.2-6]
            long left = Math.max(0, expiresAt - here.shard().wallMillis());
            writer.messageExpiryInterval(Math.ceilDiv(left, 1000L));
        }
    }

    private void publishWritten(Delivery delivery, int size, boolean shared) {
        byte[] payload = delivery.message().payload();
        sent.countCopy(delivery.qos(), size, payload.length);
        note(PacketType.PUBLISH, size);
        if (shared) {
            commit();
            wire.share(payload);
        }
        largest = Math.max(largest, size);
        written(size);
    }

    private void note(PacketType type, int size) {
        if (recorder != null) {
            recorder.sent(type, size, here.shard().now());
        }
    }

    /** What the packets of the connection are noted in, in both directions; null if nothing is. */
    @Nullable FlightRecorder recorder() {
        return recorder;
    }

    /** A buffer with room for so many bytes. */
    private ByteBuffer room(int bytes) {
        ByteBuffer out = buffer;
        if (out != null && out.remaining() >= bytes) {
            return out;
        }
        commit();
        out = wire.allocate(bytes);
        lentAt = out.position();
        buffer = out;
        return out;
    }

    private void commit() {
        if (buffer != null) {
            wire.commit(buffer.position() - lentAt);
            buffer = null;
        }
    }

    private void written(int bytes) {
        sinceFlush += bytes;
        if (sinceFlush >= FLUSH_AT) {
            flush();
        } else if (!flushPending) {
            flushPending = true;
            here.shard().atEndOfTurn(turnEnded);
        }
    }

    /** Writes what is encoded, as far as the socket takes it; what the client sees is counted. */
    void flush() {
        flushPending = false;
        sent.settle();
        if (sinceFlush > 0) {
            commit();
            wire.flush();
            sinceFlush = 0;
        }
        look();
    }

    /** Whether all that was sent so far is with the socket. */
    boolean hasSentAll() {
        return wire.unsent() == 0;
    }

    /** Looks how much the socket has left over, and counts it in the memory budget. */
    void look() {
        long now = closed ? 0 : wire.unsent();
        if (now != unsent) {
            MemoryBudget.Account budget = here.budget();
            budget.release(unsent);
            budget.take(now);
            unsent = now;
        }
    }

    /** Gives back what it counted: the connection is gone. */
    void closed() {
        closed = true; // the end of this turn may still be to come
        here.budget().release(aliases.bytes());
        aliases = OutboundAliases.NONE;
        sinceFlush = 0;
        look();
    }
}
