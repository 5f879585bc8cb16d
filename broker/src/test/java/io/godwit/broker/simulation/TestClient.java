package io.godwit.broker.simulation;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.TopicCache;
import io.godwit.codec.TopicName;
import io.godwit.codec.UnsubAck;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client on a {@link SimulatedBroker}, which sends what it is told, also what no client should,
 * and says what it expects. It acknowledges nothing by itself unless {@link #acknowledging} is
 * called. Every failure shows the conversation so far.
 */
public final class TestClient {

    private static final int NO_MAXIMUM = 268_435_460;
    private static final int LINES_KEPT = 60;

    private final SimulatedBroker broker;
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final ArrayDeque<Packet> inbox = new ArrayDeque<>();
    private final ArrayDeque<Line> conversation = new ArrayDeque<>();
    private final Map<Integer, TopicName> aliases = new HashMap<>();
    private byte[] undecoded = new byte[0];
    private @Nullable SimulatedWire wire;
    private boolean acknowledging;
    private int lastPacketId;

    TestClient(SimulatedBroker broker, ProtocolVersion version) {
        this.broker = broker;
        this.version = version;
        this.decoder = PacketDecoder.forClient(version, NO_MAXIMUM, new TopicCache(16));
    }

    void wire(SimulatedWire newWire) {
        wire = newWire;
    }

    /** The version that it speaks. */
    public ProtocolVersion version() {
        return version;
    }

    // --- sending --------------------------------------------------------------------------------

    /** Sends packets and lets the broker work until it rests. */
    public TestClient send(Packet... packets) {
        queue(packets);
        broker.run();
        return this;
    }

    /** Puts packets, in one piece, onto the network and leaves it at that. */
    public TestClient queue(Packet... packets) {
        int size = 0;
        for (Packet packet : packets) {
            size += PacketEncoder.encodedSize(packet, version);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (Packet packet : packets) {
            PacketEncoder.encode(packet, version, out);
            note("->", packet);
        }
        wire().send(out.array());
        return this;
    }

    /** Sends bytes in hexadecimal, between which there may be spaces. */
    public TestClient sendBytes(String hex) {
        return sendBytes(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Sends bytes. */
    public TestClient sendBytes(byte[] bytes) {
        note("->", "bytes " + HexFormat.of().formatHex(bytes));
        wire().send(bytes);
        broker.run();
        return this;
    }

    /** From now on what it sends arrives in pieces of so many bytes. */
    public TestClient inSegmentsOf(int bytes) {
        wire().segmentSize(() -> bytes);
        return this;
    }

    /** Sends CONNECT and takes the CONNACK, which must be the first packet and a success. */
    public ConnAck connect(Connect connect) {
        send(connect);
        ConnAck connAck = expect(ConnAck.class);
        if (connAck.reasonCode().isError()) {
            throw failure("CONNECT was refused");
        }
        return connAck;
    }

    /** Subscribes to filters at one QoS and takes the SUBACK, which must grant it. */
    public TestClient subscribe(int qos, String... filters) {
        send(Packets.subscribe(nextPacketId(), qos, filters));
        for (ReasonCode code : take(SubAck.class).reasonCodes()) {
            if (code != ReasonCode.granted(qos)) {
                throw failure("not granted at QoS " + qos);
            }
        }
        return this;
    }

    /** Unsubscribes from filters and takes the UNSUBACK. */
    public TestClient unsubscribe(String... filters) {
        send(Packets.unsubscribe(nextPacketId(), filters));
        take(UnsubAck.class);
        return this;
    }

    /**
     * Publishes and goes through the whole flow of the QoS, past other packets that come meanwhile.
     *
     * @return the reason code of PUBACK or PUBREC; success at QoS 0
     */
    public ReasonCode publish(String topic, int qos, String payload) {
        return publish(Packets.publish(topic, payload, qos, 0));
    }

    /** The same for a packet whose packet identifier is put in here. */
    public ReasonCode publish(Publish publish) {
        int packetId = publish.qos() == 0 ? 0 : nextPacketId();
        send(
                new Publish(
                        publish.dup(),
                        publish.qos(),
                        publish.retain(),
                        publish.topic(),
                        packetId,
                        publish.properties(),
                        publish.payload()));
        return switch (publish.qos()) {
            case 0 -> ReasonCode.SUCCESS;
            case 1 -> take(PubAck.class).reasonCode();
            default -> release(take(PubRec.class));
        };
    }

    private ReasonCode release(PubRec pubRec) {
        if (!pubRec.reasonCode().isError()) {
            send(new PubRel(pubRec.packetId()));
            take(PubComp.class);
        }
        return pubRec.reasonCode();
    }

    /** A packet identifier that it has not used, at first 1. */
    public int nextPacketId() {
        lastPacketId++;
        return lastPacketId;
    }

    /**
     * Acknowledges from now on whatever comes, at once, and first what has come; PUBREL is then not
     * to be expected.
     */
    public TestClient acknowledging() {
        acknowledging = true;
        List<Packet> come = List.copyOf(inbox);
        inbox.clear();
        come.forEach(this::received);
        broker.run();
        return this;
    }

    // --- expecting ------------------------------------------------------------------------------

    /** Takes the next packet, which must be this one. */
    public TestClient expect(Packet packet) {
        if (!packet.equals(next(packet.toString()))) {
            throw failure("expected " + packet);
        }
        return this;
    }

    /** Takes the next packet, which must be of this type. */
    public <P extends Packet> P expect(Class<P> type) {
        Packet next = next(type.getSimpleName());
        if (!type.isInstance(next)) {
            throw failure("expected " + type.getSimpleName());
        }
        return type.cast(next);
    }

    /**
     * Takes the next packet, which must be a PUBLISH on this topic with this text; a Topic Alias is
     * resolved.
     */
    public Publish expectMessage(String topic, String payload) {
        Publish publish = expect(Publish.class);
        if (!topicOf(publish).equals(topic) || !Packets.text(publish).equals(payload)) {
            throw failure("expected a message on '" + topic + "' with '" + payload + "'");
        }
        return publish;
    }

    /** Takes the first packet of this type out of what has come, past others. */
    public <P extends Packet> P take(Class<P> type) {
        broker.run();
        for (Iterator<Packet> packets = inbox.iterator(); packets.hasNext(); ) {
            Packet packet = packets.next();
            if (type.isInstance(packet)) {
                packets.remove();
                return type.cast(packet);
            }
        }
        throw failure("expected " + type.getSimpleName() + " among what has come");
    }

    /** Takes all packets that have come. */
    public List<Packet> takeAll() {
        broker.run();
        List<Packet> all = List.copyOf(inbox);
        inbox.clear();
        return all;
    }

    /** Takes all packets that have come so far, without letting the broker go on. */
    public List<Packet> takeArrived() {
        List<Packet> all = List.copyOf(inbox);
        inbox.clear();
        return all;
    }

    /** The topic of a PUBLISH that it received, also where an alias stands for it. */
    public String topicOf(Publish publish) {
        Integer alias = publish.properties().get(Property.TOPIC_ALIAS);
        TopicName topic =
                alias != null && publish.topic().equals(TopicName.EMPTY)
                        ? aliases.get(alias)
                        : publish.topic();
        if (topic == null) {
            throw failure("topic alias " + alias + " stands for nothing");
        }
        return topic.toString();
    }

    /** Nothing more has come, and the connection is open. */
    public TestClient expectNothing() {
        broker.run();
        if (!inbox.isEmpty() || !isOpen()) {
            throw failure("expected nothing more and an open connection");
        }
        return this;
    }

    /** Nothing more has come, and the broker has closed the connection. */
    public void expectClosed() {
        broker.run();
        if (!inbox.isEmpty() || isOpen()) {
            throw failure("expected a closed connection and nothing more");
        }
    }

    /** Whether the connection is open. */
    public boolean isOpen() {
        return !wire().isClosed();
    }

    private Packet next(String expected) {
        broker.run();
        Packet next = inbox.poll();
        if (next == null) {
            throw failure("expected " + expected + ", but nothing came");
        }
        return next;
    }

    // --- the network ----------------------------------------------------------------------------

    /** The network fails: the connection is gone without DISCONNECT. */
    public void drop() {
        cut();
        broker.run();
    }

    /** The same, without letting the broker see it yet. */
    public void cut() {
        note("--", "the network is cut");
        wire().cut();
    }

    /** Ends its session's connection with DISCONNECT. */
    public void disconnect() {
        send(new Disconnect(ReasonCode.SUCCESS));
        expectClosed();
    }

    /** Reads nothing more from its socket. */
    public TestClient stopReading() {
        return read(0);
    }

    /** Reads so many more bytes from its socket, then nothing. */
    public TestClient read(long bytes) {
        wire().window(bytes);
        broker.run();
        return this;
    }

    /** Reads so many more bytes, without letting the broker go on. */
    void window(long bytes) {
        wire().window(bytes);
    }

    /** Reads from its socket again, all that comes. */
    public TestClient startReading() {
        return read(Long.MAX_VALUE);
    }

    /** Bytes that the broker has encoded for it and it does not read. */
    public int unread() {
        return wire().unread();
    }

    // --- what comes -----------------------------------------------------------------------------

    /** Called by its wire. */
    void received(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.length + bytes.length);
        in.put(undecoded).put(bytes).flip();
        try {
            Packet packet;
            while ((packet = decoder.decode(in)) != null) {
                note("<-", packet);
                received(packet);
            }
        } catch (PacketException invalid) {
            AssertionError failure = failure("the broker sent what is not valid");
            failure.initCause(invalid);
            throw failure;
        }
        undecoded = new byte[in.remaining()];
        in.get(undecoded);
    }

    private void received(Packet packet) {
        if (packet instanceof Publish publish && !publish.topic().equals(TopicName.EMPTY)) {
            Integer alias = publish.properties().get(Property.TOPIC_ALIAS);
            if (alias != null) {
                aliases.put(alias, publish.topic());
            }
        }
        if (acknowledging && packet instanceof PubRel pubRel) {
            queue(new PubComp(pubRel.packetId()));
            return;
        }
        inbox.add(packet);
        if (acknowledging && packet instanceof Publish publish && publish.qos() > 0) {
            queue(
                    publish.qos() == 1
                            ? new PubAck(publish.packetId())
                            : new PubRec(publish.packetId()));
        }
    }

    private SimulatedWire wire() {
        SimulatedWire open = wire;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        return open;
    }

    private AssertionError failure(String what) {
        return new AssertionError(
                "%s; the conversation (MQTT %s, %s):%n%s%n"
                        .formatted(
                                what,
                                version,
                                isOpen() ? "open" : "closed",
                                conversation.stream()
                                        .map(Line::toString)
                                        .collect(Collectors.joining(System.lineSeparator()))));
    }

    private void note(String arrow, Object what) {
        if (conversation.size() == LINES_KEPT) {
            conversation.removeFirst();
        }
        conversation.addLast(new Line(arrow, what));
    }

    /** A line of the conversation, written out only when a failure shows it. */
    private record Line(String arrow, Object what) {
        @Override
        public String toString() {
            String text =
                    what instanceof Publish publish && publish.payload().length <= 40
                            ? publish + " '" + Packets.text(publish) + "'"
                            : what.toString();
            return arrow + " " + text;
        }
    }
}
