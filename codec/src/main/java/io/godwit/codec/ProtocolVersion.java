package io.godwit.codec;

import org.jspecify.annotations.Nullable;

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

    /** The version that a CONNECT with this name and level speaks, or null. */
    static @Nullable ProtocolVersion of(String protocolName, int level) {
        for (ProtocolVersion version : values()) {
            if (version.level == level && version.protocolName.equals(protocolName)) {
                return version;
            }
        }
        return null;
    }

    /**
     * The version whose answer a client with an unknown name or level most likely understands. A
     * bridge sets the highest bit of its level.
     */
    static ProtocolVersion nearest(String protocolName, int level) {
        boolean newer = (level & 0x7F) >= V5.level && V5.protocolName.equals(protocolName);
        return newer ? V5 : V3_1_1;
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
