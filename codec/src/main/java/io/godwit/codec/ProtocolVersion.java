package io.godwit.codec;

/**
 * The protocol versions that are spoken, with the name and level of the CONNECT packet (§3.1.2).
 */
public enum ProtocolVersion {
    V3_1("MQIsdp", 3, "3.1"),
    V3_1_1("MQTT", 4, "3.1.1"),
    V5("MQTT", 5, "5.0");

    private final String protocolName;
    private final int level;
    private final String text;

    ProtocolVersion(String protocolName, int level, String text) {
        this.protocolName = protocolName;
        this.level = level;
        this.text = text;
    }

    /** The protocol name in CONNECT. */
    public String protocolName() {
        return protocolName;
    }

    /** The protocol level (3.1, 3.1.1) or protocol version (5) byte in CONNECT. */
    public int level() {
        return level;
    }

    /** Whether packets carry properties and reason codes. */
    public boolean isV5() {
        return this == V5;
    }

    @Override
    public String toString() {
        return text;
    }
}
