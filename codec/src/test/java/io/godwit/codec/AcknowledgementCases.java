package io.godwit.codec;

import static io.godwit.codec.ReasonCode.PROTOCOL_ERROR;

/** Wire cases of PUBACK, PUBREC, PUBREL and PUBCOMP (§3.4 to §3.7). */
final class AcknowledgementCases extends WireCases {

    private static final Properties REASON = Properties.of(Property.REASON_STRING, "no");

    @Override
    void fill() {
        fromClient("short acknowledgements");
        same(ALL, "40 02 00 01", new PubAck(1));
        same(ALL, "50 02 12 34", new PubRec(0x1234));
        same(ALL, "62 02 FF FF", new PubRel(65_535));
        same(ALL, "70 02 00 07", new PubComp(7));
        fromServer("short acknowledgements");
        same(ALL, "40 02 00 01", new PubAck(1));
        same(ALL, "50 02 12 34", new PubRec(0x1234));
        same(ALL, "62 02 FF FF", new PubRel(65_535));
        same(ALL, "70 02 00 07", new PubComp(7));

        fromClient("acknowledgements with a reason code");
        same(V5, "40 03 00 01 10", new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        same(V5, "50 03 00 01 97", new PubRec(1, ReasonCode.QUOTA_EXCEEDED));
        same(V5, "62 03 00 01 92", new PubRel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        same(V5, "70 03 00 01 92", new PubComp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        taken(V5, "40 03 00 01 00", new PubAck(1));
        taken(V5, "50 04 00 01 00 00", new PubRec(1));

        fromClient("acknowledgements with properties");
        same(
                V5,
                "40 09 00 01 87 05 1F 00 02 'no'",
                new PubAck(1, ReasonCode.NOT_AUTHORIZED, REASON));
        same(V5, "50 09 00 01 00 05 1F 00 02 'no'", new PubRec(1, ReasonCode.SUCCESS, REASON));
        same(V5, "62 09 00 01 00 05 1F 00 02 'no'", new PubRel(1, ReasonCode.SUCCESS, REASON));
        same(
                V5,
                "70 0B 00 01 00 07 26 00 01 'k' 00 01 'v'",
                new PubComp(
                        1,
                        ReasonCode.SUCCESS,
                        Properties.of(Property.USER_PROPERTY, new UserProperty("k", "v"))));

        for (String[] packet :
                new String[][] {
                    {"PUBACK", "40", "92"},
                    {"PUBREC", "50", "92"},
                    {"PUBREL", "62", "10"},
                    {"PUBCOMP", "70", "80"}
                }) {
            fromClient("reason codes that " + packet[0] + " does not have");
            String start = packet[1] + " 03 00 01 ";
            refused(V5, start + "01", PROTOCOL_ERROR, packet[0] + ": its reason code is 0x01");
            refused(V5, start + "FF", PROTOCOL_ERROR, packet[0] + ": its reason code is 0xFF");
            refused(V5, start + packet[2], PROTOCOL_ERROR, "its reason code is 0x" + packet[2]);
        }
    }
}
