package io.godwit.broker.trace;

import io.godwit.broker.auth.Origin;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A packet as a trace shows it. What it has of passwords and authentication data is hidden.
 *
 * @param wallMillis when, in milliseconds of the wall clock
 * @param clientId the Client Identifier, as far as it is known; empty before CONNECT
 * @param origin where the client is
 * @param version that the connection speaks
 * @param packet with its topic, also where the wire had only its alias
 */
public record TracedPacket(
        long wallMillis,
        String clientId,
        Origin origin,
        Direction direction,
        ProtocolVersion version,
        Packet packet) {

    /** What stands in the packet, by names: texts, numbers, true and false, lists and maps. */
    public Map<String, Object> fields() {
        return PacketFields.of(packet);
    }

    /** The same in a few words for people, with all names quoted. */
    public String line() {
        return PacketFields.line(packet);
    }

    /** Bytes of the packet as it stands on the wire of this version, but for what is hidden. */
    int size() {
        return PacketEncoder.encodedSize(packet, version);
    }

    /** The packet as it stands on the wire of this version, but for what is hidden. */
    public byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(size());
        PacketEncoder.encode(packet, version, out);
        return out.array();
    }
}
