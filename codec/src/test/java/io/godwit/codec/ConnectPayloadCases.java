package io.godwit.codec;

import static io.godwit.codec.ConnectCases.MQISDP_3;
import static io.godwit.codec.ConnectCases.MQTT_4;
import static io.godwit.codec.ConnectCases.MQTT_5;
import static io.godwit.codec.ReasonCode.TOPIC_NAME_INVALID;

import org.jspecify.annotations.Nullable;

/** Wire cases of CONNECT's payload (§3.1.3). */
final class ConnectPayloadCases extends WireCases {

    private static final byte[] PAYLOAD = {'p', 0, 'q'};
    private static final byte[] PASSWORD = {(byte) 0xFF, 0};

    @Override
    void fill() {
        whole();
        clientIdentifier();
        will();
        credentials();
    }

    private static Connect connect(
            ProtocolVersion version,
            @Nullable Will will,
            @Nullable String userName,
            byte @Nullable [] password) {
        return new Connect(version, "id", false, 1, will, userName, password, Properties.NONE);
    }

    private void whole() {
        String end = "00 01 'u'   00 02 FF 00 # User Name and Password";
        String will = "00 01 'w'   00 03 70 00 71";
        Will retained = new Will(topic("w"), PAYLOAD, 2, true, Properties.NONE);
        fromClient("CONNECT with all fields of the payload");
        connect(
                "10 L " + MQISDP_3 + "F4 00 01   00 02 'id' " + will + " " + end,
                connect(ProtocolVersion.V3_1, retained, "u", PASSWORD));
        connect(
                "10 L " + MQTT_4 + "F4 00 01   00 02 'id' " + will + " " + end,
                connect(ProtocolVersion.V3_1_1, retained, "u", PASSWORD));
        connect(
                "10 L " + MQTT_5 + "F4 00 01 00   00 02 'id' 00 " + will + " " + end,
                connect(ProtocolVersion.V5, retained, "u", PASSWORD));
        connect(
                "10 L "
                        + MQTT_5
                        + """
                        0C 00 01        # Will QoS 1, Keep Alive 1
                        05 11 FFFFFFFF  # Session Expiry Interval
                        00 02 'id'
                        05 18 00000005  # Will Delay Interval
                        00 01 'w'
                        00 00
                        """,
                new Connect(
                        ProtocolVersion.V5,
                        "id",
                        false,
                        1,
                        new Will(
                                topic("w"),
                                new byte[0],
                                1,
                                false,
                                Properties.of(Property.WILL_DELAY_INTERVAL, 5L)),
                        null,
                        null,
                        Properties.of(Property.SESSION_EXPIRY_INTERVAL, Connect.NEVER_EXPIRES)));
        fromClient("CONNECT with bytes left over");
        malformedConnect("10 L " + MQTT_4 + "02 00 01 00 01 'a' 00", "1 bytes are left over");
        malformedConnect("10 L " + MQTT_5 + "02 00 01 00 00 01 'a' 00", "1 bytes are left over");
        malformedConnect("10 L " + MQISDP_3 + "02 00 01 00 01 'a' 00", "1 bytes are left over");
    }

    private void clientIdentifier() {
        fromClient("CONNECT whose client identifier is not UTF-8");
        malformedConnect(
                "10 L " + MQTT_4 + "02 00 01 00 02 C0 AF", "client identifier is not well-formed");
        malformedConnect(
                "10 L " + MQTT_5 + "02 00 01 00 00 03 ED A0 80", "client identifier is not well");
        malformedConnect("10 L " + MQTT_4 + "02 00 01 00 01 00", "client identifier holds U+0000");
        fromClient("CONNECT without a client identifier");
        malformedConnect("10 L " + MQTT_4 + "02 00 01", "client identifier runs past the end");
        malformedConnect("10 L " + MQTT_5 + "02 00 01 00", "client identifier runs past the end");
        malformedConnect("10 L " + MQTT_4 + "02 00 01 00 02 'a'", "client identifier runs past");
    }

