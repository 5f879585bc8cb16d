package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** What a client says in CONNECT, and where to; {@code null} stands for absent. */
record ConnectOptions(
        String host,
        int port,
        ProtocolVersion version,
        String clientId,
        boolean cleanStart,
        @Nullable Message will,
        @Nullable Long sessionExpirySeconds,
        @Nullable Integer receiveMaximum,
        @Nullable Long maximumPacketSize,
        @Nullable Integer topicAliasMaximum) {

    /** A session that outlives its connection: in MQTT 5 that takes an expiry interval too. */
    ConnectOptions persistent() {
        return cleanStart(false).sessionExpiry(version.isV5() ? 3600L : null);
    }

    ConnectOptions to(int otherPort) {
        return copy(otherPort, clientId, cleanStart, will, sessionExpirySeconds);
    }

    ConnectOptions clientId(String other) {
        return copy(port, other, cleanStart, will, sessionExpirySeconds);
    }

    ConnectOptions cleanStart(boolean other) {
        return copy(port, clientId, other, will, sessionExpirySeconds);
    }

    ConnectOptions will(Message other) {
        return copy(port, clientId, cleanStart, other, sessionExpirySeconds);
    }

    ConnectOptions sessionExpiry(@Nullable Long seconds) {
        return copy(port, clientId, cleanStart, will, seconds);
    }

    private ConnectOptions copy(
            int newPort,
            String newClientId,
            boolean newCleanStart,
            @Nullable Message newWill,
            @Nullable Long newExpiry) {
        return new ConnectOptions(
                host,
                newPort,
                version,
                newClientId,
                newCleanStart,
                newWill,
                newExpiry,
                receiveMaximum,
                maximumPacketSize,
                topicAliasMaximum);
    }

    ConnectOptions receiving(
            @Nullable Integer maximum, @Nullable Long packetSize, @Nullable Integer aliases) {
        return new ConnectOptions(
                host,
                port,
                version,
                clientId,
                cleanStart,
                will,
                sessionExpirySeconds,
                maximum,
                packetSize,
                aliases);
    }
}
