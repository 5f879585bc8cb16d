package io.godwit.codec;

import static io.godwit.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.godwit.codec.ReasonCode.PROTOCOL_ERROR;

/** Wire cases of the fixed header (§2.1). */
final class HeaderCases extends WireCases {

    @Override
    void fill() {
        types();
        direction();
        flags();
        remainingLength();
        packetIdentifier();
    }

    private void types() {
        fromClient("packet type 0");
        malformed(ALL, "00 00", "packet type 0 is reserved");
        malformedConnect("00 00", "packet type 0 is reserved");
        fromClient("packet type 15 before version 5");
        malformed(V3, "F0 00", "packet type 15 is reserved");
        fromClient("first packet is not CONNECT");
        refusedConnect("C0 00 # PINGREQ", PROTOCOL_ERROR, "PINGREQ: the first packet");
        refusedConnect("30 L 00 01 'a'", PROTOCOL_ERROR, "PUBLISH: the first packet");
        refusedConnect("20 02 00 00 # CONNACK", PROTOCOL_ERROR, "CONNACK: the first packet");
        fromClient("second CONNECT");
        refused(STRICT, "10 L 00 04 'MQTT' 04 02 00 00 00 01 'a'", PROTOCOL_ERROR, "second time");
        refused(V3_1, "10 L 00 06 'MQIsdp' 03 02 00 00 00 01 'a'", PROTOCOL_ERROR, "second time");
    }

    private void direction() {
        fromClient("packets that only a server sends");
        refused(ALL, "20 02 00 00", PROTOCOL_ERROR, "CONNACK: only a server");
        refused(ALL, "90 03 00 01 00", PROTOCOL_ERROR, "SUBACK: only a server");
        refused(ALL, "B0 02 00 01", PROTOCOL_ERROR, "UNSUBACK: only a server");
        refused(ALL, "D0 00", PROTOCOL_ERROR, "PINGRESP: only a server");
        fromServer("packets that only a client sends");
        refused(ALL, "10 0D 00 04 'MQTT' 04 02 00 00 00 01 'a'", PROTOCOL_ERROR, "only a client");
        refused(ALL, "82 06 00 01 00 01 'a' 00", PROTOCOL_ERROR, "SUBSCRIBE: only a client");
        refused(ALL, "A2 05 00 01 00 01 'a'", PROTOCOL_ERROR, "UNSUBSCRIBE: only a client");
        refused(ALL, "C0 00", PROTOCOL_ERROR, "PINGREQ: only a client");
        refused(V3, "E0 00", PROTOCOL_ERROR, "DISCONNECT: only a client");
    }

    private void flags() {
        fromClient("reserved flags");
        for (String type : new String[] {"4", "5", "7"}) {
            malformed(STRICT, type + "1 02 00 01", "flags of its fixed header are 0x1");
            malformed(STRICT, type + "8 02 00 01", "flags of its fixed header are 0x8");
        }
        malformed(STRICT, "C4 00 # PINGREQ", "PINGREQ: the flags of its fixed header are 0x4");
        malformedConnect("11 L 00 04 'MQTT' 04 02 00 00 00 00", "CONNECT: the flags");
        malformedConnect("12 L 00 04 'MQTT' 05 02 00 00 00 00 00", "CONNECT: the flags");
        fromServer("reserved flags");
        malformed(STRICT, "22 02 00 00", "CONNACK: the flags");
        malformed(STRICT, "92 03 00 01 00", "SUBACK: the flags");
        malformed(STRICT, "B2 02 00 01", "UNSUBACK: the flags");
        malformed(STRICT, "D2 00", "PINGRESP: the flags");
        reservedFlagsOf("PUBREL", "6", "00 01");
        reservedFlagsOf("SUBSCRIBE", "8", "00 01 00 01 'a' 00");
        reservedFlagsOf("UNSUBSCRIBE", "A", "00 01 00 01 'a'");
        fromClient("reserved flags of DISCONNECT");
        malformed(STRICT, "E1 00", "DISCONNECT: the flags");
        malformed(STRICT, "E2 00", "DISCONNECT: the flags");
        fromClient("reserved flags of AUTH");
        malformed(V5, "F1 00", "AUTH: the flags");
        malformed(V5, "F2 00", "AUTH: the flags");
        fromClient("flags that 3.1 does not use");
        taken(V3_1, "4F 02 00 01", new PubAck(1));
        taken(V3_1, "6A 02 00 01 # DUP", new PubRel(1));
        taken(V3_1, "63 02 00 01 # RETAIN", new PubRel(1));
        taken(V3_1, "CF 00", new PingReq());
        taken(V3_1, "EF 00", new Disconnect(ReasonCode.SUCCESS));
        malformed(V3_1, "60 02 00 01", "PUBREL: the flags of its fixed header are 0x0");
        malformed(V3_1, "84 06 00 01 00 01 'a' 00", "SUBSCRIBE: the flags");
    }