    private void will() {
        fromClient("CONNECT whose will is missing");
        malformedConnect("10 L " + MQTT_4 + "06 00 01 00 01 'a'", "will topic runs past the end");
        malformedConnect(
                "10 L " + MQTT_4 + "06 00 01 00 01 'a' 00 01 'w'",
                "will payload runs past the end");
        malformedConnect(
                "10 L " + MQTT_5 + "06 00 01 00 00 01 'a'", "property length runs past the end");
        malformedConnect(
                "10 L " + MQTT_5 + "06 00 01 00 00 01 'a' 00", "will topic runs past the end");
        malformedConnect(
                "10 L " + MQTT_5 + "06 00 01 00 00 01 'a' 00 00 01 'w'",
                "will payload runs past the end");
        fromClient("CONNECT with a will and no flag for it");
        malformedConnect(
                "10 L " + MQTT_4 + "02 00 01 00 01 'a' 00 01 'w' 00 00", "5 bytes are left over");
        fromClient("CONNECT whose will topic is not UTF-8");
        malformedConnect(
                "10 L " + MQTT_4 + "06 00 01 00 01 'a' 00 01 FF 00 00", "is not well-formed UTF-8");
        malformedConnect(
                "10 L " + MQTT_5 + "06 00 01 00 00 01 'a' 00 00 01 FF 00 00",
                "is not well-formed UTF-8");
        fromClient("CONNECT whose will topic is no topic name");
        malformedConnect("10 L " + MQTT_4 + "06 00 01 00 01 'a' 00 00 00 00", "is empty");
        refusedConnect(
                "10 L " + MQTT_4 + "06 00 01 00 01 'a' 00 01 '#' 00 00",
                TOPIC_NAME_INVALID,
                "the topic name '#' holds a wildcard");
    }

    private void credentials() {
        fromClient("CONNECT whose user name is missing");
        malformedConnect("10 L " + MQTT_4 + "82 00 01 00 01 'a'", "user name runs past the end");
        malformedConnect("10 L " + MQTT_5 + "82 00 01 00 00 01 'a'", "user name runs past the end");
        fromClient("CONNECT with a user name and no flag for it");
        malformedConnect("10 L " + MQTT_4 + "02 00 01 00 01 'a' 00 01 'u'", "left over");
        malformedConnect("10 L " + MQTT_5 + "02 00 01 00 00 01 'a' 00 01 'u'", "left over");
        fromClient("CONNECT whose password is missing");
        malformedConnect("10 L " + MQTT_4 + "C2 00 01 00 01 'a' 00 01 'u'", "password runs past");
        malformedConnect("10 L " + MQTT_5 + "42 00 01 00 00 01 'a'", "password runs past the end");
        fromClient("CONNECT with a password and no flag for it");
        malformedConnect("10 L " + MQTT_4 + "82 00 01 00 01 'a' 00 01 'u' 00 01 'p'", "left over");
        malformedConnect(
                "10 L " + MQTT_5 + "82 00 01 00 00 01 'a' 00 01 'u' 00 01 'p'", "left over");
        fromClient("CONNECT whose user name is not UTF-8");
        malformedConnect("10 L " + MQTT_4 + "82 00 01 00 01 'a' 00 01 80", "user name is not well");
        malformedConnect(
                "10 L " + MQTT_5 + "82 00 01 00 00 01 'a' 00 01 80",
                "user name is not well-formed");
        fromClient("CONNECT of 3.1 whose flags announce strings that are missing");
        takenConnect(
                "10 L " + MQISDP_3 + "C0 00 01 00 02 'id'",
                connect(ProtocolVersion.V3_1, null, null, null));
        takenConnect(
                "10 L " + MQISDP_3 + "C0 00 01 00 02 'id' 00 01 'u'",
                connect(ProtocolVersion.V3_1, null, "u", null));
    }
}
