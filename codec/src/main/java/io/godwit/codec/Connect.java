package io.godwit.codec;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (§3.1).
 *
 * @param clientId the Client Identifier, perhaps empty
 * @param cleanStart Clean Start; Clean Session before version 5
 * @param keepAlive seconds, 0 to 65,535; 0 turns it off
 * @param password opaque bytes; not copied
 * @param properties {@link Properties#NONE} before version 5
 */
public record Connect(
        ProtocolVersion version,
        String clientId,
        boolean cleanStart,
        int keepAlive,
        @Nullable Will will,
        @Nullable String userName,
        byte @Nullable [] password,
        Properties properties)
        implements Packet {

    /** A Session Expiry Interval that never ends (§3.1.2.11.2). */
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }

    /**
     * The Session Expiry Interval in seconds, 0 to {@link #NEVER_EXPIRES}. Before version 5 a
     * session ends with its connection when Clean Session is set, and never otherwise.
     */
    public long sessionExpiryInterval() {
        if (!version.isV5()) {
            return cleanStart ? 0 : NEVER_EXPIRES;
        }
        return properties.getOrDefault(Property.SESSION_EXPIRY_INTERVAL, 0L);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Connect that
                && version == that.version
                && cleanStart == that.cleanStart
                && keepAlive == that.keepAlive
                && clientId.equals(that.clientId)
                && Objects.equals(will, that.will)
                && Objects.equals(userName, that.userName)
                && Arrays.equals(password, that.password)
                && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(version, clientId, cleanStart, keepAlive, will, userName, properties);
    }

    @Override
    public String toString() {
        return "Connect[version=%s, clientId=%s, cleanStart=%b, keepAlive=%d, will=%s, userName=%s, password=%s, properties=%s]"
                .formatted(
                        version,
                        clientId,
                        cleanStart,
                        keepAlive,
                        will,
                        userName,
                        password == null ? "none" : "set",
                        properties);
    }
}
