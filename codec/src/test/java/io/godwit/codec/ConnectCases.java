package io.godwit.codec;

import static io.godwit.codec.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

/** Wire cases of CONNECT's variable header (§3.1.2). */
final class ConnectCases extends WireCases {

    /** The name and level of 3.1, 3.1.1 and 5. */
    static final String MQISDP_3 = "00 06 'MQIsdp' 03 ";

    static final String MQTT_4 = "00 04 'MQTT' 04 ";
    static final String MQTT_5 = "00 04 'MQTT' 05 ";

    @Override
    void fill() {
        plain();
        version();
        reservedFlag();
        willFlags();
        credentialFlags();
        cutShort();
    }

    static Connect plainConnect(ProtocolVersion version) {
        return new Connect(version, "a", true, 60, null, null, null, Properties.NONE);
    }

    private void plain() {
        fromClient("CONNECT");
        connect("10 0F " + MQISDP_3 + "02 00 3C 00 01 'a'", plainConnect(ProtocolVersion.V3_1));
        connect("10 0D " + MQTT_4 + "02 00 3C 00 01 'a'", plainConnect(ProtocolVersion.V3_1_1));
        connect("10 0E " + MQTT_5 + "02 00 3C 00 00 01 'a'", plainConnect(ProtocolVersion.V5));
        connect(
                "10 L " + MQTT_4 + "00 FF FF 00 00",
                new Connect(
                        ProtocolVersion.V3_1_1,
                        "",
                        false,
                        65_535,
                        null,
                        null,
                        null,
                        Properties.NONE));
        takenConnect(
                "1F 0F " + MQISDP_3 + "02 00 3C 00 01 'a' # 3.1 does not use the flags",
                plainConnect(ProtocolVersion.V3_1));
    }

    private void version() {
        fromClient("CONNECT with an unknown protocol name");
        String rest = "02 00 3C 00 01 'a'";
        refusedConnect(
                "10 L 00 04 'MQXX' 04 " + rest,
                UNSUPPORTED_PROTOCOL_VERSION,
                "protocol name 'MQXX' with level 4");
        refusedConnect("10 L 00 04 'mqtt' 05 " + rest, UNSUPPORTED_PROTOCOL_VERSION, "name 'mqtt'");
        refusedConnect("10 L 00 00 04 " + rest, UNSUPPORTED_PROTOCOL_VERSION, "name ''");
        fromClient("CONNECT with an unknown protocol level");
        refusedConnect(
                "10 L 00 04 'MQTT' 03 " + rest, UNSUPPORTED_PROTOCOL_VERSION, "with level 3");
        refusedConnect(
                "10 L 00 04 'MQTT' 06 " + rest, UNSUPPORTED_PROTOCOL_VERSION, "with level 6");
        refusedConnect(
                "10 L 00 04 'MQTT' 84 " + rest, UNSUPPORTED_PROTOCOL_VERSION, "with level 132");
        refusedConnect(
                "10 L 00 06 'MQIsdp' 04 " + rest, UNSUPPORTED_PROTOCOL_VERSION, "with level 4");
    }

    private void reservedFlag() {
        fromClient("CONNECT with its reserved flag set");
        malformedConnect("10 L " + MQTT_4 + "03 00 3C 00 01 'a'", "reserved connect flag");
        malformedConnect("10 L " + MQTT_5 + "03 00 3C 00 00 01 'a'", "reserved connect flag");
        fromClient("CONNECT of 3.1 with bits that it reserves");
        takenConnect("10 L " + MQISDP_3 + "03 00 3C 00 01 'a'", plainConnect(ProtocolVersion.V3_1));
        takenConnect(
                "10 L " + MQISDP_3 + "3A 00 3C 00 01 'a' # Will QoS 3 and Will Retain, no will",
                plainConnect(ProtocolVersion.V3_1));
    }

    private void willFlags() {
        String will = " 00 3C 00 01 'a' 00 01 'w' 00 00";
        String will5 = " 00 3C 00 00 01 'a' 00 00 01 'w' 00 00";
        fromClient("CONNECT with Will QoS 3");
        malformedConnect("10 L " + MQISDP_3 + "1E" + will, "Will QoS is 3");
        malformedConnect("10 L " + MQTT_4 + "1E" + will, "Will QoS is 3");
        malformedConnect("10 L " + MQTT_5 + "1E" + will5, "Will QoS is 3");
        fromClient("CONNECT with a Will QoS and no will");
        malformedConnect("10 L " + MQTT_4 + "0A 00 3C 00 01 'a'", "a Will QoS and no will");
        malformedConnect("10 L " + MQTT_4 + "12 00 3C 00 01 'a'", "a Will QoS and no will");
        malformedConnect("10 L " + MQTT_5 + "0A 00 3C 00 00 01 'a'", "a Will QoS and no will");
        malformedConnect("10 L " + MQTT_5 + "1A 00 3C 00 00 01 'a'", "a Will QoS and no will");
        fromClient("CONNECT with Will Retain and no will");
        malformedConnect("10 L " + MQTT_4 + "22 00 3C 00 01 'a'", "Will Retain set and no will");
        malformedConnect("10 L " + MQTT_5 + "22 00 3C 00 00 01 'a'", "Will Retain set and no will");
    }

    private void credentialFlags() {
        fromClient("CONNECT with a password and no user name");
        malformedConnect(
                "10 L " + MQISDP_3 + "42 00 3C 00 01 'a' 00 01 'p'", "password and no user name");
        malformedConnect(
                "10 L " + MQTT_4 + "42 00 3C 00 01 'a' 00 01 'p'", "password and no user name");
        connect(
                "10 L " + MQTT_5 + "42 00 3C 00 00 01 'a' 00 01 'p'",
                new Connect(
                        ProtocolVersion.V5,
                        "a",
                        true,
                        60,
                        null,
                        null,
                        new byte[] {'p'},
                        Properties.NONE));
    }

    private void cutShort() {
        fromClient("CONNECT cut short");
        malformedConnect("10 00", "CONNECT: the protocol name runs past the end");
        malformedConnect("10 05 00 04 'MQT'", "the protocol name runs past the end");
        malformedConnect("10 06 00 04 'MQTT'", "the protocol level runs past the end");
        malformedConnect("10 07 " + MQTT_4, "the connect flags runs past the end");
        malformedConnect("10 09 " + MQTT_4 + "02 00", "the keep alive runs past the end");
        malformedConnect("10 0A " + MQTT_5 + "02 00 3C", "the property length runs past the end");
        malformedConnect("10 0A " + MQTT_4 + "02 00 3C", "the client identifier runs past the end");
    }
}
