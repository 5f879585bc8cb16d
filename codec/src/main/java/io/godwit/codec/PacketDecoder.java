package io.godwit.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes that one end of a connection sends into packets (§2, §3) and refuses, with the
 * reason code that the specification names, whatever it does not allow on the wire. What depends on
 * the state of a connection or session is left to the core.
 *
 * <p>Not thread-safe: one for each connection, and one thread at a time. After a {@link
 * PacketException} it is of no further use.
 */
public final class PacketDecoder {

    private static final int MAXIMUM_LENGTH_BYTES = 4;
    private static final int CONTINUES = 0x80;

    /** What CONNECT of version 5 has behind its fixed header: protocol name and level. */
    private static final byte[] NAME_OF_V5 = {0, 4, 'M', 'Q', 'T', 'T', 5};

    private static final PingReq PING_REQ = new PingReq();
    private static final PingResp PING_RESP = new PingResp();

    private final boolean fromClient;
    private long maximumPacketSize;
    private TopicCache topics;
    private final WireReader body = new WireReader();
    private @Nullable ProtocolVersion version;
    private ProtocolVersion replyVersion;

    private PacketDecoder(
            boolean fromClient,
            @Nullable ProtocolVersion version,
            long maximumPacketSize,
            TopicCache topics) {
        this.fromClient = fromClient;
        this.version = version;
        this.replyVersion = version == null ? ProtocolVersion.V3_1_1 : version;
        this.maximumPacketSize = maximumPacketSize;
        this.topics = topics;
    }

    /**
     * A server's decoder, which takes what a client sends: a CONNECT, whose version it follows, and
     * then anything but a second one.
     *
     * @param maximumPacketSize bytes of a packet, its fixed header included, at least 2
     * @param topics of the event loop that calls this decoder
     */
    public static PacketDecoder forServer(long maximumPacketSize, TopicCache topics) {
        return new PacketDecoder(true, null, maximumPacketSize, topics);
    }

    /**
     * A client's decoder, which takes what a server sends.
     *
     * @param maximumPacketSize bytes of a packet, its fixed header included, at least 2
     */
    public static PacketDecoder forClient(
            ProtocolVersion version, long maximumPacketSize, TopicCache topics) {
        return new PacketDecoder(false, version, maximumPacketSize, topics);
    }

    /** The version that the connection speaks; null until a CONNECT has named one. */
    public @Nullable ProtocolVersion version() {
        return version;
    }

    /**
     * The version in which an answer is best understood: that of the connection, and for a CONNECT
     * with a version that nobody knows here the nearest one.
     */
    public ProtocolVersion replyVersion() {
        return replyVersion;
    }

    /**
     * Takes larger or smaller packets from now on.
     *
     * @param bytes of a packet, its fixed header included, at least 2
     */
    public void maximumPacketSize(long bytes) {
        maximumPacketSize = bytes;
    }

    /** Goes on with the cache of another event loop, on which it is used from now on. */
    public void moveTo(TopicCache cache) {
        topics = cache;
    }

    /**
     * Decodes the packet that starts at the buffer's position and moves the position behind it.
     * While the packet is incomplete the position stays; the header is judged as soon as it is
     * there, so an oversized packet is refused before its body arrives: CONNECT with its version,
     * so that the refusal can be in that.
     *
     * @param in a heap or direct buffer; nothing of it is kept
     * @return the packet, or null while it is incomplete
     * @throws MalformedPacket if the packet cannot be parsed
     * @throws ProtocolError if the packet is not allowed, with reason code 0x95 when it is too
     *     large
     */
    public @Nullable Packet decode(ByteBuffer in) throws PacketException {
        int start = in.position();
        int available = in.limit() - start;
        if (available == 0) {
            return null;
        }
        int first = in.get(start) & 0xFF;
        FixedHeader.check(first, fromClient, version);
        int headerSize = headerSize(in);
        if (headerSize < 0) {
            checkLengthSoFar(first, available);
            return null;
        }
        int remainingLength = remainingLength(in, headerSize);
        long size = headerSize + (long) remainingLength;
        PacketType type = PacketType.of(first >> 4);
        if (size > maximumPacketSize && isVersionThere(in, headerSize, size)) { // §3.1.2.11.4
            throw new ProtocolError(
                    ReasonCode.PACKET_TOO_LARGE,
                    "%s: it is %d bytes, over the maximum of %d"
                            .formatted(type, size, maximumPacketSize));
        }
        boolean shortestForm = headerSize == 2 || in.get(start + headerSize - 1) != 0;
        if (!shortestForm && version == ProtocolVersion.V5) {
            throw notShortest(type);
        }
        if (available < size) {
            return null;
        }
        int bodyStart = start + headerSize;
        body.open(in, bodyStart, bodyStart + remainingLength);
        try {
            Packet packet = decodeBody(type, first & 0x0F, shortestForm);
            body.expectEnd();
            in.position(bodyStart + remainingLength);
            return packet;
        } catch (PacketException e) {
            throw e.in(type);
        } finally {
            body.close();
        }
    }

