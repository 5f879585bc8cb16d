package io.godwit.codec;

import static io.godwit.codec.ReasonCode.PROTOCOL_ERROR;

/** Wire cases of CONNACK, PINGREQ, PINGRESP, DISCONNECT and AUTH. */
final class ConnectionCases extends WireCases {

    @Override
    void fill() {
        connAck();
        ping();
        disconnect();
        auth();
    }

    private void connAck() {
        fromServer("CONNACK");
        same(V3, "20 02 00 00", new ConnAck(false, ReasonCode.SUCCESS));
        same(V3, "20 02 00 05", new ConnAck(false, ReasonCode.NOT_AUTHORIZED));
        same(V3_1_1, "20 02 01 00", new ConnAck(true, ReasonCode.SUCCESS));
        taken(V3_1, "20 02 FF 00 # a reserved byte", new ConnAck(false, ReasonCode.SUCCESS));
        same(V5, "20 03 01 00 00", new ConnAck(true, ReasonCode.SUCCESS));
        same(
                V5,
                "20 L 00 00 08 21 00 0A 27 00 00 10 00",
                new ConnAck(
                        false,
                        ReasonCode.SUCCESS,
                        Properties.of(Property.RECEIVE_MAXIMUM, 10)
                                .with(Property.MAXIMUM_PACKET_SIZE, 4096L)));
        fromServer("CONNACK with reserved flags");
        malformed(V3_1_1, "20 02 02 00", "reserved connect acknowledge flags");
        malformed(V5, "20 03 80 00 00", "reserved connect acknowledge flags");
        fromServer("reason codes that CONNACK does not have");
        refused(V3, "20 02 00 06", PROTOCOL_ERROR, "CONNACK: its return code is 6");
        refused(V5, "20 03 00 05 00", PROTOCOL_ERROR, "CONNACK: its reason code is 0x05");
        refused(V5, "20 03 00 8E 00", PROTOCOL_ERROR, "CONNACK: its reason code is 0x8E");
    }

    private void ping() {
        fromClient("PINGREQ");
        same(ALL, "C0 00", new PingReq());
        fromServer("PINGRESP");
        same(ALL, "D0 00", new PingResp());
    }

    private void disconnect() {
        Disconnect normal = new Disconnect(ReasonCode.SUCCESS);
        fromClient("DISCONNECT");
        same(ALL, "E0 00", normal);
        taken(V5, "E0 01 00", normal);
        taken(V5, "E0 02 00 00", normal);
        same(V5, "E0 01 04", new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        same(
                V5,
                "E0 07 00 05 11 00 00 00 0A",
                new Disconnect(
                        ReasonCode.SUCCESS, Properties.of(Property.SESSION_EXPIRY_INTERVAL, 10L)));
        fromServer("DISCONNECT");
        same(V5, "E0 01 8E", new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
        fromServer("DISCONNECT of a server with a Session Expiry Interval");
        refused(V5, "E0 07 8B 05 11 00 00 00 0A", PROTOCOL_ERROR, "a server sent a Session");
        fromClient("reason codes that DISCONNECT does not have");
        refused(V5, "E0 01 01", PROTOCOL_ERROR, "DISCONNECT: its reason code is 0x01");
        refused(V5, "E0 01 84", PROTOCOL_ERROR, "DISCONNECT: its reason code is 0x84");
        refused(V5, "E0 02 FF 00", PROTOCOL_ERROR, "DISCONNECT: its reason code is 0xFF");
    }

    private void auth() {
        Properties method = Properties.of(Property.AUTHENTICATION_METHOD, "m");
        fromClient("AUTH");
        same(V5, "F0 06 18 04 15 00 01 'm'", new Auth(ReasonCode.CONTINUE_AUTHENTICATION, method));
        same(
                V5,
                "F0 0A 19 08 15 00 01 'm' 16 00 01 FF",
                new Auth(
                        ReasonCode.RE_AUTHENTICATE,
                        method.with(
                                Property.AUTHENTICATION_DATA,
                                new Binary(new byte[] {(byte) 0xFF}))));
        fromServer("AUTH");
        same(V5, "F0 00", new Auth(ReasonCode.SUCCESS, Properties.NONE));
        same(V5, "F0 06 18 04 15 00 01 'm'", new Auth(ReasonCode.CONTINUE_AUTHENTICATION, method));
        fromClient("AUTH without an Authentication Method");
        refused(V5, "F0 01 18", PROTOCOL_ERROR, "the Authentication Method is missing");
        refused(V5, "F0 02 19 00", PROTOCOL_ERROR, "the Authentication Method is missing");
        fromClient("reason codes that AUTH does not have");
        refused(V5, "F0 06 01 04 15 00 01 'm'", PROTOCOL_ERROR, "its reason code is 0x01");
        refused(V5, "F0 06 80 04 15 00 01 'm'", PROTOCOL_ERROR, "its reason code is 0x80");
        refused(V5, "F0 00", PROTOCOL_ERROR, "a client may not send the reason code success");
        fromServer("reason codes that AUTH does not have");
        refused(V5, "F0 06 19 04 15 00 01 'm'", PROTOCOL_ERROR, "a server may not send");
    }
}