    private void reservedFlagsOf(String name, String type, String body) {
        fromClient("reserved flags of " + name);
        for (String flags : new String[] {"0", "3", "6", "A"}) {
            malformed(STRICT, type + flags + " L " + body, name + ": the flags");
        }
    }

    private void remainingLength() {
        Publish large =
                new Publish(
                        false, 0, false, topic("a"), 0, Properties.NONE, WireBytes.parse("78*200"));
        fromClient("remaining length");
        same(V3, "30 CB 01 00 01 'a' 78*200", large);
        same(V5, "30 CC 01 00 01 'a' 00 78*200", large);
        malformed(ALL, "30 80 80 80 80", "PUBLISH: the remaining length is over four bytes");
        malformed(ALL, "30 FF FF FF FF 01", "PUBLISH: the remaining length is over four bytes");
        malformedConnect("10 80 80 80 80 01", "CONNECT: the remaining length is over four bytes");
        fromClient("remaining length in a longer form");
        malformed(V5, "C0 80 00", "PINGREQ: the remaining length is not in its shortest form");
        malformed(V5, "40 82 80 00 00 01", "PUBACK: the remaining length is not in its shortest");
        malformedConnect(
                "10 8E 00 00 04 'MQTT' 05 02 00 00 00 00 01 'a'",
                "CONNECT: the remaining length is not in its shortest form");
        fromClient("remaining length in a longer form before version 5");
        taken(V3, "C0 80 80 80 00", new PingReq());
        fromClient("packet over the maximum size");
        refused(ALL, "30 9E 8D 06 # 100,002 bytes in all", PACKET_TOO_LARGE, "100002 bytes");
        refused(ALL, "30 FF FF FF 7F", PACKET_TOO_LARGE, "over the maximum of 100000");
        refusedConnect(
                "10 FF FF FF 7F 00 04 'MQTT' 05", PACKET_TOO_LARGE, "over the maximum of 100000");
        refusedConnect(
                "10 FF FF FF 7F 00 04 'MQTT' 04", PACKET_TOO_LARGE, "over the maximum of 100000");
        fromClient("left over bytes");
        malformed(ALL, "C0 01 00", "PINGREQ: 1 bytes are left over");
        malformed(V3, "E0 01 00", "DISCONNECT: 1 bytes are left over");
        malformed(V3, "40 03 00 01 00", "PUBACK: 1 bytes are left over");
        malformed(V5, "40 05 00 01 00 00 00", "PUBACK: 1 bytes are left over");
        malformed(V5, "E0 03 00 00 00", "DISCONNECT: 1 bytes are left over");
        fromServer("left over bytes");
        malformed(ALL, "D0 01 00", "PINGRESP: 1 bytes are left over");
        malformed(V3, "20 03 00 00 00", "CONNACK: 1 bytes are left over");
        malformed(V3, "B0 03 00 01 00", "UNSUBACK: 1 bytes are left over");
    }

    private void packetIdentifier() {
        fromClient("packet identifier 0");
        String zero = "the packet identifier is 0";
        refused(V3, "32 05 00 01 'a' 00 00", PROTOCOL_ERROR, "PUBLISH: " + zero);
        refused(V5, "34 06 00 01 'a' 00 00 00", PROTOCOL_ERROR, "PUBLISH: " + zero);
        refused(ALL, "40 02 00 00", PROTOCOL_ERROR, "PUBACK: " + zero);
        refused(ALL, "50 02 00 00", PROTOCOL_ERROR, "PUBREC: " + zero);
        refused(ALL, "62 02 00 00", PROTOCOL_ERROR, "PUBREL: " + zero);
        refused(ALL, "70 02 00 00", PROTOCOL_ERROR, "PUBCOMP: " + zero);
        refused(V3, "82 06 00 00 00 01 'a' 00", PROTOCOL_ERROR, "SUBSCRIBE: " + zero);
        refused(V5, "82 07 00 00 00 00 01 'a' 00", PROTOCOL_ERROR, "SUBSCRIBE: " + zero);
        refused(V3, "A2 05 00 00 00 01 'a'", PROTOCOL_ERROR, "UNSUBSCRIBE: " + zero);
        refused(V5, "A2 06 00 00 00 00 01 'a'", PROTOCOL_ERROR, "UNSUBSCRIBE: " + zero);
        fromClient("packet identifier cut short");
        malformed(ALL, "40 01 00", "PUBACK: the packet identifier runs past the end");
        malformed(ALL, "40 00", "PUBACK: the packet identifier runs past the end");
        malformed(V3, "32 04 00 01 'a' 00", "PUBLISH: the packet identifier runs past the end");
    }
}
