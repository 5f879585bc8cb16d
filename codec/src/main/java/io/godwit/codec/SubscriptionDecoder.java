package io.godwit.codec;

import static io.godwit.codec.ProtocolVersion.V3_1;

import java.util.ArrayList;
import java.util.List;

/** Decodes SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (§3.8 to §3.11). */
final class SubscriptionDecoder {

    private static final int QOS = 0b0000_0011;
    private static final int NO_LOCAL = 0b0000_0100;
    private static final int RETAIN_AS_PUBLISHED = 0b0000_1000;
    private static final int RETAIN_HANDLING_SHIFT = 4;
    private static final int RESERVED_V5 = 0b1100_0000;
    private static final int RESERVED_V3 = 0b1111_1100;
    private static final int FAILURE_V3 = 0x80;

    private static final RetainHandling[] RETAIN_HANDLING = RetainHandling.values();

    /** Filters in one packet: decoded, a short one takes many times its bytes. */
    static final int MOST_FILTERS = 65_536;

    private SubscriptionDecoder() {}

    static Subscribe subscribe(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        Properties properties = properties(in, version, PacketType.SUBSCRIBE);
        if (in.remaining() == 0) { // [v5 MQTT-3.8.3-2], [v3 MQTT-3.8.3-3]
            throw new ProtocolError("it has no topic filter");
        }
        List<SubscriptionRequest> requests = new ArrayList<>();
        while (in.remaining() > 0) {
            TopicFilter filter = TopicFilter.of(in.readBinary("topic filter"));
            int options = in.readByte("subscription options");
            requests.add(request(filter, options, version));
            checkCount(requests.size());
        }
        return new Subscribe(packetId, requests, properties);
    }

    private static void checkCount(int filters) throws ProtocolError {
        if (filters > MOST_FILTERS) {
            throw new ProtocolError(
                    ReasonCode.QUOTA_EXCEEDED,
                    "it has more than %d topic filters".formatted(MOST_FILTERS));
        }
    }

    private static SubscriptionRequest request(
            TopicFilter filter, int options, ProtocolVersion version) throws PacketException {
        int qos = options & QOS;
        if (version.isV5()) {
            if ((options & RESERVED_V5) != 0) { // [v5 MQTT-3.8.3-5]
                throw new MalformedPacket("reserved subscription options are set");
            }
            if (qos == 3) { // §3.8.3.1
                throw new ProtocolError("the maximum QoS of a subscription is 3");
            }
            int retainHandling = options >> RETAIN_HANDLING_SHIFT & 3;
            if (retainHandling == 3) { // §3.8.3.1
                throw new ProtocolError("the Retain Handling of a subscription is 3");
            }
            boolean noLocal = (options & NO_LOCAL) != 0;
            if (noLocal && filter.isShared()) { // [v5 MQTT-3.8.3-4]
                throw new ProtocolError("No Local is set on a shared subscription");
            }
            return new SubscriptionRequest(
                    filter,
                    qos,
                    noLocal,
                    (options & RETAIN_AS_PUBLISHED) != 0,
                    RETAIN_HANDLING[retainHandling]);
        }
        boolean reserved = version != V3_1 && (options & RESERVED_V3) != 0; // 3.1 ignores them
        if (reserved || qos == 3) { // [v3 MQTT-3.8.3-4]
            throw new MalformedPacket("the requested QoS byte is 0x%02X".formatted(options));
        }
        return new SubscriptionRequest(filter, qos);
    }

    static SubAck subAck(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        Properties properties = properties(in, version, PacketType.SUBACK);
        List<ReasonCode> reasonCodes = new ArrayList<>(in.remaining());
        while (in.remaining() > 0) {
            ReasonCode code = ConnectionDecoder.reasonCode(in, PacketType.SUBACK);
            if (!version.isV5() && code.value() > FAILURE_V3) { // [v3 MQTT-3.9.3-2]
                throw new ProtocolError("its return code is 0x%02X".formatted(code.value()));
            }
            reasonCodes.add(code);
        }
        return new SubAck(packetId, reasonCodes, properties);
    }

    static Unsubscribe unsubscribe(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        Properties properties = properties(in, version, PacketType.UNSUBSCRIBE);
        if (in.remaining() == 0) { // [v5 MQTT-3.10.3-2], [v3 MQTT-3.10.3-2]
            throw new ProtocolError("it has no topic filter");
        }
        List<TopicFilter> filters = new ArrayList<>();
        while (in.remaining() > 0) {
            filters.add(TopicFilter.of(in.readBinary("topic filter")));
            checkCount(filters.size());
        }
        return new Unsubscribe(packetId, filters, properties);
    }

    static UnsubAck unsubAck(WireReader in, ProtocolVersion version) throws PacketException {
        int packetId = in.readPacketId();
        if (!version.isV5()) {
            return new UnsubAck(packetId, List.of());
        }
        Properties properties = PropertiesDecoder.read(in, PacketType.UNSUBACK);
        List<ReasonCode> reasonCodes = new ArrayList<>(in.remaining());
        while (in.remaining() > 0) {
            reasonCodes.add(ConnectionDecoder.reasonCode(in, PacketType.UNSUBACK));
        }
        return new UnsubAck(packetId, reasonCodes, properties);
    }

    private static Properties properties(WireReader in, ProtocolVersion version, PacketType type)
            throws PacketException {
        return version.isV5() ? PropertiesDecoder.read(in, type) : Properties.NONE;
    }
}