    /**
     * Whether the version is known, or as much of CONNECT there as says whether it is version 5;
     * {@link #replyVersion} then knows.
     */
    private boolean isVersionThere(ByteBuffer in, int headerSize, long size) {
        if (version != null) {
            return true;
        }
        int at = in.position() + headerSize;
        int there = in.limit() - at;
        if (there >= NAME_OF_V5.length
                && in.slice(at, NAME_OF_V5.length).equals(ByteBuffer.wrap(NAME_OF_V5))) {
            replyVersion = ProtocolVersion.V5;
        }
        return there >= Math.min(size - headerSize, NAME_OF_V5.length);
    }

    /**
     * How many bytes the packet at the buffer's position has in all, its fixed header included, or
     * -1 while its Remaining Length is not there. The position is not moved.
     */
    public static int packetSize(ByteBuffer in) {
        int headerSize = headerSize(in);
        return headerSize < 0 ? -1 : headerSize + remainingLength(in, headerSize);
    }

    /**
     * How many bytes of the packet at the buffer's position {@link #decode} needs to decide about
     * it: all of it, or its beginning if it is too large; -1 while its Remaining Length is not
     * there. The position is not moved.
     */
    public int neededSize(ByteBuffer in) {
        int size = packetSize(in);
        return size > maximumPacketSize ? Math.min(size, headerSize(in) + NAME_OF_V5.length) : size;
    }

    /** Bytes of the fixed header at the position, 2 to 5, or -1 while it does not end. */
    private static int headerSize(ByteBuffer in) {
        int start = in.position();
        int most = Math.min(in.limit() - start, 1 + MAXIMUM_LENGTH_BYTES);
        for (int i = 1; i < most; i++) {
            if (in.get(start + i) >= 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static int remainingLength(ByteBuffer in, int headerSize) {
        int start = in.position();
        int length = 0;
        for (int i = headerSize - 1; i > 0; i--) {
            length = length << 7 | in.get(start + i) & (CONTINUES - 1);
        }
        return length;
    }

    private static void checkLengthSoFar(int first, int available) throws MalformedPacket {
        if (available > MAXIMUM_LENGTH_BYTES) { // §2.1.4: at most four bytes
            throw new MalformedPacket(
                    PacketType.of(first >> 4) + ": the remaining length is over four bytes long");
        }
    }

    private static MalformedPacket notShortest(PacketType type) { // [v5 MQTT-1.5.5-1]
        return new MalformedPacket(type + ": the remaining length is not in its shortest form");
    }

    private Packet decodeBody(PacketType type, int flags, boolean shortestForm)
            throws PacketException {
        ProtocolVersion spoken = version;
        if (spoken == null) {
            return decodeConnect(flags, shortestForm);
        }
        return switch (type) {
            case CONNECT -> throw new AssertionError("FixedHeader lets no second CONNECT through");
            case PUBLISH -> PublishDecoder.publish(body, flags, spoken, fromClient, topics);
            case PUBACK -> PublishDecoder.pubAck(body, spoken);
            case PUBREC -> PublishDecoder.pubRec(body, spoken);
            case PUBREL -> PublishDecoder.pubRel(body, spoken);
            case PUBCOMP -> PublishDecoder.pubComp(body, spoken);
            case SUBSCRIBE -> SubscriptionDecoder.subscribe(body, spoken);
            case SUBACK -> SubscriptionDecoder.subAck(body, spoken);
            case UNSUBSCRIBE -> SubscriptionDecoder.unsubscribe(body, spoken);
            case UNSUBACK -> SubscriptionDecoder.unsubAck(body, spoken);
            case PINGREQ -> PING_REQ;
            case PINGRESP -> PING_RESP;
            case CONNACK -> ConnectionDecoder.connAck(body, spoken);
            case DISCONNECT -> ConnectionDecoder.disconnect(body, spoken, fromClient);
            case AUTH -> ConnectionDecoder.auth(body, fromClient);
        };
    }

    private Connect decodeConnect(int flags, boolean shortestForm) throws PacketException {
        String name = body.readString("protocol name");
        int level = body.readByte("protocol level");
        ProtocolVersion named = ProtocolVersion.of(name, level);
        if (named == null) { // [v5 MQTT-3.1.2-1], [v5 MQTT-3.1.2-2], [v3 MQTT-3.1.2-2]
            replyVersion = ProtocolVersion.nearest(name, level);
            throw new ProtocolError(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    "protocol name "
                            + Utf8.quote(name)
                            + " with level "
                            + level
                            + " is not supported; 3.1, 3.1.1 and 5.0 are");
        }
        version = named;
        replyVersion = named;
        if (flags != 0 && named != ProtocolVersion.V3_1) { // [v5 MQTT-2.1.3-1], [v3 MQTT-2.2.2-2]
            throw FixedHeader.reserved(flags);
        }
        if (!shortestForm && named.isV5()) { // [v5 MQTT-1.5.5-1]
            throw new MalformedPacket("the remaining length is not in its shortest form");
        }
        return ConnectDecoder.decode(body, named);
    }
}
