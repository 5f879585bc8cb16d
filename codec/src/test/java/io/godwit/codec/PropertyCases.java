package io.godwit.codec;

import static io.godwit.codec.ConnectCases.MQTT_5;
import static io.godwit.codec.ReasonCode.PROTOCOL_ERROR;

/** Wire cases of properties (§2.2.2) and of the strings in them (§1.5.4, §1.5.7). */
final class PropertyCases extends WireCases {

    @Override
    void fill() {
        sections();
        values();
        strings();
        together();
    }

    /** A CONNECT with these properties. */
    private static String connectWith(String lengthAndProperties) {
        return "10 L " + MQTT_5 + "02 00 00 " + lengthAndProperties + " 00 01 'a'";
    }

    private void sections() {
        fromClient("property length");
        malformedConnect(connectWith("80 80 80 80"), "property length is longer than four bytes");
        malformedConnect("10 0B " + MQTT_5 + "02 00 00 05", "property section runs past the end");
        fromClient("property length in a longer form");
        malformedConnect(connectWith("80 00"), "property length is not in its shortest form");
        malformedConnect(connectWith("83 00 21 00 0A"), "property length is not in its shortest");
        fromClient("property identifiers");
        malformedConnect(connectWith("02 00 00"), "there is no property 0x00");
        malformedConnect(connectWith("02 2B 00"), "there is no property 0x2B");
        malformedConnect(connectWith("03 80 01 00"), "there is no property 0x80");
        fromClient("property cut short by its section");
        malformedConnect(connectWith("02 21 00"), "the Receive Maximum runs past the end");
        malformedConnect(connectWith("04 11 00 00 00"), "Session Expiry Interval runs past");
        malformedConnect(connectWith("03 26 00 01"), "the User Property runs past the end");
        fromClient("property that is there twice");
        refusedConnect(
                connectWith("06 21 00 0A 21 00 0A"),
                PROTOCOL_ERROR,
                "CONNECT: the Receive Maximum is there more than once");
        refused(
                V5,
                "82 L 00 01 04 0B 01 0B 02 00 01 'a' 00",
                PROTOCOL_ERROR,
                "SUBSCRIBE: the Subscription Identifier is there more than once");
        refused(V5, "30 L 00 01 'a' 06 23 00 01 23 00 01", PROTOCOL_ERROR, "more than once");
    }

    private void values() {
        fromClient("property out of its range");
        refusedConnect(connectWith("03 21 00 00"), PROTOCOL_ERROR, "the Receive Maximum is 0");
        refusedConnect(
                connectWith("05 27 00 00 00 00"), PROTOCOL_ERROR, "the Maximum Packet Size is 0");
        refusedConnect(connectWith("02 17 02"), PROTOCOL_ERROR, "Request Problem Information is 2");
        refusedConnect(
                connectWith("02 19 FF"), PROTOCOL_ERROR, "Request Response Information is 255");
        refused(
                V5,
                "82 L 00 01 02 0B 00 00 01 'a' 00",
                PROTOCOL_ERROR,
                "the Subscription Identifier is 0");
        refused(V5, "30 L 00 01 'a' 02 01 02", PROTOCOL_ERROR, "Payload Format Indicator is 2");
        fromServer("property out of its range");
        refused(V5, "20 L 00 00 02 24 02", PROTOCOL_ERROR, "the Maximum QoS is 2");
        fromClient("property integer in a longer form");
        malformed(V5, "82 L 00 01 03 0B 81 00 00 01 'a' 00", "not in its shortest form");
        malformedConnect(connectWith("04 A1 00 00 0A"), "identifier is not in its shortest form");
    }

    private void strings() {
        fromClient("string that is not well-formed");
        for (String bad :
                new String[] {
                    "00 01 80",
                    "00 02 C0 80",
                    "00 01 C3",
                    "00 03 ED A0 80",
                    "00 03 ED BF BF",
                    "00 03 E0 80 80",
                    "00 04 F4 90 80 80",
                    "00 04 F0 80 80 80",
                    "00 01 FF"
                }) {
            malformed(V3, "30 L " + bad, "the topic name is not well-formed UTF-8");
            malformed(V5, "30 L " + bad + " 00", "the topic name is not well-formed UTF-8");
            malformedConnect("10 L " + ConnectCases.MQTT_4 + "02 00 00 " + bad, "not well-formed");
        }
        fromClient("string with U+0000");
        malformed(V3, "30 L 00 03 'a' 00 'b'", "the topic name holds U+0000");
        malformed(V5, "30 L 00 01 00 00", "the topic name holds U+0000");
        malformedConnect("10 L " + ConnectCases.MQTT_4 + "02 00 00 00 01 00", "holds U+0000");
        fromClient("string that starts with EF BB BF");
        Publish marked =
                new Publish(false, 0, false, topic("\uFEFFa"), 0, Properties.NONE, new byte[0]);
        same(V3, "30 06 00 04 EF BB BF 'a'", marked);
        same(V5, "30 07 00 04 EF BB BF 'a' 00", marked);
        connect(
                "10 L " + ConnectCases.MQTT_4 + "02 00 00 00 04 EF BB BF 'a'",
                new Connect(
                        ProtocolVersion.V3_1_1,
                        "\uFEFFa",
                        true,
                        0,
                        null,
                        null,
                        null,
                        Properties.NONE));
        fromClient("string pair that is not well-formed");
        malformedConnect(connectWith("07 26 00 01 FF 00 01 'v'"), "the User Property is not well");
        malformedConnect(connectWith("07 26 00 01 'k' 00 01 FF"), "the User Property is not well");
        malformedConnect(connectWith("07 26 00 01 00 00 01 'v'"), "User Property holds U+0000");
        malformedConnect(connectWith("07 26 00 01 'k' 00 01 00"), "User Property holds U+0000");
    }

    private void together() {
        fromClient("Authentication Data without an Authentication Method");
        refusedConnect(
                connectWith("04 16 00 01 FF"),
                PROTOCOL_ERROR,
                "there is Authentication Data and no Authentication Method");
        fromClient("Authentication Method and Data");
        connect(
                connectWith("08 15 00 01 'm' 16 00 01 01"),
                new Connect(
                        ProtocolVersion.V5,
                        "a",
                        true,
                        0,
                        null,
                        null,
                        null,
                        Properties.of(Property.AUTHENTICATION_METHOD, "m")
                                .with(Property.AUTHENTICATION_DATA, new Binary(new byte[] {1}))));
    }
}
