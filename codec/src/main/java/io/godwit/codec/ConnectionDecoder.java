package io.godwit.codec;

/** Decodes CONNACK (§3.2), DISCONNECT (§3.14) and AUTH (§3.15). */
final class ConnectionDecoder {

    private static final int SESSION_PRESENT = 0x01;

    private ConnectionDecoder() {}

    static ConnAck connAck(WireReader in, ProtocolVersion version) throws PacketException {
        int flags = in.readByte("connect acknowledge flags");
        boolean sessionPresent = false;
        if (version != ProtocolVersion.V3_1) { // which reserves the whole byte
            if ((flags & ~SESSION_PRESENT) != 0) { // [v5 MQTT-3.2.2-1]
                throw new MalformedPacket("reserved connect acknowledge flags are set");
            }
            sessionPresent = flags == SESSION_PRESENT;
        }
        if (version.isV5()) {
            ReasonCode reasonCode = reasonCode(in, PacketType.CONNACK);
            Properties properties = PropertiesDecoder.read(in, PacketType.CONNACK);
            return new ConnAck(sessionPresent, reasonCode, properties);
        }
        int returnCode = in.readByte("return code");
        ReasonCode reasonCode = ReasonCode.ofConnectReturnCode(returnCode);
        if (reasonCode == null) { // 3.1.1 §3.2.2.3: 6 to 255 are reserved
            throw new ProtocolError("its return code is " + returnCode);
        }
        return new ConnAck(sessionPresent, reasonCode);
    }

    static Disconnect disconnect(WireReader in, ProtocolVersion version, boolean fromClient)
            throws PacketException {
        if (!version.isV5() || in.remaining() == 0) { // §3.14.2.1
            return new Disconnect(ReasonCode.SUCCESS);
        }
        ReasonCode reasonCode = reasonCode(in, PacketType.DISCONNECT);
        if (in.remaining() == 0) { // §3.14.2.2.1
            return new Disconnect(reasonCode);
        }
        Properties properties = PropertiesDecoder.read(in, PacketType.DISCONNECT);
        if (!fromClient && properties.has(Property.SESSION_EXPIRY_INTERVAL)) {
            // [v5 MQTT-3.14.2-2]
            throw new ProtocolError("a server sent a Session Expiry Interval");
        }
        return new Disconnect(reasonCode, properties);
    }

    static Auth auth(WireReader in, boolean fromClient) throws PacketException {
        ReasonCode reasonCode = ReasonCode.SUCCESS;
        Properties properties = Properties.NONE;
        boolean empty = in.remaining() == 0; // §3.15.2.1
        if (!empty) {
            reasonCode = reasonCode(in, PacketType.AUTH);
            if (in.remaining() > 0) {
                properties = PropertiesDecoder.read(in, PacketType.AUTH);
            }
        }
        ReasonCode notTheSenders = fromClient ? ReasonCode.SUCCESS : ReasonCode.RE_AUTHENTICATE;
        if (reasonCode == notTheSenders) { // §3.15.2.1, table 3-11
            throw new ProtocolError(
                    "a %s may not send the reason code %s"
                            .formatted(fromClient ? "client" : "server", reasonCode));
        }
        if (!empty && !properties.has(Property.AUTHENTICATION_METHOD)) { // §3.15.2.2.2
            throw new ProtocolError("the Authentication Method is missing");
        }
        return new Auth(reasonCode, properties);
    }

    /** A reason code that packets of this type may carry. */
    static ReasonCode reasonCode(WireReader in, PacketType type) throws PacketException {
        int value = in.readByte("reason code");
        ReasonCode code = ReasonCode.of(value, type);
        if (code == null) { // §1.2: parsed, and found to hold what the protocol does not allow
            throw new ProtocolError("its reason code is 0x%02X".formatted(value));
        }
        return code;
    }
}
