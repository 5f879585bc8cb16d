package io.godwit.codec;

/**
 * An MQTT Control Packet (§2). The same records serve all three protocol versions and both
 * directions: what a version cannot express is left out by {@link PacketEncoder}, and what it does
 * not carry is filled in by {@link PacketDecoder} so that the core sees MQTT 5 only.
 */
public sealed interface Packet
        permits Connect,
                ConnAck,
                Publish,
                Acknowledgement,
                Subscribe,
                SubAck,
                Unsubscribe,
                UnsubAck,
                PingReq,
                PingResp,
                Disconnect,
                Auth {

    /** The MQTT Control Packet type of §2.1.2: 1 (CONNECT) to 15 (AUTH). */
    PacketType type();
}
